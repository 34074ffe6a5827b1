import { readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { transportError } from '../errors/transport.ts';
import { parseKnownHosts, type KnownHosts } from './known-hosts.ts';

/** The files that OpenSSH reads where none are named. */
export function usualKnownHosts(): readonly string[] {
  const own = `${homedir()}/.ssh/known_hosts`;
  const system = '/etc/ssh/ssh_known_hosts';
  return [own, `${own}2`, system, `${system}2`];
}

interface Cached {
  readonly version: string;
  readonly content: Promise<KnownHosts>;
}

// All hosts of a run share these files, and they can be long.
const cache = new Map<string, Cached>();

/** Reads a known_hosts file on behalf of a host. A missing file counts as empty, as with OpenSSH. */
export async function readKnownHosts(file: string, host: string): Promise<KnownHosts> {
  try {
    const { mtimeMs, size, ino } = await stat(file);
    const version = `${mtimeMs} ${size} ${ino}`;
    const cached = cache.get(file);
    if (cached?.version === version) return await cached.content;
    const content = readFile(file, 'utf8').then((text) => parseKnownHosts(text, file));
    cache.set(file, { version, content });
    return await content;
  } catch (error) {
    cache.delete(file);
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { hosts: [], warnings: [] };
    const problem = (error as Error).message;
    throw transportError('known-hosts-unreadable', { host, file, problem }, { host, cause: error });
  }
}
