import { execFileSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ipvs, ipvsSync, ipvsTimeouts, type IpvsOptions } from '../../../../modules/index.ts';
import { runIn, shellNames, shells, type Shell, type ShellRun } from '../../../support/shells.ts';
import { IpvsHost, programOf } from './ipvs-host.ts';

let host: IpvsHost;
beforeEach(() => {
  host = new IpvsHost();
});
afterEach(() => host.close());

const web = { vip: '192.0.2.10', port: 80, scheduler: 'wrr' } as const;
const [one, two, three] = ['10.0.0.1', '10.0.0.2', '10.0.0.3'] as const;

async function run(shell: Shell, body: () => void, name: string, mode?: 'check'): Promise<ShellRun> {
  const program = host.here(await programOf(body));
  return runIn(shell, program, {
    home: host.at('state'),
    run: name,
    ...(mode === undefined ? {} : { mode }),
  });
}

function undo(shell: Shell, name: string): void {
  const [command, ...args] = shells[shell];
  execFileSync(command, [...args, host.at(`state/runs/${name}/undo.sh`)]);
}

/** What the run called, without the weights and so on of its servers. */
const calls = (): readonly string[] => host.lines('calls');

/** Why the only task failed. */
function failure(result: ShellRun): string {
  const task = result.events.find((event) => event.type === 'task');
  return (task?.type === 'task' ? task.error?.message : undefined) ?? '';
}

const everything = (): void => {
  ipvs('web', {
    ...web,
    persistent: 300,
    persistentPrefix: 24,
    conntrack: true,
    servers: [
      { address: one, method: 'masquerading', port: 8080, weight: 3, upperThreshold: 9, lowerThreshold: 5 },
      { address: two, method: 'gatewaying' },
      { address: three, method: 'ipip', tunnel: { type: 'gue', port: 6080 } },
    ],
  });
  ipvs('dns', { ...web, protocol: 'udp', onePacket: true, servers: [{ address: one, method: 'ipip' }] });
  ipvs('tel', { ...web, protocol: 'sctp', scheduler: 'mh', schedulerFlags: ['mh-port'], servers: [] });
  ipvs('mark', { fwmark: 5, scheduler: 'rr', servers: [{ address: one, method: 'gatewaying' }] });
  ipvs('mark6', {
    fwmark: 5,
    family: 6,
    scheduler: 'rr',
    servers: [{ address: 'fd00::1', method: 'gatewaying' }],
  });
  ipvs('six', {
    ...web,
    vip: 'FD00::0:9',
    servers: [{ address: 'fd00::2', method: 'masquerading', port: 8080 }],
  });
  ipvsTimeouts('times', { tcp: 800, udp: 30 });
  ipvsSync('master', { mcastInterface: 'eth1', syncid: 7 });
  ipvsSync('backup', { mcastInterface: 'eth1', syncid: 7, mcastGroup: 'FF02::0:5', mcastTtl: 3 });
};

const nothing = (): void => {
  ipvs('web', { vip: web.vip, port: 80, state: 'absent' });
  ipvs('dns', { vip: web.vip, port: 80, protocol: 'udp', state: 'absent' });
  ipvs('tel', { vip: web.vip, port: 80, protocol: 'sctp', state: 'absent' });
  ipvs('mark', { fwmark: 5, state: 'absent' });
  ipvs('mark6', { fwmark: 5, family: 6, state: 'absent' });
  ipvs('six', { vip: 'fd00::9', port: 80, state: 'absent' });
  ipvsTimeouts('times', { state: 'absent' });
  ipvsSync('master', { state: 'absent' });
  ipvsSync('backup', { state: 'absent' });
};

