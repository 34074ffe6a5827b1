import { createHmac, randomBytes } from 'node:crypto';
import { appendFile, mkdir, readFile, realpath, rename, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { keyType, lookupName, parseKnownHosts } from './known-hosts.ts';
import type { Target } from './transport.ts';

/** One change at a time: hosts of a run learn keys at once, and in the same file. */
let changing: Promise<unknown> = Promise.resolve();

function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const next = changing.then(work);
  changing = next.catch(() => {});
  return next;
}

/** The name under which the key of a target is looked up and learned. */
export function keyName({ hostKeyAlias, address, port }: Target): string {
  return hostKeyAlias?.toLowerCase() ?? lookupName(address, port);
}

/** Adds the key of a host to a known_hosts file, which is made where it is not there. */
export function learnKey(file: string, target: Target, key: Buffer): Promise<void> {
  return inTurn(async () => {
    const text = await read(file);
    const { hosts } = parseKnownHosts(text, file);
    const name = keyName(target);
    if (hosts.some((host) => host.marker === undefined && host.names(name) && host.key.equals(key))) return;
    const there = await mayWrite(file);
    const begin = text === '' || text.endsWith('\n') ? '' : '\n';
    if (there) await appendFile(file, `${begin}${line(target, key)}\n`, { mode: 0o600 });
  });
}

/**
 * Brings the keys of a known host up to what it says that it has: new ones are added, and lines that name nothing but
 * this host and a key that it has no longer go. As with OpenSSH, nothing is done where a pattern or a marker speaks of
 * the host, or where one of the keys is known under another name too.
 */
export function updateKeys(file: string, target: Target, keys: readonly Buffer[]): Promise<void> {
  return inTurn(async () => {
    const text = await read(file);
    const { hosts } = parseKnownHosts(text, file);
    const name = keyName(target);
    const own = hosts.filter((host) => host.names(name));
    if (own.length === 0 || own.some(({ marker, scope }) => marker !== undefined || scope === 'pattern'))
      return;
    const all = [...keys, ...own.map(({ key }) => key)];
    const isElsewhere = hosts.some((host) => !own.includes(host) && all.some((key) => key.equals(host.key)));
    if (isElsewhere) return;
    const fresh = keys.filter((key) => !own.some((host) => host.key.equals(key)));
    const gone = own.filter(({ scope, key }) => scope === 'one' && !keys.some((one) => one.equals(key)));
    if (fresh.length === 0 && gone.length === 0) return;
    const places = new Set(gone.map(({ place }) => place));
    const kept = text.split('\n').filter((_line, index) => !places.has(`${file}:${index + 1}`));
    await replace(
      file,
      withLines(
        kept.join('\n'),
        fresh.map((key) => line(target, key)),
      ),
    );
  });
}

function withLines(text: string, lines: readonly string[]): string {
  const begin = text === '' || text.endsWith('\n') ? text : `${text}\n`;
  return begin + lines.map((one) => `${one}\n`).join('');
}

function line(target: Target, key: Buffer): string {
  const name = keyName(target);
  return `${target.hashKnownHosts === true ? hashed(name) : name} ${keyType(key)} ${key.toString('base64')}`;
}

function hashed(name: string): string {
  const salt = randomBytes(20);
  const hash = createHmac('sha1', salt).update(name).digest('base64');
  return `|1|${salt.toString('base64')}|${hash}`;
}

async function read(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
}

/** Makes the folder where there is none. What is no file, such as /dev/null, is left alone. */
async function mayWrite(file: string): Promise<boolean> {
  const there = await stat(file).catch(() => undefined);
  if (there === undefined) await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  return there === undefined || there.isFile();
}

/** Whoever reads meanwhile finds the old file or the new one, whole. */
async function replace(file: string, text: string): Promise<void> {
  const path = await realpath(file);
  const { mode } = await stat(path);
  const temporary = `${path}.${randomBytes(6).toString('hex')}`;
  await writeFile(temporary, text, { mode: mode & 0o777, flag: 'wx' });
  await rename(temporary, path);
}
