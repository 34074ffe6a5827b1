import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { factGroups, type Route, type RoutesFacts } from '../../src/facts/index.ts';
import { asked } from '../support/asked.ts';
import { Namespace } from '../support/namespace.ts';
import { shellNames, type Shell } from '../support/shells.ts';

let dir = '';
let host: Namespace;
const odd = `a'b"*`;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tsplay-facts-'));
  host = new Namespace();
  for (const words of [
    'link set lo up',
    `link add name ${odd} type veth peer name p1`,
    `link set dev ${odd} up`,
    'link set dev p1 up',
    'addr add 10.0.0.1/24 dev p1',
    `addr add 10.1.0.1/24 dev ${odd}`,
    'addr add 2001:db8::1/64 dev p1 nodad',
    'route add default via 10.0.0.9 metric 7',
    `route add 10.9.0.0/16 table 200 proto 201 nexthop via 10.0.0.2 weight 3 nexthop via 10.1.0.3 dev ${odd}`,
    'route add 10.8.0.0/16 via inet6 2001:db8::7 dev p1',
    'route add 10.7.0.0/16 via 192.0.2.1 dev p1 onlink tos 0x10 src 10.0.0.1 table 70000',
    'route add 10.6.0.0/16 encap ip id 5 src 192.0.2.8 dst 192.0.2.9 tos 4 via 10.0.0.3 dev p1',
    'route add blackhole 10.5.0.0/16',
    'nexthop add id 10 via 10.0.0.4 dev p1',
    'route add 10.4.0.0/16 nhid 10',
    '-6 route add default proto static metric 9 nexthop via 2001:db8::8 dev p1 nexthop via 2001:db8::9 dev p1 weight 2',
    '-6 route add unreachable 2001:db8:5::/48',
    '-6 route add 2001:db8:6::/48 from 2001:db8:7::/48 via 2001:db8::8',
    'rule add pref 100 not from 10.3.0.0/16 to 10.2.0.0/16 fwmark 0x2/0xff iif p1 ipproto tcp sport 5-9 dport 25 uidrange 7-9 lookup 200 protocol 201',
    'rule add pref 101 goto 103',
    `rule add pref 102 oif ${odd} lookup main suppress_prefixlength 0`,
    'rule add pref 103 tos 0x10 prohibit',
    '-6 rule add pref 100 fwmark 7 lookup 70000',
  ])
    host.ip(words);
});
afterEach(() => {
  host.close();
  rmSync(dir, { recursive: true });
});

const ask = (shell: Shell, change = (text: string): string => text): Promise<RoutesFacts> =>
  asked(factGroups.routes, shell, { home: dir, under: host.under, rewritten: change });

interface Leg {
  readonly gateway?: string;
  readonly via?: { readonly host: string };
  readonly dev?: string;
  readonly weight?: number;
}
interface Listed extends Leg {
  readonly type?: string;
  readonly dst: string;
  readonly table?: string;
  readonly metric?: number;
  readonly protocol?: string;
  readonly scope?: string;
  readonly prefsrc?: string;
  readonly nhid?: number;
  readonly nexthops?: readonly Leg[];
}

function json(family: '-4' | '-6'): readonly Listed[] {
  const text = host.ip(`-j -N -d ${family} route show table all`);
  // The destination of a tunnel has the same key as that of the route, and stands behind it.
  return JSON.parse(text.replaceAll('"dst":"192.0.2.9"', '"to":""')) as readonly Listed[];
}

/** Routes as `ip -j` has them: independent of text. */
function listed(family: '-4' | '-6'): readonly unknown[] {
  return json(family).map(({ type, dst, table, metric, protocol, prefsrc, nhid, nexthops, ...leg }) => {
    const nowhere = /^[6-9]$|blackhole|unreachable/.test(type ?? '');
    return {
      destination: dst,
      table: Number(table),
      metric: metric ?? 0,
      protocol:
        ({ 2: 'kernel', 3: 'boot', 4: 'static' } as Record<string, string>)[protocol ?? ''] ?? protocol,
      source: prefsrc,
      nhid,
      legs: (nowhere ? [] : (nexthops ?? [leg])).map((one) => [
        one.gateway ?? one.via?.host,
        one.dev,
        one.weight ?? 1,
      ]),
    };
  });
}
const comparable = ({ destination, table, metric, protocol, source, nhid, legs }: Route): unknown => ({
  destination,
  table,
  metric,
  protocol,
  source,
  nhid,
  legs: legs.map(({ via, dev, weight }) => [via, dev, weight]),
});

