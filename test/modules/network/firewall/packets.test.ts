import { afterEach, describe, expect, it } from 'vitest';
import { ipset, markRoute, nat, type MarkRouteOptions } from '../../../../modules/index.ts';
import { backends, type Backend } from '../../../support/firewall-host.ts';
import {
  beyond1,
  beyond2,
  inside,
  TwoUplinks,
  uplink1,
  uplink2,
  world,
} from '../../../support/two-uplinks.ts';

let at: TwoUplinks | undefined;
afterEach(() => at?.close());

const key = { priority: 200, table: 202, dev: 'e2' } as const;
const user = 12345;

/** Mail and all of one user by the second uplink; a service of the LAN is published on it; the rest by the first one. */
function plays(family: 4 | 6, o: Partial<MarkRouteOptions> = {}): void {
  nat('lan', { type: 'masquerade', outInterface: 'e1', family });
  nat('web', {
    type: 'dnat',
    destination: uplink2[family],
    protocol: 'tcp',
    dport: 80,
    to: inside[family],
    toPorts: 8080,
  });
  markRoute('mail', {
    ...key,
    match: [{ protocol: 'tcp', dport: 25 }, { uid: user }],
    mark: 2,
    mask: 0xff,
    via: beyond2[family],
    ...o,
  } as MarkRouteOptions);
}

async function made(backend: Backend, rpFilter: number, body: () => void): Promise<TwoUplinks> {
  at = await TwoUplinks.make(backend, rpFilter);
  expect((await at.gateway.play('dash', body)).outcome).toBe('changed');
  return at;
}

/** What comes of connections of all kinds; only packets that come back make them. */
async function all(way: TwoUplinks, family: 4 | 6): Promise<object> {
  const far = world[family];
  const answered = async (address: string): Promise<object> => {
    const counted = await way.sent(() => way.ask('world', address, 22, { from: far }));
    return {
      by: counted[0] > counted[1] ? 'first' : 'second',
      said: way.ask('world', address, 22, { from: far }),
    };
  };
  return {
    'mail of the host': way.ask('gateway', far, 25),
    'web of the host': way.ask('gateway', far, 80),
    'mail from the LAN': way.ask('client', far, 25),
    'web from the LAN': way.ask('client', far, 80),
    'web of the user': way.ask('gateway', far, 80, { uid: user }),
    'SSH to the first uplink': await answered(uplink1[family]),
    'SSH to the second uplink': await answered(uplink2[family]),
    'the published service': way.ask('world', uplink2[family], 80, { from: far }),
    'a neighbour on the second uplink': way.ask('world', uplink2[family], 22),
  };
}

const wanted = (family: 4 | 6): object => ({
  'mail of the host': uplink2[family],
  'web of the host': uplink1[family],
  'mail from the LAN': uplink2[family],
  'web from the LAN': uplink1[family],
  'web of the user': uplink2[family],
  'SSH to the first uplink': { by: 'first', said: world[family] },
  'SSH to the second uplink': { by: 'second', said: world[family] },
  'the published service': world[family],
  'a neighbour on the second uplink': beyond2[family],
});

