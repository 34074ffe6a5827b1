import { describe, expect, it } from 'vitest';
import { ipvs, ipvsRealServer, ipvsSync, ipvsTimeouts, type IpvsOptions } from '../../../../modules/index.ts';
import type { EntriesStep } from '../../../../src/steps/kinds/entries.ts';
import type { Step } from '../../../../src/steps/step.ts';
import { problemsOf, programOf } from './ipvs-host.ts';

async function stepsOf(body: () => void): Promise<readonly Step[]> {
  return (await programOf(body)).items.flatMap((item) => (item.kind === 'task' ? item.steps : []));
}

async function entriesOf(body: () => void): Promise<readonly EntriesStep[]> {
  return (await stepsOf(body)).filter((step) => step.kind === 'entries');
}

const web = { vip: '192.0.2.10', port: 80, scheduler: 'wrr' } as const;
const nat = { address: '10.0.0.1', method: 'masquerading' } as const;
const direct = { address: '10.0.0.1', method: 'gatewaying' } as const;

describe('the words of a service', () => {
  const cases: readonly (readonly [string, IpvsOptions, readonly string[]])[] = [
    ['tcp by default', { ...web, servers: [] }, ['-t 192.0.2.10:80', '-s', 'wrr']],
    [
      'udp',
      { ...web, protocol: 'udp', onePacket: true, servers: [] },
      ['-u 192.0.2.10:80', '-s', 'wrr', '-o'],
    ],
    ['sctp', { ...web, protocol: 'sctp', servers: [] }, ['--sctp-service 192.0.2.10:80', '-s', 'wrr']],
    ['a mark', { fwmark: 5, scheduler: 'rr', servers: [] }, ['-f 5', '-s', 'rr']],
    ['a mark of IPv6', { fwmark: 5, family: 6, scheduler: 'rr', servers: [] }, ['-f 5 -6', '-s', 'rr']],
    [
      'an address as the kernel prints it',
      { ...web, vip: 'FD00:0:0::0:1', servers: [] },
      ['-t [fd00::1]:80', '-s', 'wrr'],
    ],
    [
      'persistence by network',
      { ...web, port: 0, persistent: 300, persistentPrefix: 22, servers: [] },
      ['-t 192.0.2.10:0', '-s', 'wrr', '-p', '300', '-M', '255.255.252.0'],
    ],
    [
      'persistence by a whole address',
      { ...web, persistent: 300, persistentPrefix: 32, servers: [] },
      ['-t 192.0.2.10:80', '-s', 'wrr', '-p', '300'],
    ],
    [
      'everything, in the order of ipvsadm -Sn',
      {
        ...web,
        vip: 'fd00::1',
        protocol: 'udp',
        scheduler: 'sh',
        schedulerFlags: ['sh-port', 'sh-fallback'],
        onePacket: true,
        persistenceEngine: 'sip',
        persistent: 60,
        persistentPrefix: 64,
        servers: [],
      },
      [
        '-u [fd00::1]:80',
        '-s',
        'sh',
        '-p',
        '60',
        '-M',
        '64',
        '--pe',
        'sip',
        '-o',
        '-b',
        'sh-fallback,sh-port',
      ],
    ],
  ];
  it.each(cases)('%s', async (_name, options, words) => {
    const [service] = await entriesOf(() => void ipvs('s', options));
    expect([service?.what, ...(service?.want.flat() ?? [])]).toEqual([
      `IPVS service ${words[0]}`,
      'service',
      ...words.slice(1),
    ]);
  });

  it('say every setting of a server, in the form of ipvsadm', async () => {
    const [service] = await entriesOf(
      () =>
        void ipvs('web', {
          ...web,
          servers: [
            { ...nat, port: 8080, weight: 3, upperThreshold: 100, lowerThreshold: 80 },
            { ...direct, address: '10.0.0.2' },
            { address: 'FD00::0:3', method: 'ipip', tunnel: { type: 'gue', port: 6080, checksum: 'csum' } },
            { address: '10.0.0.4', method: 'ipip', tunnel: { type: 'gre' } },
            { address: '10.0.0.5', method: 'ipip', weight: 0, tunnel: { type: 'ipip' } },
          ],
        }),
    );
    expect(service?.want.map((fields) => fields.join(' '))).toEqual([
      'service -s wrr',
      '10.0.0.1:8080 -m -w 3 -x 100 -y 80',
      '10.0.0.2:80 -g -w 1 -x 0 -y 0',
      '[fd00::3]:80 -i -w 1 -x 0 -y 0 --tun-type gue --tun-port 6080 --tun-csum',
      '10.0.0.4:80 -i -w 1 -x 0 -y 0 --tun-type gre --tun-nocsum',
      '10.0.0.5:80 -i -w 0 -x 0 -y 0',
    ]);
  });
});