describe.each(['dash', 'bash'] as const)('routes of iproute2, in %s', (shell) => {
  it('are those that its JSON has', async () => {
    const { routes4, routes6, truncated } = await ask(shell);
    expect(routes4.map(comparable)).toEqual(listed('-4'));
    expect(routes6.map(comparable)).toEqual(listed('-6'));
    expect(truncated).toBe(false);
    const by = (destination: string): Route | undefined =>
      routes4.find((one) => one.destination === destination);
    expect(by('10.7.0.0/16')).toMatchObject({ tos: 0x10, table: 70_000, legs: [{ onlink: true }] });
    expect(by('10.5.0.0/16')).toMatchObject({ type: 'blackhole', table: 254, tableName: 'main', legs: [] });
    expect(by('10.1.0.1')).toMatchObject({ type: 'local', tableName: 'local', scope: 'host' });
    expect(by('10.0.0.0/24')).toMatchObject({ type: 'unicast', scope: 'link', protocol: 'kernel' });
    expect(routes6.find(({ from }) => from !== undefined)).toMatchObject({ from: '2001:db8:7::/48' });
  });

  it('are chosen by its rules', async () => {
    const { rules4, rules6 } = await ask(shell);
    const none = { not: false, from: undefined, to: undefined, iif: undefined, oif: undefined };
    expect(rules4.map(({ preference, action }) => [preference, action])).toEqual([
      [0, 'lookup'],
      [100, 'lookup'],
      [101, 'goto'],
      [102, 'lookup'],
      [103, 'prohibit'],
      [32_766, 'lookup'],
      [32_767, 'lookup'],
    ]);
    expect(rules4[0]).toMatchObject({ ...none, table: 255, tableName: 'local', protocol: undefined });
    expect(rules4[1]).toEqual({
      preference: 100,
      not: true,
      from: '10.3.0.0/16',
      to: '10.2.0.0/16',
      iif: 'p1',
      oif: undefined,
      fwmark: 2,
      fwmask: 0xff,
      tos: undefined,
      ipproto: 'tcp',
      sport: [5, 9],
      dport: [25, 25],
      uidrange: [7, 9],
      others: [],
      action: 'lookup',
      table: 200,
      tableName: undefined,
      goto: undefined,
      suppressPrefixlength: undefined,
      protocol: '201',
    });
    expect(rules4[2]).toMatchObject({ ...none, goto: 103, table: undefined });
    expect(rules4[3]).toMatchObject({ oif: odd, table: 254, suppressPrefixlength: 0 });
    expect(rules4[4]).toMatchObject({ tos: 0x10, table: undefined });
    expect(rules6[1]).toMatchObject({ fwmark: 7, fwmask: 0xff_ff_ff_ff, table: 70_000 });
  });
});

it("are told by busybox's `ip` without protocols and without the ways of multipath routes", async () => {
  const { routes4, routes6, rules4, rules6 } = await ask('ash');
  expect(routes4.map(({ destination }) => destination)).toEqual(json('-4').map(({ dst }) => dst));
  const by = (destination: string): Route | undefined =>
    routes4.find((one) => one.destination === destination);
  expect(by('10.9.0.0/16')).toMatchObject({ table: 200, protocol: undefined, legs: [] });
  expect(by('default')).toMatchObject({ table: 254, metric: 7, legs: [{ via: '10.0.0.9', dev: 'p1' }] });
  expect(by('10.5.0.0/16')).toMatchObject({ type: 'blackhole', legs: [] });
  expect(by('10.1.0.1')).toMatchObject({ type: 'local', scope: 'host', legs: [{ dev: odd }] });
  expect(routes6.some(({ destination }) => destination === '2001:db8::/64')).toBe(true);
  expect(rules4.map(({ preference, action, table }) => [preference, action, table])).toEqual([
    [0, 'lookup', 255],
    [100, 'lookup', 200],
    [101, 'goto', undefined],
    [102, 'lookup', 254],
    [103, 'prohibit', undefined],
    [32_766, 'lookup', 254],
    [32_767, 'lookup', 253],
  ]);
  expect(rules6[1]).toMatchObject({ preference: 100, fwmark: 7, table: 70_000 });
});

it.each(shellNames)('tables have the names that the host gives them, in %s', async (shell) => {
  writeFileSync(
    join(dir, 'rt_tables'),
    "# 1 none\n200\tisp-$(touch x)'1\n0x11170 far # 70000\n@routes4\n7 two words\n9 last",
  );
  const { routes4, rules4, tables } = await ask(shell, (text) => text.replaceAll('/etc/iproute2', dir));
  const name = 'isp-$(touch';
  expect(tables).toContainEqual({ number: 200, name });
  expect(tables).toContainEqual({ number: 7, name: 'two' });
  expect(tables).toContainEqual({ number: 9, name: 'last' });
  expect(tables).not.toContainEqual({ number: 1, name: 'none' });
  // Busybox reads its own file.
  expect(routes4.find(({ table }) => table === 200)?.tableName).toBe(name);
  expect(routes4.find(({ table }) => table === 70_000)?.tableName).toBe('far');
  expect(rules4[1]?.tableName).toBe(name);
});

it.each(shellNames)('more than 5,000 routes are cut, in %s', async (shell) => {
  const batch = Array.from(
    { length: 6000 },
    (_, n) => `route add 10.${64 + (n >> 8)}.${n & 255}.0/24 via 10.0.0.9`,
  );
  writeFileSync(join(dir, 'batch'), batch.join('\n'));
  host.ip(`-batch ${join(dir, 'batch')}`);
  const { routes4, rules4, truncated } = await ask(shell);
  expect([routes4.length, rules4.length, truncated]).toEqual([5000, 7, true]);
  // Tables with low numbers come first.
  expect(routes4.some(({ table }) => table === 200)).toBe(true);
});

it.each(shellNames)('a list that cannot be had is no empty one, in %s', async (shell) => {
  const broken = ask(shell, (text) => text.replaceAll('-o -4 rule show', '-o -4 rule nonsense'));
  await expect(broken).rejects.toThrow('this command failed: ip');
});
