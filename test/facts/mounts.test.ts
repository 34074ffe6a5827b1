import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mountsProbe } from '../../src/facts/mounts-probe.ts';
import { mounts, type Mount } from '../../src/facts/mounts.ts';
import { printedOn, probed } from '../support/probes.ts';
import { shellNames } from '../support/shells.ts';

const lines = (name: string): string =>
  printedOn(`documented/mountinfo-${name}`).trim().replaceAll(/^/gm, 'mount=');
/** That waits less. */
const hasty = { ...mounts, probe: mountsProbe(1) };
const full = { size: 4096, used: 2048, available: 1024, inodes: 9, inodesFree: 8 };

describe('mounts', () => {
  it('of Debian, one over another and one of a folder', () => {
    const { mounts: all } = mounts.parse(printedOn('mounts-debian'));
    const of = (target: string): readonly Mount[] => all.filter((one) => one.target === target);
    expect(of('/')).toEqual([
      {
        source: '/dev/vda',
        target: '/',
        root: '/',
        fstype: 'ext4',
        options: ['rw', 'relatime'],
        usage: {
          size: 4096 * 771_786,
          used: 4096 * (771_786 - 643_990),
          available: 4096 * 639_894,
          inodes: 196_608,
          inodesFree: 183_164,
        },
        hangs: false,
      },
    ]);
    expect(of('/proc')).toMatchObject([{ fstype: 'proc', usage: undefined, hangs: false }]);
    // The lower one cannot be seen any more.
    expect(of('/mnt/a b')).toMatchObject([
      { source: 'my disk', usage: undefined },
      { source: 'over', usage: { size: 4096 * 43_906 } },
    ]);
    expect(of('/mnt/t')).toMatchObject([{ root: '/etc', source: '/dev/vda' }]);
  });

  it('of Rocky Linux, where a file server is gone', () => {
    const told = `${lines('rocky-9')}\nlocal=1 1 4096 2048 1024 9 8\nlocal=1 1 1 1 1 1 1\nlocal=1 1 1 1 1 1 1\nids=1 63 70 73\nlocalDone=1\nfailed=79\n`;
    const { mounts: all } = mounts.parse(told);
    const home = { source: 'filer.example.org:/export/home', target: '/srv/home', fstype: 'nfs4' };
    expect(all.filter(({ hangs }) => hangs)).toMatchObject([home]);
    expect(all.find(({ target }) => target === '/')).toMatchObject({ fstype: 'xfs', usage: full });
    expect(all.at(-1)).toMatchObject({
      source: '//filer.example.org/share two',
      target: '/srv/share two',
      // The mount is, even if the share is not.
      options: expect.arrayContaining(['ro', 'vers=3.1.1']) as unknown,
      usage: undefined,
      hangs: false,
    });
    expect(all.at(-1)?.options).not.toContain('rw');
    // Nothing has come in time.
    const none = mounts.parse(lines('rocky-9')).mounts;
    expect(none.filter(({ hangs }) => hangs).map(({ target }) => target)).toEqual([
      '/',
      '/boot',
      '/boot/efi',
      '/srv/home',
      '/srv/share two',
    ]);
  });

  it('of Ubuntu with subvolumes, snaps and containers, each asked alone', () => {
    const told = `${lines('ubuntu')}\nlocal=1 1 2 1 1 1 1\none=31 1 4096 2048 1024 9 8\nfailed=590\none=44 1 1 0 0 1 0\nlocalDone=1\n`;
    const { mounts: all } = mounts.parse(told);
    expect(all.map(({ target, root, usage }) => [target, root, usage?.used])).toEqual([
      ['/proc', '/', undefined],
      ['/', '/@', 2048],
      ['/snap/core20/1974', '/', 1],
      ['/home', '/@home', undefined],
      ['/var/lib/docker/overlay2/7b/merged', '/', undefined],
    ]);
    expect(all.some(({ hangs }) => hangs)).toBe(false);
  });

  it('of Alpine with df alone, whose names are long and have blanks', () => {
    const [, line = ''] = printedOn('documented/df-busybox').split('\n');
    const df = `df=25 Filesystem 1024-blocks Used Available Capacity Mounted on ${line.replaceAll(/\s+/g, ' ')}\n`;
    const { mounts: all } = mounts.parse(`${lines('alpine')}\n${df}localDone=1\n`);
    expect(all.find(({ fstype }) => fstype === 'ext4')?.usage).toEqual({
      size: 10_218_772 * 1024,
      used: 6_172_780 * 1024,
      available: 3_505_196 * 1024,
      inodes: undefined,
      inodesFree: undefined,
    });
  });

  it('are refused where the answer makes no sense', () => {
    expect(() => mounts.parse('')).toThrow('no mount at all');
    expect(() => mounts.parse('mount=1 2 3')).toThrow('a mount is not understood');
    expect(() => mounts.parse(`${lines('alpine')}\none=25 many`)).toThrow('how full a mount is');
  });
});

interface Findmnt {
  readonly filesystems: readonly {
    readonly target: string;
    readonly source: string;
    readonly fstype: string;
    readonly size: number | null;
    readonly avail: number | null;
    readonly options: string;
  }[];
}