describe('the kernel parameters of a service', () => {
  const parametersOf = async (options: IpvsOptions): Promise<readonly (readonly [string, string])[]> =>
    (await stepsOf(() => void ipvs('s', options))).flatMap((step) =>
      step.kind === 'value' && step.what.startsWith('sysctl ') && typeof step.want === 'string'
        ? [[step.what, step.want] as const]
        : [],
    );

  it('are those that its method and its options need', async () => {
    expect(await parametersOf({ ...web, servers: [direct] })).toEqual([]);
    expect(await parametersOf({ ...web, servers: [nat] })).toEqual([['sysctl net/ipv4/ip_forward', '1']]);
    expect(await parametersOf({ ...web, vip: 'fd00::1', servers: [{ ...nat, address: 'fd00::2' }] })).toEqual(
      [['sysctl net/ipv6/conf/all/forwarding', '1']],
    );
    expect(
      await parametersOf({
        ...web,
        conntrack: true,
        expireNodestConn: false,
        expireQuiescentTemplate: true,
        servers: [direct],
      }),
    ).toEqual([
      ['sysctl net/ipv4/vs/conntrack', '1'],
      ['sysctl net/ipv4/vs/expire_nodest_conn', '0'],
      ['sysctl net/ipv4/vs/expire_quiescent_template', '1'],
    ]);
    // A client of a server that has been drained can come back from the same port, unless that is not wanted.
    const drained = { ...web, drain: { limit: 9 }, servers: [direct] };
    expect(await parametersOf(drained)).toEqual([['sysctl net/ipv4/vs/expire_nodest_conn', '1']]);
    expect(await parametersOf({ ...drained, expireNodestConn: false })).toEqual([
      ['sysctl net/ipv4/vs/expire_nodest_conn', '0'],
    ]);
  });

  it('are shared by services that agree, and an error for those that do not', async () => {
    const two = (conntrack: boolean) => () => {
      ipvs('web', { ...web, conntrack: true, servers: [nat] });
      ipvs('mail', { ...web, port: 25, conntrack, servers: [nat] });
    };
    expect(await problemsOf(two(true))).toEqual([]);
    expect(await problemsOf(two(false))).toEqual([
      expect.stringContaining('ipvs[mail] wants sysctl:net/ipv4/vs/conntrack to be 0, but ipvs[web] wants 1'),
    ]);
  });
});

describe('claims', () => {
  it('let nobody else declare the same service otherwise', async () => {
    const again = (weight: number) => () => {
      ipvs('web', { ...web, servers: [nat] });
      ipvs('again', { ...web, vip: '192.0.2.10', servers: [{ ...nat, weight }] });
    };
    expect(await problemsOf(again(1))).toEqual([]);
    expect(await problemsOf(again(2))).toEqual([
      expect.stringMatching(/-w 2 .* but ipvs\[web\] wants .*-w 1 /),
    ]);
  });

  it('keep the sync daemon and services of two families apart, as the kernel does', async () => {
    const body = () => {
      ipvs('web', { ...web, servers: [{ address: 'fd00::2', method: 'ipip' }] });
      ipvsSync('master', { mcastInterface: 'eth1', syncid: 1 });
    };
    expect(await problemsOf(body)).toEqual([expect.stringContaining('ipvs:families')]);
  });
});

/** Options that types would refuse: those who write JavaScript come without types. */
const wrong = (options: object): never => options as never;

