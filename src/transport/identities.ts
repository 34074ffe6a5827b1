import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { transportError } from '../errors/transport.ts';
import type { Target } from './transport.ts';

/** A private key that was read and parsed. */
export interface Identity {
  readonly file: string;
  readonly key: Buffer;
}

const usual = ['id_ed25519', 'id_ecdsa', 'id_rsa'];
// Reading and parsing a key costs time; many hosts use the same one.
const cache = new Map<string, Promise<Identity | undefined>>();

/** The private keys to try for a target. Named ones must be usable; of the usual ones, those that are there. */
export async function identities(target: Target): Promise<readonly Identity[]> {
  const named = target.identityFiles.length > 0;
  const files = named ? target.identityFiles : usual.map((name) => `${homedir()}/.ssh/${name}`);
  const found = await Promise.all(
    files.map((file) => {
      const key = `${named} ${file}`;
      let loading = cache.get(key);
      if (loading === undefined) cache.set(key, (loading = load(file, named)));
      return loading;
    }),
  );
  return found.filter((identity) => identity !== undefined);
}

async function load(file: string, named: boolean): Promise<Identity | undefined> {
  let key: Buffer;
  try {
    key = await readFile(file);
  } catch (error) {
    if (!named) return undefined;
    throw transportError('key-unreadable', { file, problem: (error as Error).message });
  }
  const { default: ssh2 } = await import('ssh2');
  const parsed = ssh2.utils.parseKey(key);
  if (!(parsed instanceof Error)) return { file, key };
  if (!named) return undefined;
  throw transportError('key-unreadable', { file, problem: parsed.message });
}
