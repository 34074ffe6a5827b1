import { homedir } from 'node:os';
import type { AgentAuthMethod, ParsedKey, PublicKeyAuthMethod } from 'ssh2';
import { transportError } from '../errors/transport.ts';
import { agentKeys, type AgentKey } from './agent.ts';
import { keyFile } from './key-file.ts';
import type { Target } from './transport.ts';

/** A key to log in with, under the name that messages give it. */
export interface Credential {
  readonly name: string;
  readonly method: PublicKeyAuthMethod | AgentAuthMethod;
}

/** The keys for one target, in the order in which they are tried. */
export interface Credentials {
  readonly keys: readonly Credential[];
  /** What was found and cannot be tried, with the reason. */
  readonly skipped: readonly string[];
}

const usual = ['id_ed25519', 'id_ecdsa', 'id_rsa'];

/** The keys of a target. Those that the inventory names must be usable; of the usual ones, what is there. */
export function credentials(target: Target): Promise<Credentials> {
  return target.identityFiles.length > 0 ? named(target) : found(target);
}

async function named(target: Target): Promise<Credentials> {
  const { name: host, user: username, identityFiles } = target;
  const keys = identityFiles.map(async (file): Promise<Credential> => {
    const content = await keyFile(file);
    if (content.kind === 'private') return fromFile(file, content.key, username);
    if (content.kind === 'missing' || content.kind === 'damaged') {
      throw transportError('key-unreadable', { host, file, problem: content.problem }, { host });
    }
    const { publicKey } = content;
    const held = publicKey && (await agentKeys()).keys.find((key) => key.publicKey.equals(publicKey));
    if (held !== undefined) return fromAgent(file, held, username);
    const code = content.kind === 'encrypted' ? 'key-encrypted' : 'key-not-in-agent';
    throw transportError(code, { host, file }, { host });
  });
  return { keys: await Promise.all(keys), skipped: [] };
}

async function found(target: Target): Promise<Credentials> {
  const { user: username } = target;
  const keys: Credential[] = [];
  const skipped: string[] = [];
  const agent = await agentKeys();
  const held = new Map(agent.keys.map((key) => [key.publicKey.toString('base64'), key]));
  for (const file of usual.map((name) => `${homedir()}/.ssh/${name}`)) {
    const content = await keyFile(file);
    if (content.kind === 'private') {
      keys.push(fromFile(file, content.key, username));
      held.delete(content.key.getPublicSSH().toString('base64'));
    } else if (content.kind !== 'encrypted') {
      if (content.kind === 'damaged') skipped.push(`${file} (${content.problem})`);
    } else if (!held.has(content.publicKey?.toString('base64') ?? '')) {
      skipped.push(`${file} (it has a passphrase and is not in the agent)`);
    }
  }
  for (const key of held.values()) keys.push(fromAgent(`${key.comment} in the agent`, key, username));
  if (agent.problem !== undefined) skipped.push(`the agent (${agent.problem})`);
  return { keys, skipped };
}

function fromFile(name: string, key: ParsedKey, username: string): Credential {
  return { name, method: { type: 'publickey', username, key } };
}

function fromAgent(name: string, { agent }: AgentKey, username: string): Credential {
  return { name, method: { type: 'agent', username, agent } };
}
