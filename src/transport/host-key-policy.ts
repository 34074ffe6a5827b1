import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import type { TsplayError } from '../errors/tsplay-error.ts';
import { transportError } from '../errors/transport.ts';
import { judge, knownTypes, lookupName, parseKnownHosts, type KnownHost } from './known-hosts.ts';
import type { Target } from './transport.ts';

/** Decides on the keys that one host shows. */
export interface HostKeyPolicy {
  /** Key types known for this host; ask for these first. */
  readonly types: readonly string[];
  /** The reason to refuse this key, or undefined to go on. */
  refusal(key: Buffer): TsplayError | undefined;
}

/** Reads the known_hosts files of a target. Missing files count as empty, as with OpenSSH. */
export async function hostKeyPolicy(target: Target): Promise<HostKeyPolicy> {
  const files =
    target.knownHostsFiles.length > 0
      ? target.knownHostsFiles
      : [`${homedir()}/.ssh/known_hosts`, `${homedir()}/.ssh/known_hosts2`, '/etc/ssh/ssh_known_hosts'];
  const hosts = (await Promise.all(files.map(readKnownHosts))).flat();
  const name = target.hostKeyAlias?.toLowerCase() ?? lookupName(target.address, target.port);
  return {
    types: knownTypes(hosts, name),
    refusal(key) {
      const type = keyType(key);
      const verdict = judge(hosts, name, type, key.toString('base64'));
      const fingerprint = `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
      const { address, port } = target;
      const context = { host: target.name };
      switch (verdict.kind) {
        case 'known':
          return undefined;
        case 'unknown':
          return transportError('host-key-unknown', { address, port, type, fingerprint, files }, context);
        case 'changed':
          return transportError(
            'host-key-changed',
            { address, port, type, fingerprint, entry: verdict.entry },
            context,
          );
        case 'revoked':
          return transportError(
            'host-key-revoked',
            { address, port, type, fingerprint, entry: verdict.entry },
            context,
          );
      }
    },
  };
}

async function readKnownHosts(file: string): Promise<readonly KnownHost[]> {
  try {
    return parseKnownHosts(await readFile(file, 'utf8'), file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

// A public key begins with the length and the text of its type (RFC 4253, section 6.6).
function keyType(key: Buffer): string {
  return key.toString('latin1', 4, 4 + key.readUInt32BE(0));
}
