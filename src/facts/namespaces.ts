import { sh } from '../steps/sh.ts';
import type { FactGroupDefinition } from './group.ts';
import { Sections } from './sections.ts';

/** Namespaces that are looked into: each is a process. */
const most = 100;

/** A network namespace that has a name, as `ip netns add` gives it one. */
export interface NetworkNamespace {
  readonly name: string;
  /**
   * What the kernel knows it by, which is the same for each name that it has; undefined where the name is a left-over
   * that no namespace stands behind any more.
   */
  readonly inode: number | undefined;
  /** The number by which the host's own namespace knows it, the `link_netnsid` of `ip`; undefined if it has none. */
  readonly id: number | undefined;
  /** How many processes run in it; undefined for other users than root, who may not look at all of them. */
  readonly processes: number | undefined;
  /**
   * Names of its interfaces, in the kernel's order; undefined where they could not be read, as by other users than
   * root, and of more than the first 100 namespaces.
   */
  readonly interfaces: readonly string[] | undefined;
}

/** Facts of the group `namespaces`. */
export interface NamespacesFacts {
  /** By name. Those of containers have none. A name with a line break in it is left out. */
  readonly namespaces: readonly NetworkNamespace[];
}

// What is asked of processes is one command for all of them. /proc/net is that of the namespace of who reads it.
const probe = sh`
printf '@uid\n'
while read -r ts_v ts_real ts_effective; do
  [ "$ts_v" != Uid: ] || printf '%s\n' "\${ts_effective%%[!0-9]*}"
done </proc/self/status
set +f
set --
for ts_file in /run/netns/* /run/netns/.[!.]*; do
  [ -e "$ts_file" ] || continue
  case $ts_file in *"$TS_NL"*) continue ;; esac
  set -- "$@" "$ts_file"
done
printf '@inodes\n'
[ $# = 0 ] || ls -1iLd "$@" /proc/[0-9]*/ns/net 2>/dev/null || :
set -f
printf '@ids\n'
[ $# = 0 ] || ip netns list 2>/dev/null | sed 's/^/ /'
printf '@names\n'
ts_count=0
for ts_file in "$@"; do
  printf 'name %s\n' "\${ts_file##*/}"
  ts_count=$((ts_count + 1))
  [ "$ts_count" -le ${most} ] && ts_v=$(nsenter --net="$ts_file" sed 's/^/ /' /proc/net/dev 2>/dev/null) || continue
  printf '%s\n' "$ts_v"
done`;

/** See {@link NamespacesFacts}. */
export const namespaces: FactGroupDefinition<NamespacesFacts> = {
  probe,
  privileged: true,
  limit: 30,
  parse(printed) {
    const said = new Sections(printed);
    const all = said.count('uid') === 0;
    const inodes = new Map<string, number>();
    const processes = new Map<number, number>();
    for (const line of said.lines('inodes')) {
      const [, number, path] = /^\s*(\d+) (.+)$/.exec(line) ?? [];
      if (number === undefined || path === undefined) throw new Error(`not a line of ls: ${line}`);
      const inode = Number(number);
      if (path.startsWith('/run/netns/')) inodes.set(path.slice('/run/netns/'.length), inode);
      else processes.set(inode, (processes.get(inode) ?? 0) + 1);
    }
    const ids = new Map(
      said.lines('ids').flatMap((line) => {
        const [, name, id] = /^ (.+) \(id: (\d+)\)$/.exec(line) ?? [];
        return name === undefined ? [] : [[name, Number(id)] as const];
      }),
    );
    const found: { name: string; interfaces: string[] | undefined }[] = [];
    for (const line of said.lines('names')) {
      const one = found.at(-1);
      if (line.startsWith('name ')) found.push({ name: line.slice('name '.length), interfaces: undefined });
      // The head of the table.
      else if (line.includes('|') && !line.includes(':') && one !== undefined) one.interfaces ??= [];
      else one?.interfaces?.push(line.trim().split(':')[0] ?? '');
    }
    return {
      namespaces: found.map(({ name, interfaces }) => {
        const inode = namespaceInode(inodes.get(name));
        return {
          name,
          inode,
          id: ids.get(name),
          processes: all ? ((inode === undefined ? undefined : processes.get(inode)) ?? 0) : undefined,
          interfaces: inode === undefined ? undefined : interfaces,
        };
      }),
    };
  },
};

// The kernel counts those of namespaces from here. A name that nothing is mounted on is a file with a number of its own.
const firstInode = 0xef_ff_ff_00;
const namespaceInode = (inode: number | undefined): number | undefined =>
  inode === undefined || inode < firstInode ? undefined : inode;
