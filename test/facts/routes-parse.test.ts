import { describe, expect, it } from 'vitest';
import { factGroups, type Route, type Rule } from '../../src/facts/index.ts';
import { printedOn as fixture } from '../support/probes.ts';

const { routes } = factGroups;

describe('routes', () => {
  it('of an iproute2 that prints names', () => {
    const { routes4, routes6, rules4, rules6, tables } = routes.parse(fixture('routes-rhel8'));
    expect(tables.at(0)).toEqual({ number: 0, name: 'unspec' });
    const leg = { onlink: false, dead: false, linkdown: false, weight: 1 };
    const uplink = { table: 200, tableName: 'uplink2' };
    const brief = ({ destination, type, legs, ...more }: Route): string =>
      [type, destination, more.table, more.protocol, more.scope, more.metric, more.tos, legs.length].join(
        ' ',
      );
    expect(routes4.map(brief)).toEqual([
      'unicast default 254 dhcp global 100 0 1',
      'unicast 192.0.2.0/24 254 kernel link 100 0 1',
      'unicast default 200 static global 0 0 2',
      'unicast 203.0.113.128/25 254 bgp global 20 0 1',
      'prohibit 10.0.0.0/8 200 boot global 0 0 0',
      'unicast 10.1.0.0/16 254 boot global 0 8 1',
      'unicast 10.2.0.0/16 254 boot link 0 0 1',
      'throw default 300 boot global 0 0 0',
      'broadcast 192.0.2.0 255 kernel link 0 0 1',
      'local 192.0.2.20 255 kernel host 0 0 1',
    ]);
    expect(routes4[2]).toMatchObject({
      ...uplink,
      legs: [
        { ...leg, via: '198.51.100.1', dev: 'eno2', dead: true, linkdown: true },
        { ...leg, via: '203.0.113.1', dev: 'eno3', weight: 2, onlink: true },
      ],
    });
    expect(routes4[3]?.legs).toEqual([{ ...leg, via: 'fe80::1', dev: 'eno2' }]);
    expect(routes4[6]?.legs).toEqual([{ ...leg, via: undefined, dev: 'eno2', linkdown: true }]);
    expect(routes6.map(brief)).toEqual([
      'unreachable ::/96 254 boot global 1024 0 0',
      'unicast 2001:db8::/64 254 ra global 100 0 1',
      'unicast default 254 ra global 100 0 2',
    ]);
    const action = (rule: Rule): unknown[] => [rule.preference, rule.action, rule.table ?? rule.goto];
    expect(rules4.map(action)).toEqual([
      [0, 'lookup', 255],
      [1000, 'lookup', undefined],
      [1500, 'lookup', 200],
      [1600, 'nop', undefined],
      [1700, 'goto', 32_766],
      [1800, 'blackhole', undefined],
      [32_766, 'lookup', 254],
      [32_767, 'lookup', 253],
    ]);
    expect(rules4[2]).toMatchObject({ ...uplink, iif: 'eno2', fwmark: 0x10, fwmask: 0xf0 });
    expect(rules4[3]).toMatchObject({ fwmark: 7, fwmask: 0xff_ff_ff_ff, others: ['dscp', '8'] });
    expect(rules4[5]).toMatchObject({ not: true, ipproto: '89' });
    expect(rules6).toHaveLength(2);
  });

  it("of busybox's `ip`", () => {
    const { routes4, routes6, rules4 } = routes.parse(fixture('routes-busybox'));
    expect(routes4[0]).toMatchObject({
      destination: '10.9.0.0/16',
      table: 200,
      legs: [],
      protocol: undefined,
    });
    expect(routes6.find(({ destination }) => destination === 'default')?.legs[0]?.via).toBe('2001:db8::9');
    expect(rules4.map(({ action }) => action)).toEqual(
      'lookup lookup goto prohibit lookup lookup'.split(' '),
    );
  });

  it.each([
    ['default via', 'ends too early'],
    ['default metric high dev eno1', 'not a number'],
    ['default dev eno1 table nowhere', 'no number is known of the table nowhere'],
    ['RTNETLINK answers', 'not a route'],
    ['default tos odd dev eno1', 'type of service odd'],
  ])('are refused where a line makes no sense: %s', (line, message) => {
    const text = fixture('routes-rhel8').replace(/^throw default.*$/m, line);
    expect(() => routes.parse(text)).toThrow(message);
  });

  it.each([
    ['nonsense', 'not a rule'],
    ['7:\tfrom all', 'without an action'],
    ['7:\tfrom all fwmark red lookup 5', 'not a mark'],
    ['7:\tfrom all sport a-b lookup 5', 'not a range'],
  ])('are refused where a rule makes no sense: %s', (line, message) => {
    const text = fixture('routes-rhel8').replace(/^1600:.*$/m, line);
    expect(() => routes.parse(text)).toThrow(message);
  });
});
