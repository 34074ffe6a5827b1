import { createHash } from 'node:crypto';
import type { TsplayError } from '../errors/tsplay-error.ts';
import { transportError } from '../errors/transport.ts';
import { judge, knownTypes, type Verdict } from './host-key-verdict.ts';
import { keyType, lookupName } from './known-hosts.ts';
import { readKnownHosts, usualKnownHosts } from './known-hosts-files.ts';
import { shellWord } from './shell-word.ts';
import { whereOf, type Target } from './transport.ts';

/** Decides on the keys that one host shows. No option turns it off. */
export interface HostKeyPolicy {
  /** Key types known for this host; ask for these first. */
  readonly types: readonly string[];
  /** The reason to refuse this key, or undefined to go on. */
  refusal(key: Buffer): TsplayError | undefined;
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

  return {
    types: knownTypes(lines),
    refusal(key) {
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
          return authority === undefined
            ? transportError('host-key-unknown', { ...shown, files, warnings, kind, accept }, context)
            : transportError('host-key-by-authority', { ...shown, authority, accept }, context);
        }
      }
    },
  };
}

/** The fingerprint of a public key, as ssh and ssh-keygen print it. */
function fingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

/** The command that makes the key of a host known, once its fingerprint has been compared. */
function acceptCommand(target: Target, kind: string, file: string): string {
  const { address, port, hostKeyAlias } = target;
  const rename = hostKeyAlias === undefined ? '' : ` | sed ${shellWord(`s/^[^ ]*/${hostKeyAlias}/`)}`;
  return `ssh-keyscan -t ${kind} -p ${port} ${shellWord(address)}${rename} >> ${shellWord(file)}`;
}
