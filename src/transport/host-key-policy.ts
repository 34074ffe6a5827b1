import { createHash } from 'node:crypto';
import type { TsplayError } from '../errors/tsplay-error.ts';
import { transportError } from '../errors/transport.ts';
import { Beyond } from './beyond.ts';
import { judge, knownTypes, type Verdict } from './host-key-verdict.ts';
import { keyType, lookupName } from './known-hosts.ts';
import { learnKey } from './known-hosts-update.ts';
import { readKnownHosts, usualKnownHosts } from './known-hosts-files.ts';
import { shellWord } from './shell-word.ts';
import { whereOf, type Target } from './transport.ts';

/** Decides on the keys that one host shows. No option turns it off. */
export interface HostKeyPolicy {
  /** Key types known for this host; ask for these first. */
  readonly types: readonly string[];
  /** Whether it has taken a key that nobody has looked at: then nothing else that the host says of its keys counts. */
  readonly isBlind: () => boolean;
  /**
   * The reason to refuse this key, or undefined to go on. A key that is not known may be learned, if that is how the
   * target wants it; `asking` is told while somebody is asked.
   */
  refusal(key: Buffer, asking: (waiting: boolean) => void): Promise<TsplayError | Beyond | undefined>;
}

/** Reads the known_hosts files of a target. Missing files count as empty, as with OpenSSH. */
export async function hostKeyPolicy(target: Target): Promise<HostKeyPolicy> {
  const files = target.knownHostsFiles.length > 0 ? target.knownHostsFiles : usualKnownHosts();
  const read = await Promise.all(files.map((file) => readKnownHosts(file, target.name)));
  const hosts = read.flatMap((one) => one.hosts);
  const warnings = read.flatMap((one) => one.warnings);
  const { address, port, hostKeyAlias } = target;
  const lines = hosts.filter((host) => host.names(hostKeyAlias?.toLowerCase() ?? lookupName(address, port)));

  const decide = (key: Buffer): Verdict => {
    const verdict = judge(lines, key);
    if (verdict.kind !== 'unknown' || hostKeyAlias !== undefined || port === 22) return verdict;
    // As OpenSSH: a host that is not known at its port may still be known by its name alone.
    const plain = hosts.filter((host) => host.names(lookupName(address, 22)));
    const second = judge(plain, key);
    return second.kind === 'known' || second.kind === 'revoked' ? second : verdict;
  };

  let blind = false;
  return {
    types: knownTypes(lines),
    isBlind: () => blind,
    async refusal(key, asking) {
      const verdict = decide(key);
      const type = keyType(key) ?? 'unreadable';
      const shown = { ...whereOf(target), type, fingerprint: fingerprint(key) };
      const context = { host: target.name };
      switch (verdict.kind) {
        case 'known':
          return undefined;
        case 'changed':
        case 'revoked':
          return transportError(`host-key-${verdict.kind}`, { ...shown, places: verdict.places }, context);
        case 'unknown': {
          const kind = type.startsWith('ecdsa') ? 'ecdsa' : type.replace(/^ssh-/, '');
          const accept = acceptCommand(target, kind, files[0] ?? '');
          const { authority } = verdict;
          if (authority !== undefined) {
            const error = transportError('host-key-by-authority', { ...shown, authority, accept }, context);
            return new Beyond(`${authority} knows its key by a certificate authority`, error);
          }
          if (await learned(target, key, shown, asking)) {
            blind = target.newKeys?.agree === undefined;
            return undefined;
          }
          return transportError('host-key-unknown', { ...shown, files, warnings, kind, accept }, context);
        }
      }
    },
  };
}

/** Takes a new key, by itself or if somebody agrees, as the target wants it. */
async function learned(
  target: Target,
  key: Buffer,
  shown: { readonly type: string; readonly fingerprint: string },
  asking: (waiting: boolean) => void,
): Promise<boolean> {
  const { newKeys, label, name, address, port } = target;
  if (newKeys === undefined) return false;
  const { file, agree } = newKeys;
  if (agree !== undefined) {
    asking(true);
    const where = `${label ?? name} (${address}, port ${port})`;
    const yes = await agree(
      `${where} is not known yet. It shows the key ${shown.type} ${shown.fingerprint}. Is that its key?`,
    );
    asking(false);
    if (!yes) return false;
  }
  try {
    await learnKey(file, target, key);
  } catch (error) {
    const problem = (error as Error).message;
    throw transportError(
      'known-hosts-unwritable',
      { host: name, file, problem },
      { host: name, cause: error },
    );
  }
  return true;
}

/** The fingerprint of a public key, as ssh and ssh-keygen print it. */
function fingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

/** The command that makes the key of a host known, once its fingerprint has been compared. */
export function acceptCommand(target: Target, kind: string, file: string): string {
  const { address, port, hostKeyAlias } = target;
  const rename = hostKeyAlias === undefined ? '' : ` | sed ${shellWord(`s/^[^ ]*/${hostKeyAlias}/`)}`;
  return `ssh-keyscan -t ${kind} -p ${port} ${shellWord(address)}${rename} >> ${shellWord(file)}`;
}
