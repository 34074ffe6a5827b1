import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { factGroups } from '../../src/facts/index.ts';
import { asked } from '../support/asked.ts';
import { shellNames } from '../support/shells.ts';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tsplay-facts-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

/** A command under which the names of namespaces are its own, made by some commands and gone with it. */
const under = (setup: string): readonly string[] => [
  'unshare',
  '-mn',
  'sh',
  '-c',
  `mount -t tmpfs none /run/netns || exit; ${setup}
"$@"; rc=$?; [ -z "$!" ] || kill $!; exit $rc`,
  'sh',
];

it.each(shellNames)('named namespaces are as `ip` has them, in %s', async (shell) => {
  const { namespaces } = await asked(factGroups.namespaces, shell, {
    home: dir,
    under: under(`ip netns add zero; ip netns add 'a b'; ip netns add @names; ip netns add "$(printf 'x\\ny')"
ip -n zero link add name "o'|d" type veth peer name @namespace; ip netns set zero 7
: >/run/netns/left; ln -s zero /run/netns/same; echo "$(stat -Lc %i /run/netns/zero)" >'${dir}/inode'
ip netns exec 'a b' sleep 60 &
until [ "$(readlink "/proc/$!/ns/net")" = "net:[$(stat -Lc %i '/run/netns/a b')]" ]; do sleep 0.02; done`),
  });
  const inode = Number(readFileSync(join(dir, 'inode'), 'utf8'));
  const fresh = { inode: expect.any(Number) as number, id: undefined, interfaces: ['lo'] };
  const odd = { inode, id: 7, processes: 0, interfaces: ['lo', '@namespace', "o'|d"] };
  expect(namespaces).toEqual([
    { ...fresh, name: '@names', processes: 0 },
    { ...fresh, name: 'a b', processes: 1 },
    { name: 'left', inode: undefined, id: undefined, processes: 0, interfaces: undefined },
    // Busybox's `ip` knows no namespaces.
    { ...odd, name: 'same', ...(shell === 'ash' ? { id: undefined } : {}) },
    { ...odd, name: 'zero', ...(shell === 'ash' ? { id: undefined } : {}) },
  ]);
});

it.each(shellNames)('a host without them has none, in %s', async (shell) => {
  const surroundings = { home: dir, under: under(':') };
  expect(await asked(factGroups.namespaces, shell, surroundings)).toEqual({ namespaces: [] });
});

it.each(shellNames)('of many, the first hundred are looked into, in %s', async (shell) => {
  const { namespaces } = await asked(factGroups.namespaces, shell, {
    home: dir,
    under: under('ip netns add a; for i in $(seq 200); do : >/run/netns/b$i; done'),
  });
  expect(namespaces).toHaveLength(201);
  expect(namespaces.filter(({ interfaces }) => interfaces !== undefined)).toHaveLength(1);
});
