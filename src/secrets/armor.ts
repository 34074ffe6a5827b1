/** The first line of what is encrypted with age, as text. */
export const armorBegin = '-----BEGIN AGE ENCRYPTED FILE-----';

/** The first line of what is encrypted with age, as it is. */
export const ageBegin = 'age-encryption.org/';

/** The beginning of what Ansible Vault has encrypted. */
export const vaultBegin = '$ANSIBLE_VAULT;';

/** What something is encrypted with. */
export type Encryption = 'age' | 'vault';

/** What a text is encrypted with, if it is. */
export function encryptionOfText(text: string): Encryption | undefined {
  const start = text.slice(0, 256).trimStart();
  if (start.startsWith(armorBegin)) return 'age';
  return start.startsWith(vaultBegin) ? 'vault' : undefined;
}

/** What a whole file is encrypted with, if it is. */
export function encryptionOf(bytes: Uint8Array): Encryption | undefined {
  const start = Buffer.from(bytes.subarray(0, 256)).toString('latin1');
  return start.startsWith(ageBegin) ? 'age' : encryptionOfText(start);
}
