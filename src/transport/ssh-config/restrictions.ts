import { serverHostKeys } from '../host-key-algorithms.ts';
import type { Keyword } from './keywords.ts';

/** Of the algorithms that both sides know, only these may be used. Undefined: any. */
export interface Restrictions {
  readonly kex?: readonly string[] | undefined;
  readonly cipher?: readonly string[] | undefined;
  readonly hmac?: readonly string[] | undefined;
  readonly serverHostKey?: readonly string[] | undefined;
}

const keywords = {
  kex: 'kexalgorithms',
  cipher: 'ciphers',
  hmac: 'macs',
  serverHostKey: 'hostkeyalgorithms',
} as const satisfies Readonly<Record<keyof Restrictions, Keyword>>;

/**
 * What ssh2 knows of each. A list that adds to OpenSSH's own, or takes from it, says nothing of these: ssh2 offers
 * none that OpenSSH has given up.
 */
export const supported: Readonly<Record<keyof Restrictions, readonly string[]>> = {
  kex: [
    'curve25519-sha256',
    'curve25519-sha256@libssh.org',
    'ecdh-sha2-nistp256',
    'ecdh-sha2-nistp384',
    'ecdh-sha2-nistp521',
    'diffie-hellman-group-exchange-sha256',
    'diffie-hellman-group14-sha256',
    'diffie-hellman-group16-sha512',
    'diffie-hellman-group18-sha512',
  ],
  cipher: [
    'chacha20-poly1305@openssh.com',
    'aes128-gcm@openssh.com',
    'aes256-gcm@openssh.com',
    'aes128-ctr',
    'aes192-ctr',
    'aes256-ctr',
  ],
  hmac: [
    'hmac-sha2-256-etm@openssh.com',
    'hmac-sha2-512-etm@openssh.com',
    'hmac-sha2-256',
    'hmac-sha2-512',
    'hmac-sha1-etm@openssh.com',
    'hmac-sha1',
  ],
  serverHostKey: serverHostKeys,
};

/** The lists that ssh_config names in full, as far as ssh2 knows what stands in them. */
export function restrictions(values: ReadonlyMap<Keyword, readonly string[]>): Restrictions {
  const entries = Object.entries(keywords).flatMap(([kind, keyword]) => {
    const list = values.get(keyword)?.[0];
    if (list === undefined || /^[+^-]/.test(list)) return [];
    const names = list.split(',');
    return [[kind, names.filter((name) => supported[kind as keyof Restrictions].includes(name))] as const];
  });
  return Object.fromEntries(entries);
}

/** The keywords whose lists hold nothing that ssh2 knows. */
export function impossible(values: ReadonlyMap<Keyword, readonly string[]>): readonly string[] {
  return Object.entries(restrictions(values)).flatMap(([kind, names]: [string, readonly string[]]) =>
    names.length === 0 ? [keywords[kind as keyof Restrictions]] : [],
  );
}