describe.skipIf(process.getuid?.() !== 0).each(backends)('by %s, packets', (backend) => {
  it.each([0, 1, 2])('take their uplinks and come back with rp_filter %i', async (rpFilter) => {
    const way = await made(backend, rpFilter, () => plays(4));
    expect(await all(way, 4)).toEqual(wanted(4));
  });

  it.each([0, 1])('and by the mark of the connection, with rp_filter %i', async (rpFilter) => {
    const way = await made(backend, rpFilter, () => plays(4, { rpFilter: 'srcValidMark' }));
    expect(await all(way, 4)).toEqual(wanted(4));
  });

  it('take their uplinks with IPv6', async () => {
    const way = await made(backend, 1, () => plays(6));
    expect(await all(way, 6)).toEqual(wanted(6));
  });

  it('that pass through go by their own marks without connection marks', async () => {
    const way = await made(backend, 0, () => plays(4, { connmark: false }));
    expect(await all(way, 4)).toEqual({
      ...wanted(4),
      'SSH to the second uplink': { by: 'first', said: world[4] },
    });
  });

  it('do not come back where what brings them back is turned off', async () => {
    const way = await made(backend, 1, () => plays(4, { rpFilter: 'keep', inbound: false }));
    expect(way.ask('gateway', world[4], 25)).toBe('no answer');
    expect(way.ask('client', world[4], 25)).toBe('no answer');
    expect(way.ask('gateway', world[4], 80)).toBe(uplink1[4]);
  });

  it('of connections that are open stay where they are', async () => {
    const way = await made(backend, 0, () => void nat('lan', { type: 'masquerade', outInterface: 'e1' }));
    expect(way.ask('gateway', world[4], 25)).toBe(uplink1[4]);
    const fromHost = await way.talk('gateway', world[4], 25);
    const fromLan = await way.talk('client', world[4], 25);
    const byFirst = async (): Promise<void> => {
      const [first, second] = await way.sent(async () => {
        for (const say of [fromHost, fromLan, fromHost, fromLan]) expect(await say()).toBe(uplink1[4]);
      });
      expect([first >= 4, second < 4]).toEqual([true, true]);
    };
    await byFirst();
    expect((await way.gateway.play('dash', () => plays(4))).outcome).toBe('changed');
    expect(way.ask('gateway', world[4], 25)).toBe(uplink2[4]);
    await byFirst();
    const absent = (): void => void markRoute('mail', { ...key, state: 'absent' });
    expect((await way.gateway.play('dash', absent)).outcome).toBe('changed');
    expect(way.ask('gateway', world[4], 25)).toBe(uplink1[4]);
    expect(way.ask('client', world[4], 25)).toBe(uplink1[4]);
    await byFirst();
  });

  it('of connections that the default route has sent by a link stay there, if that is asked for', async () => {
    const way = await made(backend, 0, () => {
      nat('first', { type: 'masquerade', outInterface: 'e1' });
      nat('second', { type: 'masquerade', outInterface: 'e2' });
      markRoute('stay', {
        match: { protocol: 'tcp', dport: 9 },
        mark: 1,
        mask: 0xff,
        priority: 201,
        table: 201,
        dev: 'e1',
        via: beyond1[4],
        outbound: true,
      });
    });
    const talks = [await way.talk('gateway', world[4], 80), await way.talk('client', world[4], 80)];
    way.gateway.sh(`ip route replace default via ${beyond2[4]} dev e2`);
    const [first, second] = await way.sent(async () => {
      for (const say of [...talks, ...talks]) expect(await say()).toBe(uplink1[4]);
    });
    expect([first >= 4, second < 4]).toEqual([true, true]);
    expect(way.ask('gateway', world[4], 80)).toBe(uplink2[4]);
    expect(way.ask('client', world[4], 80)).toBe(uplink2[4]);
  });

  it('go by what they are, and by sets', async () => {
    const sets = (members: readonly string[]): void => {
      ipset('far', { type: 'hash:net', members });
      ipset('mail', { type: 'hash:ip,port', members: [`${world[4]},tcp:25`] });
    };
    const ways = (): void => {
      nat('lan', { type: 'masquerade', outInterface: 'e1', exceptSource: { set: 'far' } });
      markRoute('far', { ...key, match: { destination: { set: 'far' } }, mark: 2, via: beyond2[4] });
    };
    const way = await made(backend, 0, () => {
      sets(['203.0.113.0/24']);
      ways();
    });
    expect(way.ask('gateway', world[4], 80)).toBe(uplink2[4]);
    expect(way.ask('client', world[4], 80)).toBe(uplink2[4]);
    expect((await way.gateway.play('dash', () => sets(['203.0.113.10']))).outcome).toBe('changed');
    expect(way.ask('gateway', world[4], 80)).toBe(uplink1[4]);
    const match = {
      protocol: 'tcp',
      destination: { set: 'mail', withPort: true },
      source: inside[4],
    } as const;
    const narrow = (): void =>
      void markRoute('far', { ...key, match: { ...match, inInterface: 'lan' }, mark: 2, via: beyond2[4] });
    expect((await way.gateway.play('dash', narrow)).outcome).toBe('changed');
    expect(way.ask('client', world[4], 25)).toBe(uplink2[4]);
    expect(way.ask('client', world[4], 80)).toBe(uplink1[4]);
    expect(way.ask('gateway', world[4], 25)).toBe(uplink1[4]);
  });

  it('get the addresses that nat says', async () => {
    const way = await made(backend, 0, () => {
      nat('some', {
        type: 'snat',
        source: inside[4],
        dport: 25,
        protocol: 'tcp',
        to: '10.1.0.1',
        toPorts: 4000,
      });
      nat('away', {
        type: 'dnat',
        destination: '198.51.100.7',
        protocol: 'tcp',
        dport: '7000-7009',
        to: world[4],
        toPorts: 80,
      });
      nat('rest', { type: 'masquerade', source: '10.0.0.0/24', outInterface: 'e1', order: 200 });
      nat('none', { type: 'snat', source: '10.0.0.0/24', to: '192.0.2.250', order: 300 });
    });
    expect(way.ask('client', world[4], 25)).toBe(uplink1[4]);
    expect(way.ask('client', world[4], 80)).toBe(uplink1[4]);
    expect(way.ask('client', '198.51.100.7', 7005)).toBe(uplink1[4]);
    expect(way.ask('gateway', '198.51.100.7', 7009)).toBe(uplink1[4]);
    expect(beyond1[4]).toBe('10.1.0.2');
  });
});
