import type { FactGroupDefinition } from './group.ts';
import { isPseudo, isRemote, mountsProbe } from './mounts-probe.ts';
import { parseMountinfo, reachable } from './mountinfo.ts';
import { Told } from './told.ts';

/** How full a file system is, in bytes. */
export interface MountUsage {
  readonly size: number;
  readonly used: number;
  /** What users other than root can still have. */
  readonly available: number;
  /** How many files it can have; 0 where it sets itself no limit, undefined where only `df` could be asked. */
  readonly inodes: number | undefined;
  readonly inodesFree: number | undefined;
}

/** A mount of the host. */
export interface Mount {
  /** What is mounted: `/dev/sda1`, `server:/export`, or any word for what has no device. */
  readonly source: string;
  /** Where. */
  readonly target: string;
  /** The folder of the file system that is seen there: `/`, but that of a bind mount or a btrfs subvolume. */
  readonly root: string;
  /** `ext4`, `nfs4`, `tmpfs`. */
  readonly fstype: string;
  /** `ro` or `rw` first. */
  readonly options: readonly string[];
  /**
   * Undefined where it does not apply: file systems of the kernel itself such as proc, and what another mount hides;
   * and where it could not be had.
   */
  readonly usage: MountUsage | undefined;
  /** It has not answered within 4 s: in most cases a file server that is gone. */
  readonly hangs: boolean;
}

/** Facts of the group `mounts`. */
export interface MountsFacts {
  /** Those that the session sees, in the kernel's order; one that is mounted over another comes after it. */
  readonly mounts: readonly Mount[];
}

/** See {@link MountsFacts}. */
export const mounts: FactGroupDefinition<MountsFacts> = {
  probe: mountsProbe(4),
  privileged: true,
  limit: 15,
  parse(printed) {
    const told = new Told(printed);
    const lines = parseMountinfo(told.all('mount'));
    if (lines.length === 0) throw new Error('the host tells no mount at all');
    const visible = reachable(lines);
    const usages = usagesOf(told);
    const isLate = (fstype: string): boolean =>
      told.maybe(isRemote(fstype) ? 'remoteDone' : 'localDone') === undefined;
    return {
      mounts: lines.map(({ id, source, target, root, fstype, options }) => {
        const asked = visible.has(id) && !isPseudo(fstype);
        const usage = asked ? usages.get(id) : undefined;
        const hangs = asked && !usages.has(id) && isLate(fstype);
        return { source, target, root, fstype, options, usage, hangs };
      }),
    };
  },
};

/** What each mount has answered, by its number; undefined for an error. */
function usagesOf(told: Told): ReadonlyMap<string, MountUsage | undefined> {
  const usages = new Map<string, MountUsage | undefined>(told.all('failed').map((id) => [id, undefined]));
  // Only if all of a batch have answered does it say whose the answers are.
  for (const line of told.all('ids')) {
    const [batch, ...ids] = line.split(' ');
    const answers = told.all('local').filter((answer) => answer.startsWith(`${batch} `));
    for (const [index, id] of ids.entries())
      usages.set(id, usageOf((answers[index] ?? '').replace(/^\d+ /, '')));
  }
  for (const line of told.all('one')) {
    const [, id, numbers] = /^(\d+) (.*)$/.exec(line) ?? [];
    if (id !== undefined && numbers !== undefined) usages.set(id, usageOf(numbers));
  }
  for (const line of told.all('df')) {
    const [, id, size, used, available] = /^(\d+) .* (\d+) (\d+) (-?\d+) (?:\d+%|-) \//.exec(line) ?? [];
    if (id === undefined) continue;
    const bytes = (kib: string | undefined): number => Math.max(0, Number(kib)) * 1024;
    const inodes = { inodes: undefined, inodesFree: undefined };
    usages.set(id, { size: bytes(size), used: bytes(used), available: bytes(available), ...inodes });
  }
  return usages;
}

/** Reads the size of a block, then blocks, free ones and those for users, then inodes and free ones. */
function usageOf(line: string): MountUsage {
  if (!/^\d+( \d+){5}$/.test(line)) throw new Error(`how full a mount is, is not understood: ${line}`);
  const [block = 0, blocks = 0, free = 0, available = 0, inodes = 0, inodesFree = 0] = line
    .split(' ')
    .map(Number);
  const used = (blocks - free) * block;
  return { size: blocks * block, used, available: available * block, inodes, inodesFree };
}
