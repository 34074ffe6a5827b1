import type { SocketProcess } from './sockets.ts';

/** What `ss` knows beyond the kernel's tables. */
export interface SocketHolder {
  readonly interface: string | undefined;
  readonly processes: readonly SocketProcess[];
}

// A name has at most 15 bytes, too few for one that looks like the end of this and the beginning of another.
const holder = /\("(.+?)",pid=(\d+),fd=\d+\)(?=,\("|\) |\)$)/gs;

/** Reads what `ss -tulnpe` prints, by the number of the socket. */
export function holdersOf(lines: readonly string[]): ReadonlyMap<string, SocketHolder> {
  const holders = new Map<string, SocketHolder>();
  for (const line of lines) {
    const [, inode] = /\sino:(\d+)\s/.exec(`${line.replace(/users:\(.*\) /s, ' ')} `) ?? [];
    const [, , , , local = ''] = line.split(/\s+/);
    if (inode === undefined) continue;
    const processes = new Map<number, string>();
    for (const [, name = '', pid] of line.matchAll(holder)) processes.set(Number(pid), name);
    holders.set(inode, {
      interface: /%([^\]:]+)\]?:[^:]*$/.exec(local)?.[1],
      processes: [...processes].map(([pid, name]) => ({ name, pid })).toSorted((a, b) => a.pid - b.pid),
    });
  }
  return holders;
}
