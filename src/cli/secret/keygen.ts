import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { secretError } from '../../errors/secrets.ts';
import { askHidden } from '../../secrets/ask.ts';
import { identityFile } from '../../secrets/identity.ts';

/** Makes a key in a file that is not there yet. Gives its recipient. */
export async function keygen(options: {
  readonly output?: string;
  readonly passphrase: boolean;
}): Promise<{ readonly file: string; readonly recipient: string }> {
  const file = options.output === undefined ? identityFile() : resolve(options.output);
  const passphrase = options.passphrase ? await newPassphrase() : undefined;
  const { armor, Encrypter, generateX25519Identity, identityToRecipient } = await import('age-encryption');
  const identity = await generateX25519Identity();
  const recipient = await identityToRecipient(identity);
  let text = `# created: ${new Date().toISOString()}\n# recipient: ${recipient}\n${identity}\n`;
  if (passphrase !== undefined) {
    const encrypter = new Encrypter();
    encrypter.setPassphrase(passphrase);
    text = armor.encode(await encrypter.encrypt(text));
  }
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await writeFile(file, text, { flag: 'wx', mode: 0o600 });
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'EEXIST') throw secretError('identity-exists', { file });
    throw secretError('unreadable', { file, problem: message }, { cause });
  }
  return { file, recipient };
}

async function newPassphrase(): Promise<string> {
  const passphrase = await askHidden('the new passphrase');
  if (passphrase === '') throw secretError('nothing-typed', { what: 'a passphrase' });
  if ((await askHidden('the same again')) !== passphrase) throw secretError('typed-otherwise', undefined);
  return passphrase;
}
