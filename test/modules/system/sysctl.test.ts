import { execFileSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { kernelModule, sysctl, type SysctlOptions } from '../../../modules/index.ts';
import { problemsOf, programOf, stepsOf } from '../../support/modules.ts';
import { runIn, shellNames, shells, type Shell, type ShellRun } from '../../support/shells.ts';
import { FakeKernel } from './fake-kernel.ts';

describe('options', () => {
  const called = (key: unknown, options: object) => (): void =>
    void (sysctl as (key: unknown, options: object) => unknown)(key, options);
  it.each([
    ['ip_forward', { value: 1 }],
    ['net.ipv4..ip_forward', { value: 1 }],
    ['net/../../etc/passwd', { value: 1 }],
    ['.net.ipv4', { value: 1 }],
    ['net.ipv4.', { value: 1 }],
    ['net ipv4', { value: 1 }],
    ['/proc/sys/net/ipv4/ip_forward', { value: 1 }],
    [`net.${'x'.repeat(65)}`, { value: 1 }],
  ])('refuse the key %s', async (key, options) => {
    expect(await problemsOf(called(key, options))).toEqual([expect.stringMatching(/^the key must be like/)]);
  });
  it.each([
    ['nothing', {}, /^value is missing$/],
    ['an empty text', { value: ' ' }, /^value must be a whole number, or a text of one line/],
    ['two lines', { value: '1\n2' }, /^value must be/],
    ['a NUL', { value: '1\0' }, /^value must be/],
    ['a boolean', { value: true }, /^value must be .* not true$/],
    ['no number', { value: Number.NaN }, /^value must be .* NaN$/],
    ['a fraction', { value: 0.5 }, /^value must be/],
    ['a list', { value: [1] }, /^value must be .* not a list$/],
    ['words for a flag', { value: 1, persist: 'no' }, /^persist must be true or false/],
    ['a misspelt one', { value: 1, presist: true }, /did you mean persist\?$/],
  ])('refuse %s', async (_name, options, message) => {
    expect(await problemsOf(called('net.core.somaxconn', options))).toEqual([expect.stringMatching(message)]);
  });
  it.each([
    ['net.ipv4.ip_forward', 99],
    ['net/ipv4/conf/eth0.10/rp_filter', '3'],
    ['net.ipv4.conf.all.arp_announce', '2 2'],
    ['net.ipv4.conf.all.arp_ignore', -1],
  ])('refuse what the kernel would take for %s: %s', async (key, value) => {
    expect(await problemsOf(called(key, { value }))).toEqual([
      expect.stringContaining('whole number from 0'),
    ]);
  });

  it.each([
    ['net.ipv4.conf.eth0/10.rp_filter', 'net/ipv4/conf/eth0.10/rp_filter', 'link:eth0.10'],
    ['net/ipv4/conf/eth0.10/rp_filter', 'net/ipv4/conf/eth0.10/rp_filter', 'link:eth0.10'],
    ['net.ipv6.neigh.br-lan.gc_stale_time', 'net/ipv6/neigh/br-lan/gc_stale_time', 'link:br-lan'],
    ['net.ipv4.conf.all.rp_filter', 'net/ipv4/conf/all/rp_filter', undefined],
    ['net.bridge.bridge-nf-call-iptables', 'net/bridge/bridge-nf-call-iptables', 'module:br_netfilter'],
    ['net.ipv4.vs.conntrack', 'net/ipv4/vs/conntrack', 'module:ip_vs'],
  ])('know where %s is', async (key, path, inside) => {
    const steps = await stepsOf(() => void sysctl(key, { value: '1' }));
    const step = steps.find(({ kind }) => kind === 'value');
    expect(step).toMatchObject({ read: { kind: 'line', path: `/proc/sys/${path}` }, want: '1' });
    expect(step?.inside).toBe(inside);
  });

  it('share a value under any name of its key, and clash over another', async () => {
    const twice = (value: number): Promise<readonly string[]> =>
      problemsOf(() => {
        sysctl('net.ipv4.conf.a/b.rp_filter', { value: 1 });
        sysctl('net/ipv4/conf/a.b/rp_filter', { value });
      });
    expect(await twice(1)).toEqual([]);
    expect(await twice(2)).toEqual([
      expect.stringContaining('wants sysctl:net/ipv4/conf/a.b/rp_filter to be 2'),
      expect.stringContaining('wants file:/etc/sysctl.d/60-tsplay-net-ipv4-conf-a.b-rp_filter.conf'),
    ]);
  });
});

describe.each(shellNames)('in %s', (shell) => {
  let kernel: FakeKernel;
  beforeEach(() => {
    kernel = new FakeKernel();
    kernel.write('proc/sys/net/core/somaxconn', '4096\n');
    kernel.write('proc/sys/net/ipv4/ip_local_port_range', '32768\t60999\n');
    kernel.write('proc/sys/net/ipv4/conf/eth0.10/rp_filter', '0\n');
    kernel.write('proc/sys/kernel/core_pattern', '|/bin/dump %P\n');
  });
  afterEach(() => kernel.close());
  const play = async (
    keys: Readonly<Record<string, SysctlOptions>>,
    mode: 'check' | 'apply' = 'apply',
    run = 'test',
  ): Promise<ShellRun> => {
    const body = (): void => Object.entries(keys).forEach(([key, options]) => void sysctl(key, options));
    return runIn(shell, kernel.here(await programOf(body)), { home: kernel.at('state'), mode, run });
  };
  const problem = (run: ShellRun): string | undefined => [...run.outcomes.values()].at(-1)?.error?.message;

  it('sets what differs, whatever white space it is written with, and takes it back', async () => {
    const before = kernel.state();
    const keys = {
      'net.core.somaxconn': { value: 8192 },
      'net.ipv4.ip_local_port_range': { value: ' 32768   60999' },
      'net.ipv4.conf.eth0/10.rp_filter': { value: '1', persist: false },
      'kernel.core_pattern': { value: 'core.%p.%e' },
    };
    const statuses = ['changed', 'changed', 'changed', 'changed'];
    expect((await play(keys, 'check')).statuses).toEqual(statuses);
    expect(kernel.state()).toEqual(before);
    expect((await play(keys)).statuses).toEqual(statuses);
    expect(kernel.state()).toEqual({
      ...before,
      'proc/sys/net/core/somaxconn': '8192\n',
      'proc/sys/net/ipv4/conf/eth0.10/rp_filter': '1\n',
      'proc/sys/kernel/core_pattern': 'core.%p.%e\n',
      'etc/sysctl.d/60-tsplay-net-core-somaxconn.conf': '# Managed by tsplay.\nnet/core/somaxconn = 8192\n',
      'etc/sysctl.d/60-tsplay-net-ipv4-ip_local_port_range.conf':
        '# Managed by tsplay.\nnet/ipv4/ip_local_port_range = 32768 60999\n',
      'etc/sysctl.d/60-tsplay-kernel-core_pattern.conf':
        '# Managed by tsplay.\nkernel/core_pattern = core.%p.%e\n',
    });
    expect((await play(keys, 'apply', 'again')).statuses).toEqual(['ok', 'ok', 'ok', 'ok']);
    // Not kept any more: the file goes, the value stays.
    const less = { 'net.core.somaxconn': { value: 8192, persist: false } };
    expect((await play(less, 'apply', 'less')).statuses).toEqual(['changed']);
    expect(Object.keys(kernel.state())).not.toContain('etc/sysctl.d/60-tsplay-net-core-somaxconn.conf');
    const [program, ...args] = shells[shell as Shell];
    for (const run of ['less', 'test']) {
      execFileSync(program, [...args, kernel.at(`state/runs/${run}/undo.sh`)]);
    }
    expect(kernel.state()).toEqual(before);
  });

  it('says in a check what is not there, and what may come', async () => {
    const cases: Readonly<Record<string, string>> = {
      'net.ipv4.conf.eth7.rp_filter':
        'the kernel of this host has no parameter net.ipv4.conf.eth7.rp_filter: there is no interface eth7',
      'net.bridge.bridge-nf-call-iptables':
        "the kernel of this host has no parameter net.bridge.bridge-nf-call-iptables: load the kernel module br_netfilter first, by kernelModule('br_netfilter')",
      'net.core.somaxcon':
        'the kernel of this host has no parameter net.core.somaxcon: is its name right, or is a kernel module missing (kernelModule)?',
    };
    for (const [key, message] of Object.entries(cases)) {
      for (const mode of ['check', 'apply'] as const) {
        expect(problem(await play({ [key]: { value: 1 } }, mode))).toBe(`sysctl[${key}]: ${message}`);
      }
    }
    kernel.available('br_netfilter');
    const body = (): void => {
      kernelModule('br_netfilter');
      sysctl('net.bridge.bridge-nf-call-iptables', { value: 1 });
      sysctl('fs.nfs.nlm_udpport', { value: 4045 });
    };
    const check = await runIn(shell, kernel.here(await programOf(body)), {
      home: kernel.at('state'),
      mode: 'check',
    });
    // The file of the second comes in any case.
    expect(check.statuses).toEqual(['changed', 'changed', 'unknown']);
  });
});
