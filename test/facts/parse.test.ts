import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { factGroups } from '../../src/facts/index.ts';
import { parseOsRelease } from '../../src/facts/os-release.ts';

/** What the probes printed on real hosts. */
const fixture = (name: string): string =>
  readFileSync(new URL(`../fixtures/facts/${name}.txt`, import.meta.url), 'utf8');
const none = {
  driver: undefined,
  master: undefined,
  kind: undefined,
  speed: undefined,
  duplex: undefined,
  altNames: [],
  alias: undefined,
  parent: undefined,
  vlanId: undefined,
};
const address = (text: string, prefix: number, scope = 'global'): object => ({
  address: text,
  prefix,
  family: text.includes(':') ? 'inet6' : 'inet',
  scope,
  peer: undefined,
  dynamic: false,
  temporary: false,
  tentative: false,
  deprecated: false,
  validLifetime: undefined,
  preferredLifetime: undefined,
});
const loopback = {
  ...none,
  name: 'lo',
  mac: undefined,
  mtu: 65_536,
  up: true,
  carrier: true,
  addresses: [address('127.0.0.1', 8, 'host'), address('::1', 128, 'host')],
};

describe('network facts', () => {
  it('of iproute2, as JSON', () => {
    const facts = factGroups.network.parse(fixture('network-debian'));
    const by = (name: string): unknown => facts.interfaces.find((one) => one.name === name);
    const names = 'lo eth0 eth1 eth2 eth3 eth4 bond0 bond0.7 dummy0';
    expect(facts.interfaces.map(({ name }) => name).join(' ')).toBe(names);
    expect(by('lo')).toEqual(loopback);
    const mac = '4e:6a:d9:51:f4:62';
    const up = { ...none, mtu: 1500, up: true, carrier: true };
    const altNames = ['enp0s5', 'ens5'];
    const hardware = { driver: 'virtio_net', master: 'bond0', altNames };
    const slave = { ...up, ...hardware, name: 'eth1', mac, addresses: [] };
    expect(by('eth1')).toEqual(slave);
    expect(by('eth2')).toMatchObject({ up: false, carrier: false, mtu: 9000 });
    const bonded = [address('10.0.0.2', 24), address('fe80::4c6a:d9ff:fe51:f462', 64, 'link')];
    expect(by('bond0')).toEqual({ ...up, name: 'bond0', mac, kind: 'bond', addresses: bonded });
    expect(by('bond0.7')).toMatchObject({ kind: 'vlan', parent: 'bond0', vlanId: 7 });
    const [, passing] = facts.interfaces.find(({ name }) => name === 'eth0')?.addresses ?? [];
    expect(passing).toMatchObject({ dynamic: true, validLifetime: 86_236, preferredLifetime: 14_236 });
    // An address with a peer: its own, not that of the other side.
    expect(by('dummy0')).toMatchObject({
      kind: 'dummy',
      addresses: [{ ...address('192.0.2.1', 32), peer: '192.0.2.9' }, {}],
    });
    expect(facts.defaultRoutes4).toEqual([
      { via: '10.0.2.2', dev: 'eth0', metric: 0 },
      { via: '10.0.0.1', dev: 'bond0', metric: 500 },
      { via: '10.7.0.1', dev: 'bond0.7', metric: 500 },
    ]);
    expect(facts.defaultRoutes6).toEqual([
      { via: '2001:db8:7::1', dev: 'bond0.7', metric: 300 },
      { via: 'fe80::2', dev: 'eth0', metric: 1024 },
    ]);
    expect(facts.dns).toEqual({ nameservers: ['10.0.2.3'], search: ['lab'], options: [] });
    expect(facts.ssh).toEqual({ address: '10.0.2.15', port: 22, interface: 'eth0', client: '10.0.2.2' });
  });

  it('of busybox, from text and /sys', () => {
    const facts = factGroups.network.parse(fixture('network-busybox'));
    const mac = 'e2:cd:9b:e7:c4:b6';
    const up = { ...none, mtu: 1500, up: true, carrier: true };
    const local = address('fe80::e0cd:9bff:fee7:c4b6', 64, 'link');
    expect(facts.interfaces).toEqual([
      loopback,
      {
        ...up,
        name: 'v1',
        mac: '26:31:3d:e4:47:86',
        speed: 10_000,
        duplex: 'full',
        addresses: [
          { ...address('10.9.0.1', 32), peer: '10.9.0.2' },
          address('fe80::2431:3dff:fee4:4786', 64, 'link'),
        ],
      },
      { ...up, name: 'v0', mac, master: 'br0', addresses: [local] },
      {
        ...up,
        name: 'br0',
        mac,
        kind: 'bridge',
        addresses: [address('10.0.0.2', 24), address('2001:db8::2', 64), local],
      },
      {
        ...none,
        mtu: 1500,
        up: false,
        carrier: false,
        name: 'tap0',
        mac: '9a:bf:21:56:83:32',
        kind: 'tun',
        alias: 'to the\tcellar\n@second line',
        addresses: [],
      },
    ]);
    expect(facts.defaultRoutes4).toEqual([{ via: '10.0.0.3', dev: 'br0', metric: 7 }]);
    expect(facts.defaultRoutes6).toEqual([{ via: '2001:db8::1', dev: 'br0', metric: 300 }]);
    expect(facts.dns).toEqual({
      nameservers: ['192.0.2.53', '2001:db8::53'],
      search: ['example.net', 'example.org'],
      options: ['timeout:2', 'edns0'],
    });
    expect(facts.ssh).toEqual({ address: '10.0.0.2', port: 22, interface: 'br0', client: '192.0.2.7' });
  });

  it('of an old iproute2 without JSON have the legs of multipath routes', () => {
    const routes = `@routes4
default proto static metric 20
	nexthop via 10.0.0.1 dev eth0 weight 1
	nexthop via inet6 fe80::1 dev eth1 weight 1
default dev ppp0 scope link
unreachable default metric 9000
@routes6
`;
    const rest = '@details\n@vlans\n@resolv\n';
    const facts = factGroups.network.parse(
      `@ssh\nfe80::7 5 fe80::5%eth0 22\n@links\n${rest}@addresses\n${routes}`,
    );
    expect(facts.defaultRoutes4).toEqual([
      { via: '10.0.0.1', dev: 'eth0', metric: 20 },
      { via: 'fe80::1', dev: 'eth1', metric: 20 },
      { via: undefined, dev: 'ppp0', metric: 0 },
    ]);
    expect(facts.defaultRoutes6).toEqual([]);
    expect(facts.ssh).toEqual({ address: 'fe80::5', port: 22, interface: 'eth0', client: 'fe80::7' });
  });

  it('are refused where the answer makes no sense', () => {
    const { parse } = factGroups.network;
    expect(() => parse('')).toThrow("no part 'links'");
    const begun = '@ssh\n@links\n@details\n@vlans\n@resolv\n';
    expect(() => parse(`${begun}@json\n[{"ifname":7}]\n@json4\n@json6\n`)).toThrow('not understood');
    expect(() => parse(`${begun}@json\n[{"ifname"\n@json4\n@json6\n`)).toThrow('JSON');
  });
});

it('reads os-release with quotes, escapes and nothing in it', () => {
  const rocky = [
    'NAME="Rocky \\"9\\" \\$1"',
    "ID='rocky'",
    'ID_LIKE="rhel centos fedora"',
    'VERSION_ID="9.4"',
  ];
  expect(parseOsRelease(rocky)).toEqual({
    id: 'rocky',
    idLike: ['rhel', 'centos', 'fedora'],
    version: '9.4',
    name: 'Rocky "9" $1',
  });
  const arch = ['# ID=none', 'ID=arch', 'VERSION_ID=', 'NAME="Arch Linux"'];
  expect(parseOsRelease(arch)).toMatchObject({ id: 'arch', version: undefined });
  expect(parseOsRelease([])).toEqual({ id: 'linux', idLike: [], version: undefined, name: 'Linux' });
});
