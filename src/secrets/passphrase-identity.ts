import type { Identity, Stanza } from 'age-encryption';
import { createDecipheriv, scrypt } from 'node:crypto';

/** Key derivation takes 2 to this power of work; more would be an attack on whoever opens the file. */
const mostWork = 22;

/**
 * Opens what is encrypted with a passphrase, as the library can itself; but with the key derivation of Node, which
 * takes a fifth of the time and leaves the event loop free.
 *
 * @see https://age-encryption.org/v1#the-scrypt-recipient-type
 */
export class PassphraseIdentity implements Identity {
  readonly #passphrase: string;

  constructor(passphrase: string) {
    this.#passphrase = passphrase;
  }

  async unwrapFileKey(stanzas: Stanza[]): Promise<Uint8Array | null> {
    const [stanza] = stanzas;
    if (stanza === undefined || stanzas.length > 1 || stanza.args[0] !== 'scrypt') return null;
    const [, salt = '', logN = ''] = stanza.args;
    if (!/^[1-9]\d?$/.test(logN) || Number(logN) > mostWork || stanza.body.length !== 32) return null;
    const cost = 2 ** Number(logN);
    const label = Buffer.concat([Buffer.from('age-encryption.org/v1/scrypt'), Buffer.from(salt, 'base64')]);
    const key = await derived(this.#passphrase, label, cost);
    const cipher = createDecipheriv('chacha20-poly1305', key, Buffer.alloc(12), { authTagLength: 16 });
    cipher.setAuthTag(stanza.body.subarray(16));
    try {
      return Buffer.concat([cipher.update(stanza.body.subarray(0, 16)), cipher.final()]);
    } catch {
      return null;
    }
  }
}

function derived(passphrase: string, salt: Buffer, cost: number): Promise<Buffer> {
  const options = { N: cost, r: 8, p: 1, maxmem: 256 * cost * 8 };
  return new Promise((resolve, reject) => {
    scrypt(passphrase, salt, 32, options, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}
