import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { armor, Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { encrypt } from '../../src/secrets/age.ts';

/** A key of age in a file of its own. */
export interface AgeKey {
  readonly file: string;
  readonly identity: string;
  readonly recipient: string;
  /** What opens with this key, as lines of text. */
  encrypt(plain: string | Uint8Array): Promise<string>;
}

/** Makes a key in a folder. */
export async function ageKey(dir: string, name = 'identity'): Promise<AgeKey> {
  const identity = await generateX25519Identity();
  const recipient = await identityToRecipient(identity);
  const file = join(dir, name);
  writeFileSync(file, `# made by a test\n${identity}\n`, { mode: 0o600 });
  return { file, identity, recipient, encrypt: (plain) => encrypt(plain, [recipient]) };
}

/** What opens with a passphrase. It is as weak as a test is quick. */
export async function withPassphrase(plain: string, passphrase: string): Promise<string> {
  const encrypter = new Encrypter();
  encrypter.setPassphrase(passphrase);
  encrypter.setScryptWorkFactor(4);
  return armor.encode(await encrypter.encrypt(plain));
}

/** A text as a block in YAML, below a key that is so far in. */
export function yamlBlock(text: string, columns: number): string {
  return `|\n${text.replaceAll(/^/gm, ' '.repeat(columns + 2)).trimEnd()}\n`;
}
