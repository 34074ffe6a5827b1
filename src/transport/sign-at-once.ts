import type { Client, ParsedKey } from 'ssh2';

type Sign = (data: Buffer, done: (signature: Buffer) => void) => void;
type Request = (user: string, key: ParsedKey, algorithm: string | undefined, sign?: Sign) => void;

/**
 * Lets a client sign its very first request to log in with a key that it holds itself. ssh2 would ask first whether
 * the host takes the key. That is a round trip, and sshd lets every such question wait for 5 to 9 ms, so that
 * nobody learns from its timing. Call it after `connect`.
 *
 * This reaches into ssh2. Where its inside looks different one day, the login works as ssh2 does it.
 */
export function signAtOnce(client: Client): void {
  const { _protocol: protocol } = client as unknown as { _protocol?: { authPK?: Request } };
  const request = protocol?.authPK;
  if (protocol === undefined || typeof request !== 'function') return;
  protocol.authPK = (user, key, algorithm, sign) => {
    const ask = (how: Sign | undefined): void => request.call(protocol, user, key, algorithm, how);
    // A key that only the agent holds may want a person to touch something: ask first.
    if (sign !== undefined || !key.isPrivateKey()) {
      ask(sign);
      return;
    }
    ask((data, done) => {
      const signature: unknown = key.sign(data, hashes[algorithm ?? '']);
      if (Buffer.isBuffer(signature)) done(signature);
      else ask(undefined);
    });
  };
}

/** RSA keys sign with the hash that their algorithm names; the others have one of their own. */
const hashes: Readonly<Record<string, string>> = { 'rsa-sha2-256': 'sha256', 'rsa-sha2-512': 'sha512' };
