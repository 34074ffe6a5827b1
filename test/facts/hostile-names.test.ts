import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { factGroups } from '../../src/facts/index.ts';
import { asked } from '../support/asked.ts';
import { Namespace } from '../support/namespace.ts';
import { shellNames } from '../support/shells.ts';

/** The kernel takes any name of 15 bytes but for white space, slashes and colons. */
const names = [
  '\u001b[31m',
  '\u001ea',
  '@json',
  '\\',
  '\\n',
  '$(reboot)',
  '`reboot`',
  `'"'`,
  '*',
  '#end',
  'é',
  '漢字',
  '{}',
  'a@b',
  '_via',
];
let dir = '';
let host: Namespace;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tsplay-facts-'));
  host = new Namespace();
  host.ip('link add name br0 type bridge');
  for (const [n, name] of names.entries()) {
    host.ip(`link add name ${name} type veth peer name peer${n}`);
    host.ip(`addr add 10.${n}.0.1/24 dev ${name}`);
    host.ip(`link set dev ${name} up`);
    host.ip(`link set dev peer${n} master br0 up`);
    host.ip(`route add default via 10.${n}.0.2 metric ${n} table 100`);
    host.ip(`rule add pref ${1000 + n} iif ${name} lookup 100`);
  }
  host.ip('route add default table 101 nexthop via 10.3.0.2 nexthop via 10.4.0.2');
});
afterEach(() => {
  host.close();
  rmSync(dir, { recursive: true });
});

describe.each(shellNames)('in %s', (shell) => {
  it('names that do harm are only names', async () => {
    const surroundings = { home: dir, under: host.under };
    const { interfaces } = await asked(factGroups.network, shell, surroundings);
    const known = interfaces.filter(({ name }) => !/^(lo|br0|peer\d+)$/.test(name));
    expect(known.map(({ name, addresses }) => [name, addresses[0]?.address])).toEqual(
      names.map((name, n) => [name, `10.${n}.0.1`]),
    );
    const { routes4, rules4 } = await asked(factGroups.routes, shell, surroundings);
    const found = routes4.filter(({ table }) => table === 100).map(({ legs }) => legs[0]?.dev);
    expect(found).toEqual(names);
    expect(rules4.filter(({ table }) => table === 100).map(({ iif }) => iif)).toEqual(names);
    // Busybox's `ip` has none of them.
    const legs = routes4.find(({ table }) => table === 101)?.legs.map(({ dev }) => dev);
    expect(legs).toEqual(shell === 'ash' ? [] : ['\\', '\\n']);
  });

  it('of ports of bridges, too', async () => {
    for (const [n, name] of names.entries()) {
      host.ip(`link set dev peer${n} nomaster`);
      host.ip(`link set dev ${name} master br0`);
    }
    const { bridges } = await asked(factGroups.bridges, shell, { home: dir, under: host.under });
    expect(bridges[0]?.ports.map(({ name }) => name).toSorted()).toEqual([...names].toSorted());
  });
});