describe('all that is wrong is told at once', () => {
  const cases: readonly (readonly [string, () => void, readonly RegExp[]])[] = [
    [
      'ipvs',
      () =>
        void ipvs(
          's',
          wrong({
            vip: '192.0.2.10',
            port: 22,
            scheduler: 'best',
            schedulerFlags: ['sh-port', 'sh-sh'],
            persistentPrefix: 33,
            persistenceEngine: 'sip',
            onePacket: true,
            drain: { limit: -1 },
            servers: [
              { address: '10.0.0.256', method: 'masquerading' },
              { address: 'fd00::1', method: 'gatewaying' },
              { address: '10.0.0.1', method: 'nat', weight: 65_536, port: 0 },
              { address: '10.0.0.2', method: 'gatewaying', port: 8080, lowerThreshold: 2, upperThreshold: 1 },
              { address: '10.0.0.3', method: 'masquerading', tunnel: { type: 'gue', port: 0 } },
              { address: '10.0.0.3', method: 'ipip', tunnel: { type: 'vxlan' } },
              { address: '::ffff:10.0.0.1', method: 'ipip' },
              { address: '10.0.0.5', method: 'ipip', tunnel: { type: 'gue', checksum: 'crc' } },
              { address: '10.0.0.6', method: 'ipip', tunnel: { type: 'gre', checksum: 'remcsum' } },
              { address: '239.1.1.1', method: 'ipip' },
              { address: 'FE80::1', method: 'ipip' },
              { address: 10, method: 'ipip' },
            ],
          }),
        ),
      [
        /drain\.limit must be .* from 0/,
        /scheduler must be one of rr, .*twos, not best/,
        /flag sh-port is not one of the scheduler best/,
        /'sh-sh' is not a flag/,
        /persistentPrefix must be .* to 32/,
        /persistentPrefix needs persistent/,
        /persistenceEngine needs persistent/,
        /persistenceEngine is for UDP/,
        /onePacket is for UDP/,
        /port 22 takes SSH .*coversSsh: true/,
        /10\.0\.0\.256.* is not an IP address/,
        /fd00::1: its family/,
        /10\.0\.0\.1: method must be/,
        /10\.0\.0\.1: port must be .* from 1/,
        /10\.0\.0\.1: weight must be .* to 65535/,
        /10\.0\.0\.2: with gatewaying packets keep their port, so port 8080/,
        /10\.0\.0\.2: lowerThreshold is above/,
        /10\.0\.0\.3: tunnel is only for the method ipip/,
        /10\.0\.0\.3: tunnel\.port must be/,
        /10\.0\.0\.3: tunnel\.type must be/,
        /10\.0\.0\.3: 10\.0\.0\.3:22 is given twice/,
        /IPv4 address in IPv6 clothes/,
        /10\.0\.0\.5: tunnel\.checksum of gue cannot be 'crc'/,
        /10\.0\.0\.5: tunnel\.port is missing/,
        /10\.0\.0\.6: tunnel\.checksum of gre cannot be 'remcsum'/,
        /address '239\.1\.1\.1' is not the address of one host/,
        /FE80::1: the kernel takes no link-local address/,
        /address '10' is not an IP address/,
      ],
    ],
    [
      'ipvs without a place',
      () =>
        void ipvs(
          's',
          wrong({ port: 70_000, fwmark: 2 ** 31, protocol: 'icmp', family: 5, scheduler: 'rr' }),
        ),
      [
        /port needs vip/,
        /protocol must be tcp, udp or sctp/,
        /protocol needs vip/,
        /family must be 4 or 6/,
        /port must be .* to 65535/,
        /fwmark must be .* to 2147483647/,
        /servers is missing/,
      ],
    ],
    [
      'ipvs with both',
      () => void ipvs('s', wrong({ vip: 'fe80::1%eth0', fwmark: 1, scheduler: 'rr', servers: [] })),
      [/either vip and port, or fwmark/, /is not an IP address/, /port is missing/],
    ],
    ...['0.0.0.0', '255.255.255.255', '224.0.0.1', '::', 'FF02::1'].map(
      (vip) =>
        [
          `ipvs at ${vip}`,
          () => void ipvs('s', { ...web, vip, servers: [] }),
          [/is not the address of one host/],
        ] as const,
    ),
    [
      'ipvs with every port',
      () => void ipvs('s', { ...web, port: 0, servers: [] }),
      [/port 0 \(every port\) needs persistent/],
    ],
    [
      'ipvs that goes',
      () => void ipvs('s', wrong({ vip: '192.0.2.1', port: 22, servers: [], state: 'absent' })),
      [/servers makes no sense with state: 'absent'/],
    ],
    [
      'ipvsTimeouts',
      () => {
        ipvsTimeouts('t', { tcp: 0, udp: 1.5 });
        ipvsTimeouts('none', {});
        ipvsTimeouts('gone', wrong({ state: 'absent', tcpfin: 3 }));
      },
      [/tcp must be .* from 1/, /udp must be/, /at least one of tcp/, /tcpfin makes no sense/],
    ],
    [
      'ipvsSync',
      () => {
        ipvsSync('slave', wrong({ mcastGroup: '10.0.0.1', mcastPort: 0, mcastTtl: 256 }));
        ipvsSync('master', { mcastInterface: 'a link', syncid: 256 });
      },
      [
        /must be master or backup/,
        /mcastInterface is missing/,
        /syncid is missing/,
        /mcastPort/,
        /mcastTtl/,
        /'10\.0\.0\.1' is not a multicast/,
        /'a link' is not the name of a link/,
        /syncid must be .* to 255/,
      ],
    ],
    [
      'ipvsRealServer',
      () => {
        ipvsRealServer('192.0.2.10/32', {});
        ipvsRealServer('192.0.2.10', wrong({ method: 'masquerading', label: 'web' }));
        ipvsRealServer('fd00::1', wrong({ method: 'ipip', device: 'x/y', label: 'tunl0' }));
      },
      [
        /without a prefix length/,
        /with masquerading a real server needs nothing/,
        /label 'web' must begin with lo:/,
        /device is only for gatewaying/,
        /'x\/y' is not the name of a link/,
        /an IPv6 address has no label/,
      ],
    ],
  ];
  it.each(cases)('%s', async (_name, body, patterns) => {
    const problems = await problemsOf(body);
    for (const pattern of patterns) expect(problems.join('\n')).toMatch(pattern);
    expect(problems).toHaveLength(patterns.length);
  });
});

describe('what is meant', () => {
  it('may cover SSH, go although it did, and stand for every port', async () => {
    const body = () => {
      ipvs('ssh', { ...web, port: 22, coversSsh: true, servers: [] });
      ipvs('udp', { ...web, protocol: 'udp', port: 22, servers: [] });
      ipvs('gone', { vip: '192.0.2.11', port: 22, state: 'absent' });
      ipvs('all', { vip: '192.0.2.12', port: 0, persistent: 60, scheduler: 'rr', servers: [] });
    };
    expect(await problemsOf(body)).toEqual([]);
  });
});
