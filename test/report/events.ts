import type { HostSummary, TsplayEvent } from '../../src/events.ts';
import { EventLines } from '../../src/report/event-lines.ts';
import { textOf } from '../../src/report/line.ts';
import type { ReportOptions } from '../../src/report/report.ts';
import { unifiedDiff } from '../../src/report/unified-diff.ts';

export const none: HostSummary = { ok: 0, changed: 0, failed: 0, skipped: 0, unknown: 0, unreachable: false };

export function run(mode: 'run' | 'check' | 'rollback', hosts: readonly string[]): TsplayEvent {
  return {
    type: 'run',
    version: 1,
    mode,
    ...(mode === 'rollback' ? {} : { playbook: '/srv/site/playbooks/edge.ts' }),
    inventory: 'prod',
    hosts,
    time: '2026-11-24T02:47:00.000Z',
  };
}

export function task(
  host: string,
  id: string,
  status: (TsplayEvent & { type: 'task' })['status'],
  more: Partial<TsplayEvent & { type: 'task' }> = {},
): TsplayEvent {
  return { type: 'task', host, task: id, status, ms: 1234, ...more };
}

/** A run on three hosts in which everything happens that an operator is called for. */
export function badNight(mode: 'run' | 'check' = 'run'): readonly TsplayEvent[] {
  const hosts = ['gw1', 'gw2', 'db-long-name'];
  const where = { file: '/srv/site/playbooks/edge.ts', line: 12, column: 3 };
  const events: readonly TsplayEvent[] = [
    run(mode, hosts),
    {
      type: 'origin',
      user: 'root',
      login: 'alice',
      controller: 'ctl1',
      tsplay: '0.1.0',
      commit: { id: '233570a3f58bc57077660a30d841d30651295e1c', branch: 'main', dirty: true },
    },
    { type: 'play', play: 'Edge gateways', hosts },
    { type: 'batch', play: 'Edge gateways', number: 1, of: 2, hosts },
    ...hosts.map((host): TsplayEvent => ({ type: 'host', host, state: 'connecting' })),
    {
      type: 'unreachable',
      host: 'db-long-name',
      error: {
        code: 'refused',
        message: 'cannot reach 10.0.0.9 as root: connection refused',
        hint: 'Try by hand: ssh -p 22 root@10.0.0.9',
      },
    },
    { type: 'host', host: 'gw1', state: 'connected' },
    { type: 'task-start', host: 'gw1', task: 'bond[bond0]', where },
    { type: 'step', host: 'gw1', task: 'bond[bond0]', what: 'bond0', status: 'ok' },
    {
      type: 'step',
      host: 'gw1',
      task: 'bond[bond0]',
      what: 'mtu of bond0',
      status: 'changed',
      before: '1500',
      after: '9000',
    },
    {
      type: 'step',
      host: 'gw1',
      task: 'bond[bond0]',
      what: 'slaves of bond0',
      status: 'changed',
      before: 'eth1\neth2',
      after: 'eth1\neth3',
    },
    task('gw1', 'bond[bond0]', 'changed'),
    task('gw1', 'sysctl[net.ipv4.ip_forward]', 'ok'),
    {
      type: 'step',
      host: 'gw1',
      task: 'package[nginx]',
      what: 'nginx',
      status: 'unknown',
      reason: 'the package list is older than a day',
    },
    task('gw1', 'package[nginx]', 'unknown', { reason: '1 of 2 steps' }),
    { type: 'host', host: 'gw2', state: 'connected' },
    { type: 'task-start', host: 'gw2', task: 'service[app]', where },
    { type: 'output', host: 'gw2', task: 'service[app]', stream: 'stdout', text: 'Starting ' },
    { type: 'output', host: 'gw2', task: 'service[app]', stream: 'stdout', text: 'app\nwaiting' },
    { type: 'output', host: 'gw2', task: 'service[app]', stream: 'stderr', text: 'port 443 is taken\n' },
    { type: 'progress', host: 'gw2', task: 'service[app]', what: '/srv/app', bytes: 1 << 20, of: 1 << 30 },
    {
      type: 'retry',
      host: 'gw2',
      task: 'service[app]',
      left: 1,
      delay: 5,
      reason: 'it ended with status 7',
    },
    task('gw2', 'service[app]', 'failed', {
      error: {
        code: 'task-failed',
        message: 'app did not start: it ended with status 1',
        hint: 'See what holds the port: ss -ltnp',
        where,
        stderr: 'port 443 is taken\n',
      },
    }),
    task('gw2', 'command[notify]', 'skipped', { reason: 'an earlier task failed', left: true }),
    { type: 'task-start', host: 'gw1', task: 'debug[uplinks]' },
    { type: 'message', host: 'gw1', task: 'debug[uplinks]', message: 'eth1\neth2' },
    task('gw1', 'debug[uplinks]', 'ok'),
    { type: 'warning', host: 'gw2', message: 'the clock is 94 s behind' },
    {
      type: 'left',
      play: 'Edge gateways',
      hosts: ['gw2'],
      tasks: ['command[reload]', 'command[check]'],
      reason: 'interrupted',
    },
    { type: 'left', play: 'Core', hosts: ['gw1', 'gw2'], reason: 'interrupted' },
    { type: 'session', host: 'gw1', roundTrips: 2, bytesSent: 14_200, bytesReceived: 3_100 },
    { type: 'session', host: 'gw2', roundTrips: 3, bytesSent: 14_900, bytesReceived: 4_000 },
    ...hosts.map((host): TsplayEvent => ({ type: 'host', host, state: 'done' })),
    {
      type: 'summary',
      hosts: {
        gw1: { ...none, ok: 2, changed: 1, unknown: 1 },
        gw2: { ...none, failed: 1, skipped: 1 },
        'db-long-name': { ...none, unreachable: true },
      },
    },
  ];
  return events.map((event, index) => (index === 0 ? event : { ...event, at: Math.min(index * 100, 2000) }));
}