describe.each(shellNames)('in %s', (shell) => {
  it('predicts on a host without the module, leaves it alone, applies, applies nothing, undoes', async () => {
    const original = host.state();
    const changed = Array.from({ length: 9 }, () => 'changed');
    const check = await run(shell, everything, 'check', 'check');
    expect(check).toMatchObject({ statuses: changed, finished: true });
    expect(host.state()).toEqual(original);
    expect(existsSync(host.at('calls'))).toBe(false);

    expect((await run(shell, everything, 'first')).statuses).toEqual(changed);
    expect(host.lines('table').toSorted()).toEqual([
      '-A --sctp-service 192.0.2.10:80 -s mh -b mh-port',
      '-A -f 5 -6 -s rr',
      '-A -f 5 -s rr',
      '-A -t 192.0.2.10:80 -s wrr -p 300 -M 255.255.255.0',
      '-A -t [fd00::9]:80 -s wrr',
      '-A -u 192.0.2.10:80 -s wrr -o',
      '-a -f 5 -6 -r [fd00::1]:0 -g -w 1 -x 0 -y 0',
      '-a -f 5 -r 10.0.0.1:0 -g -w 1 -x 0 -y 0',
      '-a -t 192.0.2.10:80 -r 10.0.0.1:8080 -m -w 3 -x 9 -y 5',
      '-a -t 192.0.2.10:80 -r 10.0.0.2:80 -g -w 1 -x 0 -y 0',
      '-a -t 192.0.2.10:80 -r 10.0.0.3:80 -i -w 1 --tun-type gue --tun-port 6080 --tun-nocsum -x 0 -y 0',
      '-a -t [fd00::9]:80 -r [fd00::2]:8080 -m -w 1 -x 0 -y 0',
      '-a -u 192.0.2.10:80 -r 10.0.0.1:80 -i -w 1 -x 0 -y 0',
    ]);
    expect(host.state()).toMatchObject({
      timeouts: ['800 120 30'],
      daemons: [
        ['master sync daemon (mcast=eth1, syncid=7, maxlen=1472, group=224.0.0.81, port=8848, ttl=1)'],
        ['backup sync daemon (mcast=eth1, syncid=7, maxlen=1472, group=ff02::5, port=8848, ttl=3)'],
      ],
      forward: ['1'],
    });
    const applied = host.state();
    const again = await run(shell, everything, 'again');
    expect(again.statuses).toEqual(changed.map(() => 'ok'));
    expect(host.state()).toEqual(applied);

    undo(shell, 'first');
    expect(host.state()).toEqual(original);
  });

  it('removes all of it, and an undo brings it back', async () => {
    await run(shell, everything, 'first');
    const applied = host.state();
    expect((await run(shell, nothing, 'check', 'check')).statuses).toEqual(
      Array.from({ length: 9 }, () => 'changed'),
    );
    expect(host.state()).toEqual(applied);
    await run(shell, nothing, 'gone');
    expect(host.lines('table')).toEqual([]);
    expect(host.state()).toMatchObject({ timeouts: ['900 120 300'], daemons: [[], []], forward: ['0'] });
    expect((await run(shell, nothing, 'again')).statuses).toEqual(Array.from({ length: 9 }, () => 'ok'));
    undo(shell, 'gone');
    expect(host.state()).toEqual(applied);
  });

  it('finds nothing to remove without the module, and does not load it', async () => {
    expect((await run(shell, nothing, 'gone')).statuses).toEqual(Array.from({ length: 9 }, () => 'ok'));
    expect(existsSync(host.at('module/ip_vs'))).toBe(false);
  });

  it('tells a mark of IPv4 from the same mark of IPv6', async () => {
    await run(shell, () => void ipvs('mark6', { fwmark: 5, family: 6, scheduler: 'rr', servers: [] }), 'six');
    const four = () => void ipvs('mark', { fwmark: 5, state: 'absent' });
    expect((await run(shell, four, 'four')).statuses).toEqual(['ok']);
    expect(host.lines('table')).toEqual(['-A -f 5 -6 -s rr']);
  });

  it('changes in place what differs, keeps the thresholds, and leaves a neighbour alone', async () => {
    const servers = [
      { address: one, method: 'gatewaying', weight: 1, upperThreshold: 9, lowerThreshold: 5 },
      { address: two, method: 'gatewaying' },
    ] as const;
    const service = (options: Partial<IpvsOptions>) => () =>
      void ipvs('web', { ...web, persistent: 60, servers, ...options } as IpvsOptions);
    await run(shell, service({}), 'first');
    await run(shell, () => void ipvs('near', { ...web, port: 8, servers: [] }), 'near');
    const applied = host.state();
    rmSync(host.at('calls'));
    const [first, second] = servers;
    const heavier = service({ servers: [{ ...first, weight: 7 }, second] });
    expect((await run(shell, heavier, 'weight')).statuses).toEqual(['changed']);
    expect(calls()).toEqual(['-e -t 192.0.2.10:80 -r 10.0.0.1:80 -g -w 7 -x 9 -y 5']);
    undo(shell, 'weight');
    expect(host.state()).toEqual(applied);
    rmSync(host.at('calls'));
    expect((await run(shell, service({ scheduler: 'wlc' }), 'scheduler')).statuses).toEqual(['changed']);
    expect(calls()).toEqual(['-E -t 192.0.2.10:80 -s wlc -p 60']);
    undo(shell, 'scheduler');
    expect(host.state()).toEqual(applied);
  });

  it('repairs what was changed by hand', async () => {
    await run(shell, everything, 'first');
    const applied = host.state();
    const table = host.lines('table').filter((line) => !line.includes('-r 10.0.0.2:80'));
    const bent = table.map((line) => line.replace('-x 9 -y 5', '-x 0 -y 0').replace('-s wrr -o', '-s wrr'));
    host.write('table', [...bent, '-a -f 5 -r 10.0.0.9:0 -g -w 1 -x 0 -y 0', ''].join('\n'));
    host.write('timeouts', '800 120 300\n');
    const check = await run(shell, everything, 'check', 'check');
    expect(check.statuses.join(' ')).toBe('changed changed ok changed ok ok changed ok ok');
    await run(shell, everything, 'repair');
    expect(host.state()).toEqual(applied);
  });

  it('drains servers that leave: weight 0, a wait for their connections, then they go', async () => {
    const service =
      (...servers: readonly string[]) =>
      () =>
        void ipvs('web', {
          ...web,
          drain: { limit: 60 },
          servers: servers.map((address) => ({ address, method: 'gatewaying' as const, weight: 4 })),
        });
    await run(shell, service(one, two, three), 'first');
    rmSync(host.at('calls'));
    const applied = host.state();
    host.write(`active/${two}:80`, '1\n');
    expect((await run(shell, service(one), 'check', 'check')).statuses).toEqual(['changed']);
    host.write(`active/${two}:80`, '2\n');
    expect(host.state()).toEqual(applied);
    expect((await run(shell, service(one), 'drain')).statuses).toEqual(['changed']);
    expect(calls()).toEqual([
      '-e -t 192.0.2.10:80 -r 10.0.0.2:80 -g -w 0 -x 0 -y 0',
      '-e -t 192.0.2.10:80 -r 10.0.0.3:80 -g -w 0 -x 0 -y 0',
      '-d -t 192.0.2.10:80 -r 10.0.0.2:80',
      '-d -t 192.0.2.10:80 -r 10.0.0.3:80',
    ]);
    // Each look takes a connection away: it has looked until there was none.
    expect(host.lines(`active/${two}:80`)).toEqual(['0']);
    expect((await run(shell, service(one), 'again')).statuses).toEqual(['ok']);
    undo(shell, 'drain');
    expect(host.state()).toEqual(applied);
  });

  it('cuts off what is still active at the limit, and says so', async () => {
    await run(
      shell,
      () => void ipvs('web', { ...web, servers: [{ address: one, method: 'gatewaying' }] }),
      'first',
    );
    host.write(`active/${one}:80`, '1000\n');
    const gone = () => void ipvs('web', { vip: web.vip, port: 80, drain: { limit: 0 }, state: 'absent' });
    const result = await run(shell, gone, 'gone');
    expect(result.statuses).toEqual(['changed']);
    expect(result.outcomes.get(1)?.stdout).toContain('still active after 0 s');
    expect(host.lines('table')).toEqual([]);
  });

  it('names what the kernel lacks, in check mode already', async () => {
    const twos = () => void ipvs('web', { ...web, scheduler: 'twos', servers: [] });
    expect(failure(await run(shell, twos, 'check', 'check'))).toContain("has no IPVS scheduler 'twos'");
    rmSync(host.at('available/ip_vs'));
    expect(failure(await run(shell, twos, 'check', 'check'))).toContain(
      'has no IPVS: there is no module ip_vs',
    );
    expect(existsSync(host.at('module/ip_vs'))).toBe(false);
  });

  it('says it where the link of the sync daemon is missing or down', async () => {
    const master = (mcastInterface: string) => () => void ipvsSync('master', { mcastInterface, syncid: 7 });
    const failed = async (name: string, body: () => void): Promise<void> => {
      const result = await run(shell, body, name);
      expect(result.statuses).toEqual(['failed']);
      expect(result.stderr).toMatch(/there is no link eth\d, or it is not up/);
    };
    await failed('missing', master('eth7'));
    expect((await run(shell, master('eth1'), 'up')).statuses).toEqual(['changed']);
    host.write('class/net/eth1/flags', '0x1002\n');
    await failed('down', () => void ipvsSync('master', { mcastInterface: 'eth1', syncid: 8 }));
    // The one that runs goes on.
    expect(host.lines('daemon-master').join()).toContain('syncid=7');
  });

  it('does not fight a keepalived, unless told to stand beside it', async () => {
    host.process('keepalived');
    const service = (besideKeepalived: boolean) => () => {
      ipvs('web', { ...web, besideKeepalived, servers: [] });
    };
    const refused = await run(shell, service(false), 'refused');
    expect(failure(refused)).toContain('keepalived runs on this host');
    expect(refused.stderr).toContain('process 7 is keepalived');
    expect(existsSync(host.at('calls'))).toBe(false);
    const times = await run(shell, () => void ipvsTimeouts('t', { state: 'absent' }), 'times', 'check');
    const sync = await run(shell, () => void ipvsSync('master', { state: 'absent' }), 'sync', 'check');
    expect([...times.statuses, ...sync.statuses]).toEqual(['failed', 'failed']);
    expect((await run(shell, service(true), 'beside')).statuses).toEqual(['changed']);
  });

  it('does not take its own SSH connection away', async () => {
    const service = (options: Partial<IpvsOptions>) => () =>
      void ipvs('all', { ...web, port: 0, persistent: 60, servers: [], ...options } as IpvsOptions);
    process.env['SSH_CONNECTION'] = '198.51.100.7 50000 192.0.2.10 2222';
    try {
      const every = await run(shell, service({}), 'every', 'check');
      expect(failure(every)).toContain('would take SSH connections to this host away');
      const port = await run(shell, service({ port: 2222 }), 'port', 'check');
      expect(port.statuses).toEqual(['failed']);
      const fine = [{ port: 80 }, { vip: '192.0.2.11' }, { protocol: 'udp' }, { coversSsh: true }] as const;
      for (const options of fine) {
        expect((await run(shell, service(options), 'fine', 'check')).statuses).toEqual(['changed']);
      }
    } finally {
      delete process.env['SSH_CONNECTION'];
    }
  });

  it('judges a second task by what the first would have done', async () => {
    const body = () => {
      ipvs('web', { ...web, conntrack: true, servers: [{ address: one, method: 'masquerading' }] });
      ipvsTimeouts('as they are', { tcp: 900 });
    };
    expect((await run(shell, body, 'check', 'check')).statuses).toEqual(['changed', 'ok']);
    expect((await run(shell, body, 'run')).statuses).toEqual(['changed', 'ok']);
  });
});