describe.each(shellNames)('the probe in %s', (shell) => {
  let dir = '';
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'tsplay-mounts-'));
  });
  afterEach(() => rmSync(dir, { recursive: true }));
  const quiet = 'mount --make-rprivate /';

  it('tells what findmnt tells, whatever the paths are', () => {
    // More than are asked at once.
    const plain = Array.from({ length: 60 }, (_, index) => `plain${index}`);
    const names = ['a b', 'line\nmount=1 @x', 'back\\slash 100% %s', 'ünï → #1', 'q\'$(id)"'];
    for (const name of [...names, ...plain]) mkdirSync(join(dir, name));
    const each = [...names, ...plain]
      .map((name) => join(dir, name).replaceAll("'", `'\\''`))
      .map((path, index) => `mount -t tmpfs -o size=${index + 1}m 'my source' '${path}'`);
    const after = [quiet, ...each, `mount --bind -o ro '${dir}' /mnt`].join('\n');
    const { facts, beside } = probed(shell, mounts, {
      after,
      beside: 'findmnt -Jlbo TARGET,SOURCE,FSTYPE,SIZE,AVAIL,OPTIONS',
    });
    // What findmnt prints of a source is not what is mounted if that is a folder: `/dev/vda[/folder]`.
    const { filesystems } = JSON.parse(beside) as Findmnt;
    expect(facts.mounts.map(({ target, source, fstype }) => [target, source, fstype])).toEqual(
      filesystems.map(({ target, source, fstype }) => [target, source.replace(/\[.*\]$/s, ''), fstype]),
    );
    for (const [index, { options }] of facts.mounts.entries())
      expect(options.toSorted()).toEqual(
        [...new Set(filesystems[index]?.options.split(','))]
          .toSorted()
          .filter((one) => one !== 'rw' || !options.includes('ro')),
      );
    const mine = facts.mounts.filter(({ target }) => target.startsWith(dir));
    expect(mine.map(({ target }) => target.slice(dir.length + 1))).toEqual([...names, ...plain]);
    expect(mine.map(({ usage }) => usage?.size)).toEqual(mine.map((_, index) => (index + 1) * 2 ** 20));
    const root = facts.mounts.find(({ target }) => target === '/');
    expect(root?.usage?.size).toBe(filesystems.find(({ target }) => target === '/')?.size);
    expect(facts.mounts.some(({ hangs }) => hangs)).toBe(false);
  });

  it('goes on without a mount that does not answer', () => {
    for (const name of ['dead', 'well']) mkdirSync(join(dir, name));
    const { facts } = probed(shell, hasty, {
      // Nobody reads what this file system asks.
      after: `${quiet}
exec 9<>/dev/fuse
mount -i -t fuse -o fd=9,rootmode=40000,user_id=0,group_id=0 gone ${dir}/dead || exit
mount -t tmpfs -o size=1m well ${dir}/well`,
    });
    const of = (name: string): unknown => facts.mounts.find(({ target }) => target === join(dir, name));
    expect(of('dead')).toMatchObject({ source: 'gone', fstype: 'fuse', usage: undefined, hangs: true });
    expect(of('well')).toMatchObject({ usage: { size: 2 ** 20 }, hangs: false });
    expect(facts.mounts.filter(({ hangs }) => hangs)).toHaveLength(1);
  });

  // This one takes its own tools before those on the path.
  const own = shell === 'ash';
  const tool = (does: string): string => {
    mkdirSync(join(dir, 'bin'));
    writeFileSync(join(dir, 'bin/stat'), `#!/bin/sh\n${does}\n`, { mode: 0o755 });
    return `${dir}/bin:/usr/bin:/bin`;
  };

  it.skipIf(own)('loses no list to a stat that hangs', () => {
    const { facts } = probed(shell, hasty, { path: tool('exec sleep 600'), after: quiet });
    expect(facts.mounts.find(({ target }) => target === '/')).toMatchObject({
      hangs: true,
      usage: undefined,
    });
    expect(facts.mounts.find(({ fstype }) => fstype === 'proc')).toMatchObject({ hangs: false });
  });

  it.skipIf(own)('asks each alone if one cannot be read', () => {
    mkdirSync(join(dir, 'odd'));
    const path = tool(`/usr/bin/stat "$@"; case "$*" in *${dir}/odd*) exit 1 ;; esac`);
    const after = `${quiet}\nmount -t tmpfs -o size=1m odd ${dir}/odd`;
    const { facts, printed } = probed(shell, mounts, { path, after });
    expect(printed).toMatch(/^failed=\d+$/m);
    expect(facts.mounts.find(({ target }) => target === '/')?.usage?.size).toBeGreaterThan(0);
    expect(facts.mounts.some(({ hangs }) => hangs)).toBe(false);
  });

  it.skipIf(own)('asks df where there is no stat', () => {
    mkdirSync(join(dir, 'a b'));
    mkdirSync(join(dir, 'bin'));
    for (const name of ['df', 'sleep']) symlinkSync(`/usr/bin/${name}`, join(dir, 'bin', name));
    const { facts } = probed(shell, mounts, {
      path: join(dir, 'bin'),
      after: `${quiet}\nmount -t tmpfs -o size=3m 'my source' '${dir}/a b'`,
    });
    expect(facts.mounts.find(({ source }) => source === 'my source')?.usage).toEqual({
      size: 3 * 2 ** 20,
      used: 0,
      available: 3 * 2 ** 20,
      inodes: undefined,
      inodesFree: undefined,
    });
  });
});
