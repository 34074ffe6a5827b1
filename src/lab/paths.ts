import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { labError } from '../errors/lab.ts';

/** A folder that an XDG variable names. As its specification says, a relative path counts as unset. */
function xdg(variable: string): string | undefined {
  const path = process.env[variable];
  return path !== undefined && isAbsolute(path) ? path : undefined;
}

/** The user's cache. */
export function cacheHome(): string {
  return xdg('XDG_CACHE_HOME') ?? join(homedir(), '.cache');
}

/** Where built labs are kept, one folder a version. */
export function imagesFolder(): string {
  return join(cacheHome(), 'tsplay', 'lab');
}

/** Where running labs have their sockets and state, one folder a lab. */
export function runFolder(): string {
  const runtime = xdg('XDG_RUNTIME_DIR');
  return runtime === undefined ? join(imagesFolder(), 'run') : join(runtime, 'tsplay', 'lab');
}

/** The lab that this process means: `TSPLAY_LAB`, or `default`. */
export function labName(): string {
  const name = process.env['TSPLAY_LAB'] ?? 'default';
  if (!/^[a-z][a-z0-9-]{0,31}$/.test(name)) throw labError('lab-bad-name', { name });
  return name;
}

/** Refuses a path prefix whose sockets would have names longer than the kernel takes (108 bytes with the NUL). */
export function socketPrefix(prefix: string): string {
  const longest = `${prefix}.monitor`;
  if (Buffer.byteLength(longest) > 107) throw labError('lab-path-too-long', { path: longest });
  return prefix;
}
