import type { Client, ParsedKey } from 'ssh2';
import { serverHostKeys } from './host-key-algorithms.ts';

interface Extension {
  readonly name: string;
  readonly algs?: readonly string[];
}

/** The inside of ssh2 as far as it matters here. */
interface Protocol {
  _handlers?: { EXT_INFO?: (protocol: unknown, extensions: readonly Extension[]) => void };
  authPK?: (user: string, key: ParsedKey, algorithm: string | undefined, sign?: unknown) => void;
}

/**
 * Lets RSA keys sign with these algorithms alone: by itself, ssh2 signs with SHA-1 where the host does not say what it
 * takes. Call it after `connect`, and after all else that reaches into ssh2.
 *
 * @param accepted - what ssh_config leaves. @defaultValue what OpenSSH takes by itself, which is SHA-2 only
 */
export function signOnlyWith(client: Client, accepted: readonly string[] = serverHostKeys): void {
  const { _protocol: protocol } = client as unknown as { _protocol?: Protocol };
  const { _handlers: handlers } = protocol ?? {};
  const told = handlers?.EXT_INFO;
  if (handlers !== undefined && told !== undefined) {
    handlers.EXT_INFO = (from, extensions) =>
      told(
        from,
        extensions.map(({ name, algs = [] }) => ({ name, algs: oneForRsa(algs, accepted) })),
      );
  }
  const request = protocol?.authPK;
  if (protocol === undefined || request === undefined) return;
  protocol.authPK = (user, key, algorithm, sign) => {
    const refused = algorithm === 'ssh-rsa' && !accepted.includes(algorithm);
    // A host that does not take it either refuses the key.
    const instead = accepted.find((name) => name.startsWith('rsa-sha2-'));
    request.call(protocol, user, key, refused ? instead : algorithm, sign);
  };
}

/** Of what a host takes, the one that OpenSSH would sign with: the first of ours. ssh2 has an order of its own. */
function oneForRsa(taken: readonly string[], accepted: readonly string[]): readonly string[] {
  const rsa = accepted.find((name) => /^(?:ssh-rsa$|rsa-)/.test(name) && taken.includes(name));
  return taken.filter((name) => name === rsa || !/^(?:ssh-rsa$|rsa-)/.test(name));
}
