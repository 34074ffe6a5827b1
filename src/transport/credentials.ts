import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import type { AgentAuthMethod, ParsedKey, PublicKeyAuthMethod } from 'ssh2';
import { transportError } from '../errors/transport.ts';
import { agentKeys, agentSocket, type AgentKey } from './agent.ts';
import { Beyond } from './beyond.ts';
import { keyFile, openKey } from './key-file.ts';
import type { Target } from './transport.ts';

/** A key to log in with, under the name that messages give it. */
export interface Credential {
  readonly name: string;
  /** The type of the key, as its public half begins. */
  readonly type: string;
  readonly method: PublicKeyAuthMethod | AgentAuthMethod;
}

/** The keys for one target, in the order in which they are tried. */
export interface Credentials {
  readonly keys: readonly Credential[];
  /** What was found and cannot be tried, with the reason. */
  readonly skipped: readonly string[];
}

const usual = ['id_ed25519', 'id_ecdsa', 'id_rsa'];

/**
 * The keys of a target. Those that the inventory names must be usable; of the usual ones, what is there.
 *
 * @throws Beyond where it has keys that only OpenSSH can use
 */
export async function credentials(target: Target): Promise<Credentials> {
  if (target.without?.includes('publickey') === true) return { keys: [], skipped: [] };
  const { keys, skipped } = await (target.identityFiles.length > 0 ? named(target) : found(target));
  const accepted = target.algorithms?.publicKey;
  const left = keys.filter(({ type }) => mayBeUsed(type, accepted));
  const others = keys.filter((key) => !left.includes(key));
  return {
    keys: left,
    skipped: [
      ...skipped,
      ...others.map(({ name, type }) => `${name} (${type} is not in PubkeyAcceptedAlgorithms)`),
    ],
  };
}

/** RSA keys sign with one of several algorithms, the others with the one that their type is. */
function mayBeUsed(type: string, accepted: readonly string[] | undefined): boolean {
  if (accepted === undefined) return true;
  return accepted.some((name) => name === type || (type === 'ssh-rsa' && name.startsWith('rsa-')));
}

async function named(target: Target): Promise<Credentials> {
  const { name: host, user: username, identityFiles, passphrase } = target;
  const keys = identityFiles.map(async (file): Promise<Credential> => {
    const content = await keyFile(file);
    if (content.kind === 'beyond') throw beyond(target, file, content.type);
    if (hasCertificate(file)) throw beyond(target, `${file}-cert.pub`, 'certificate');
    if (content.kind === 'private') return fromFile(file, content.key, username);
    if (content.kind === 'missing' || content.kind === 'damaged') {
      throw transportError('key-unreadable', { host, file, problem: content.problem }, { host });
    }
    const { publicKey } = content;
    const agent = publicKey && (await agentKeys(agentSocket(target)));
    const held = agent?.keys.find((key) => key.publicKey.equals(publicKey as Buffer));
    if (held !== undefined) return fromAgent(file, held, username);
    if (content.kind === 'encrypted' && passphrase !== undefined) {
      return fromFile(file, await opened(target, file, passphrase), username);
    }
    const code = content.kind === 'encrypted' ? 'key-encrypted' : 'key-not-in-agent';
    throw transportError(code, { host, file }, { host });
  });
  return { keys: await Promise.all(keys), skipped: [] };
}

async function found(target: Target): Promise<Credentials> {
  const { user: username, usualKeys, identitiesOnly = false, passphrase } = target;
  const files = usualKeys ?? usual.map((name) => `${homedir()}/.ssh/${name}`);
  const keys: Credential[] = [];
  const skipped: string[] = [];
  const locked: string[] = [];
  const agent = await agentKeys(agentSocket(target));
  const held = new Map(agent.keys.map((key) => [key.publicKey.toString('base64'), key]));
  const only = new Set<string>();
  const others = agent.beyond.map((type) => ({ name: 'a key of the agent', type }));
  for (const file of files) {
    const content = await keyFile(file);
    if (content.kind !== 'missing' && hasCertificate(file)) {
      throw beyond(target, `${file}-cert.pub`, 'certificate');
    }
    switch (content.kind) {
      case 'private': {
        keys.push(fromFile(file, content.key, username));
        held.delete(content.key.getPublicSSH().toString('base64'));
        break;
      }
      case 'beyond':
        others.unshift({ name: file, type: content.type });
        break;
      case 'damaged':
        skipped.push(`${file} (${content.problem})`);
        break;
      case 'missing':
        break;
      case 'public':
      case 'encrypted': {
        const publicKey = content.publicKey?.toString('base64') ?? '';
        if (held.has(publicKey)) only.add(publicKey);
        else if (content.kind === 'encrypted') locked.push(file);
      }
    }
  }
  for (const [publicKey, key] of held) {
    if (identitiesOnly && !only.has(publicKey)) continue;
    keys.push(fromAgent(`${key.comment} in the agent`, key, username));
  }
  // Asking is the last resort, since another key may be the one that is meant.
  if (keys.length === 0) {
    const [first] = identitiesOnly ? others.filter(({ name }) => files.includes(name)) : others;
    if (first !== undefined) throw beyond(target, first.name, first.type);
    const file = locked.shift();
    if (file !== undefined && passphrase !== undefined) {
      keys.push(fromFile(file, await opened(target, file, passphrase), username));
    } else if (file !== undefined) locked.unshift(file);
  }
  for (const file of locked) skipped.push(`${file} (it has a passphrase and is not in the agent)`);
  if (agent.problem !== undefined) skipped.push(`the agent (${agent.problem})`);
  return { keys, skipped };
}

/** OpenSSH looks for the certificate of a key beside it. */
function hasCertificate(file: string): boolean {
  return existsSync(`${file}-cert.pub`);
}

function beyond(target: Target, what: string, type: string): Beyond {
  const { name: host } = target;
  const problem = `it is a ${type.startsWith('sk-') ? 'security key' : 'certificate'}, which ssh2 does not know`;
  const error = transportError('key-unreadable', { host, file: what, problem }, { host });
  return new Beyond(`${what} is a ${type.startsWith('sk-') ? 'security key' : 'certificate'}`, error);
}

async function opened(
  { name: host }: Target,
  file: string,
  ask: (file: string) => Promise<string>,
): Promise<ParsedKey> {
  try {
    return await openKey(file, ask);
  } catch (error) {
    const problem = (error as Error).message;
    throw transportError('key-unreadable', { host, file, problem }, { host, cause: error });
  }
}

function fromFile(name: string, key: ParsedKey, username: string): Credential {
  return { name, type: key.type, method: { type: 'publickey', username, key } };
}

function fromAgent(name: string, { agent, publicKey }: AgentKey, username: string): Credential {
  const type = publicKey.toString('latin1', 4, 4 + publicKey.readUInt32BE(0));
  return { name, type, method: { type: 'agent', username, agent } };
}