/** A rolling update, resumed, that ends with its first batch: what was delegated, tried again, and left. */
export function endedRoll(): readonly TsplayEvent[] {
  const hosts = ['web1', 'web2', 'web3', 'web4'];
  const play = 'Rolling update';
  const reason = 'it failed on 1 of 2 hosts, which is more than 0 %';
  const failedStep: TsplayEvent = {
    type: 'step',
    host: 'web1',
    task: 'command[health]',
    what: 'the answer',
    status: 'failed',
  };
  const retry = { type: 'retry', host: 'web1', task: 'command[health]', delay: 5 } as const;
  const error = { code: 'task-failed', message: 'it ended with status 1' };
  return [
    run('run', hosts),
    { type: 'play', play, hosts },
    { type: 'batch', play, number: 1, of: 2, hosts: ['web1', 'web2'] },
    task('web1', 'file[/etc/app.conf]', 'skipped', { reason: 'done by 20261124T02-1', done: 'd1' }),
    { type: 'task-start', host: 'lb1', task: 'command[drain]', for: 'web1' },
    task('lb1', 'command[drain]', 'changed', { for: 'web1' }),
    { type: 'task-start', host: 'lb1', task: 'command[drain]', for: 'web2' },
    task('lb1', 'command[drain]', 'ok', { for: 'web2' }),
    { type: 'task-start', host: 'web1', task: 'command[health]' },
    failedStep,
    { ...retry, left: 2, reason: 'it ended with status 7' },
    failedStep,
    { ...retry, left: 1, reason: 'it ended with status 7' },
    { type: 'step', host: 'web1', task: 'command[health]', what: 'the answer', status: 'changed' },
    task('web1', 'command[health]', 'changed'),
    task('web2', 'command[health]', 'failed', { error }),
    { type: 'left', play, hosts: ['web1'], tasks: ['command[undrain]'], reason },
    { type: 'left', play, hosts: ['web3', 'web4'], reason },
    { type: 'left', play: 'Core', hosts: ['web1', 'web3', 'web4'], reason },
    {
      type: 'summary',
      hosts: {
        web1: { ...none, changed: 1, skipped: 1 },
        web2: { ...none, failed: 1 },
        web3: none,
        web4: none,
        lb1: { ...none, ok: 1, changed: 1 },
      },
    },
  ];
}

/** The plain text of a stream of events. The code frame is a stand-in for a file. */
export function plain(events: readonly TsplayEvent[], options: Partial<ReportOptions> = {}): string {
  const all = { diff: false, verbosity: 0, cwd: '/srv/site', ...options };
  const lines = new EventLines(all, {
    frame: ({ line }) => `  > ${line} |   service('app');\n       |   ^`,
    differ: all.diff ? unifiedDiff : undefined,
  });
  return events.flatMap((event) => lines.lines(event).map((line) => `${textOf(line)}\n`)).join('');
}

/** What a host could send to whoever reads a report. */
export const hostileText =
  '\x1b[2J\x1b]0;owned\x07\r\0\x08\x9b1A\u202Egnp.exe\u200B\u2028\ud800\u{e0041}\t\u00a0end';

/** A run in which all that a host or an inventory can name is hostile. */
export function hostileEvents(hostile = hostileText): readonly TsplayEvent[] {
  return [
    {
      type: 'run',
      version: 1,
      mode: 'run',
      playbook: hostile,
      inventory: hostile,
      hosts: [hostile],
      time: hostile,
    },
    { type: 'play', play: hostile, hosts: [hostile] },
    { type: 'host', host: hostile, state: 'connected' },
    { type: 'output', host: hostile, task: hostile, stream: 'stdout', text: `${hostile}\n${hostile}` },
    {
      type: 'step',
      host: hostile,
      task: hostile,
      what: hostile,
      status: 'changed',
      before: `${hostile}\n`,
      after: `${hostile}\n${hostile}`,
    },
    { type: 'step', host: hostile, task: hostile, what: hostile, status: 'unknown', reason: hostile },
    { type: 'batch', play: hostile, number: 1, of: 2, hosts: [hostile] },
    { type: 'progress', host: hostile, task: hostile, what: hostile, bytes: 1, of: 2 },
    { type: 'retry', host: hostile, task: hostile, left: 1, delay: 5, reason: hostile },
    task(hostile, hostile, 'failed', {
      reason: hostile,
      error: {
        code: 'task-failed',
        message: `${hostile}\n${hostile}`,
        hint: hostile,
        where: { file: hostile, line: 1, column: 1 },
        stderr: hostile,
      },
    }),
    { type: 'message', host: hostile, task: hostile, message: hostile },
    { type: 'warning', host: hostile, task: hostile, message: hostile },
    { type: 'unreachable', host: hostile, error: { code: 'refused', message: hostile } },
    { type: 'left', play: hostile, hosts: [hostile], tasks: [hostile], reason: hostile },
    { type: 'summary', hosts: { [hostile]: none } },
  ];
}
