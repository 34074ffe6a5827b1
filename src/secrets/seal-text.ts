import { dirname } from 'node:path';
import type { Place } from '../errors/tsplay-error.ts';
import type { Encryption } from './armor.ts';
import type { Secret } from './hidden.ts';
import { sealed } from './sealed.ts';
import type { SecretSource } from './source-type.ts';

/** The secret that a text which is encrypted stands for. It is not opened yet. */
export function sealText(text: string, encryption: Encryption, where: Place | undefined): Secret {
  const subject = { what: 'this secret', where };
  return sealed({
    open: async () => {
      if (encryption === 'age') return (await import('./identity.ts')).decryptText(text, subject);
      const [{ textOf }, { decryptVault }] = await Promise.all([
        import('./age.ts'),
        import('./vault-passwords.ts'),
      ]);
      return textOf(await decryptVault(text, subject), subject);
    },
  });
}

/** The secret that is kept somewhere else. It is not fetched yet. */
export function sealSource(source: SecretSource, file: string, where: Place | undefined): Secret {
  return sealed({
    open: async () => (await import('./source.ts')).fetchSecret(source, dirname(file), where),
  });
}
