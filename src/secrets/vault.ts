import { createDecipheriv, createHmac, pbkdf2, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

/** What Ansible Vault has encrypted, taken apart. */
export interface VaultText {
  /** The vault id that it was encrypted with; it says which password to try first. */
  readonly label: string | undefined;
  readonly salt: Buffer;
  readonly hmac: Buffer;
  readonly ciphertext: Buffer;
}

const derive = promisify(pbkdf2);

/**
 * Takes apart what Ansible Vault has encrypted: a line with format, version, cipher and, from 1.2 on, a vault id; then
 * salt, HMAC and ciphertext, in hexadecimal twice.
 *
 * @returns the parts, or what is wrong
 * @see https://docs.ansible.com/ansible/latest/vault_guide/vault_using_encrypted_content.html#ansible-vault-payload-format-1-1-1-2
 */
export function parseVault(text: string): VaultText | string {
  const [header = '', ...lines] = text.trim().split(/\r?\n/);
  const [, version = '', cipher = '', label] = header.trim().split(';');
  if (version === '1.0')
    return 'it is of version 1.0, which is not safe; `ansible-vault rekey` makes it one of today';
  if (version !== '1.1' && version !== '1.2') return `it is of version ${version}, and 1.1 and 1.2 are known`;
  if (cipher !== 'AES256') return `its cipher is ${cipher}, and AES256 is known`;
  const body = unhex(lines.join('').replaceAll(/\s/g, ''));
  const [salt, hmac, ciphertext, ...more] = (body?.toString('latin1') ?? '').split('\n').map(unhex);
  if (salt === undefined || hmac?.length !== 32 || ciphertext === undefined || more.length > 0) {
    return 'it is damaged: a line may be missing, or have been changed in a merge';
  }
  return { label: version === '1.2' ? label : undefined, salt, hmac, ciphertext };
}

function unhex(text: string): Buffer | undefined {
  return /^(?:[\da-f]{2})+$/i.test(text) ? Buffer.from(text, 'hex') : undefined;
}

/** Decrypts; gives nothing where the password is another one. */
export async function openVault(
  { salt, hmac, ciphertext }: VaultText,
  password: Uint8Array,
): Promise<Buffer | undefined> {
  const keys = await derive(password, salt, 10_000, 80, 'sha256');
  const found = createHmac('sha256', keys.subarray(32, 64)).update(ciphertext).digest();
  if (!timingSafeEqual(found, hmac)) return undefined;
  const cipher = createDecipheriv('aes-256-ctr', keys.subarray(0, 32), keys.subarray(64, 80));
  const padded = Buffer.concat([cipher.update(ciphertext), cipher.final()]);
  // Blocks of sixteen bytes: the last byte says how many of them are none of the text.
  return padded.subarray(0, padded.length - (padded.at(-1) ?? 0));
}
