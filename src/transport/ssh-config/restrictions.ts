import { serverHostKeys } from '../host-key-algorithms.ts';
import { algorithmList, type Algorithms } from './algorithm-list.ts';
import type { Keyword } from './keywords.ts';

/** The kinds of algorithm that ssh_config has lists of. */
type Kind = 'kex' | 'cipher' | 'hmac' | 'serverHostKey' | 'publicKey';

/** Of the algorithms that both sides know, only these may be used, in this order. Undefined: the usual ones. */
export interface Restrictions extends Readonly<Partial<Record<Kind, readonly string[]>>> {
  /** The order of the host keys is ssh_config's own, so that known ones do not come before it. */
  readonly hostKeysInOrder?: boolean;
}

const keywords = {
  kex: 'kexalgorithms',
  cipher: 'ciphers',
  hmac: 'macs',
  serverHostKey: 'hostkeyalgorithms',
  publicKey: 'pubkeyacceptedalgorithms',
} as const satisfies Readonly<Record<Kind, Keyword>>;

/** Keys sign with the same algorithms, whoever has them. OpenSSH has given the others up, but takes them if told to. */
const keys: Algorithms = {
  usual: serverHostKeys,
  all: [
    'ssh-ed25519',
    'ecdsa-sha2-nistp256',
    'ecdsa-sha2-nistp384',
    'ecdsa-sha2-nistp521',
    'ssh-dss',
    'ssh-rsa',
    'rsa-sha2-256',
    'rsa-sha2-512',
  ],
};

/** Of these no patterns are taken, so that no order of their own matters. */
function algorithms(usual: readonly string[], more: readonly string[]): Algorithms {
  return { usual, all: [...usual, ...more] };
}

/** What ssh2 knows of what OpenSSH does, in OpenSSH's order. */
const known: Readonly<Record<Kind, Algorithms>> = {
  kex: algorithms(
    [
      'curve25519-sha256',
      'curve25519-sha256@libssh.org',
      'ecdh-sha2-nistp256',
      'ecdh-sha2-nistp384',
      'ecdh-sha2-nistp521',
      'diffie-hellman-group-exchange-sha256',
      'diffie-hellman-group16-sha512',
      'diffie-hellman-group18-sha512',
      'diffie-hellman-group14-sha256',
    ],
    ['diffie-hellman-group14-sha1', 'diffie-hellman-group-exchange-sha1', 'diffie-hellman-group1-sha1'],
  ),
  cipher: algorithms(
    [
      'chacha20-poly1305@openssh.com',
      'aes128-ctr',
      'aes192-ctr',
      'aes256-ctr',
      'aes128-gcm@openssh.com',
      'aes256-gcm@openssh.com',
    ],
    ['aes128-cbc', 'aes192-cbc', 'aes256-cbc', '3des-cbc'],
  ),
  hmac: algorithms(
    [
      'hmac-sha2-256-etm@openssh.com',
      'hmac-sha2-512-etm@openssh.com',
      'hmac-sha1-etm@openssh.com',
      'hmac-sha2-256',
      'hmac-sha2-512',
      'hmac-sha1',
    ],
    ['hmac-sha1-96', 'hmac-md5', 'hmac-md5-96'],
  ),
  serverHostKey: keys,
  publicKey: keys,
};

/** What the lists of ssh_config leave of what ssh2 knows. */
export function restrictions(values: ReadonlyMap<Keyword, readonly string[]>): Restrictions {
  const entries = Object.entries(keywords).flatMap(([kind, keyword]) => {
    const list = values.get(keyword)?.[0];
    return list === undefined ? [] : [[kind, algorithmList(list, known[kind as Kind])] as const];
  });
  const hostKeys = values.get(keywords.serverHostKey)?.[0];
  return {
    ...(Object.fromEntries(entries) as Restrictions),
    hostKeysInOrder: hostKeys !== undefined && !/^[+-]/.test(hostKeys),
  };
}

/** The keywords whose lists leave nothing that ssh2 knows. */
export function impossible(values: ReadonlyMap<Keyword, readonly string[]>): readonly Keyword[] {
  const left = restrictions(values);
  return Object.entries(keywords).flatMap(([kind, keyword]) =>
    left[kind as Kind]?.length === 0 ? [keyword] : [],
  );
}
