import { describe, expect, it } from 'vitest';
import type { TsplayEvent } from '../../src/events.ts';
import { plainReport } from '../../src/report/plain.ts';
import { badNight, endedRoll, none, plain, run, task, hostileEvents, hostileText } from './events.ts';

describe('the plain report', () => {
  it('tells what changed, failed or is unknown, and ends with what to do', () => {
    expect(plain(badNight())).toMatchInlineSnapshot(`
      "run playbooks/edge.ts on prod: 3 hosts, 2026-11-24T02:47:00.000Z
      play Edge gateways: 3 hosts
      batch 1 of 2: gw1, gw2, db-long-name
      db-long-name: UNREACHABLE
          cannot reach 10.0.0.9 as root: connection refused
          hint: Try by hand: ssh -p 22 root@10.0.0.9
      gw1: changed bond[bond0]
      gw1: unknown package[nginx] (1 of 2 steps)
          nginx: unknown (the package list is older than a day)
      gw2: retry service[app] in 5 s (1 left): it ended with status 7
      gw2: FAILED service[app]
          app did not start: it ended with status 1
          at playbooks/edge.ts:12:3
            > 12 |   service('app');
                 |   ^
          hint: See what holds the port: ss -ltnp
          stdout: Starting app
          stdout: waiting
          stderr: port 443 is taken
      gw1: debug[uplinks]: eth1
      gw1: debug[uplinks]: eth2
      gw2: warning: the clock is 94 s behind
      gw2: left: not begun: command[reload], command[check] (interrupted)
      gw1, gw2: left: play Core has not begun (interrupted)

      recap
        gw1           ok 2    changed 1    unknown 1    failed 0    skipped 0
        gw2           ok 0    changed 0    unknown 0    failed 1    skipped 1
        db-long-name  ok 0    changed 0    unknown 0    failed 0    skipped 0    UNREACHABLE
      changed: 1 of 3 hosts: gw1
      unknown: 1 of 3 hosts: gw1
      left: 2 of 3 hosts: gw1,gw2
      unreachable: 1 of 3 hosts: db-long-name
      failed: 1 of 3 hosts: gw2
      "
    `);
  });

  it('shows what differs below each task', () => {
    expect(plain(badNight(), { diff: true }).split('\n').slice(5, 17).join('\n')).toMatchInlineSnapshot(`
      "    hint: Try by hand: ssh -p 22 root@10.0.0.9
      gw1: changed bond[bond0]
          mtu of bond0: 1500 -> 9000
          slaves of bond0:
            @@ -1,2 +1,2 @@
             eth1
            -eth2
            +eth3
      gw1: unknown package[nginx] (1 of 2 steps)
          nginx: unknown (the package list is older than a day)
      gw2: retry service[app] in 5 s (1 left): it ended with status 7
      gw2: FAILED service[app]"
    `);
  });

  it('shows every task, live output and traffic with -v', () => {
    expect(plain(badNight(), { verbosity: 1 })).toMatchInlineSnapshot(`
      "run playbooks/edge.ts on prod: 3 hosts, 2026-11-24T02:47:00.000Z
      by alice as root@ctl1, commit 233570a3f58b of main, with changes, tsplay 0.1.0
      play Edge gateways: 3 hosts
      batch 1 of 2: gw1, gw2, db-long-name
      db-long-name: UNREACHABLE
          cannot reach 10.0.0.9 as root: connection refused
          hint: Try by hand: ssh -p 22 root@10.0.0.9
      gw1: changed bond[bond0] 1.2 s
          mtu of bond0
          slaves of bond0
      gw1: ok sysctl[net.ipv4.ip_forward] 1.2 s
      gw1: unknown package[nginx] (1 of 2 steps) 1.2 s
          nginx: unknown (the package list is older than a day)
          gw2 | Starting app
          gw2 stderr | port 443 is taken
      gw2: retry service[app] in 5 s (1 left): it ended with status 7
          gw2 | waiting
      gw2: FAILED service[app] 1.2 s
          app did not start: it ended with status 1
          at playbooks/edge.ts:12:3
            > 12 |   service('app');
                 |   ^
          hint: See what holds the port: ss -ltnp
          stderr: port 443 is taken
      gw2: skipped command[notify] (an earlier task failed) 1.2 s
      gw1: debug[uplinks]: eth1
      gw1: debug[uplinks]: eth2
      gw1: ok debug[uplinks] 1.2 s
      gw2: warning: the clock is 94 s behind
      gw2: left: not begun: command[reload], command[check] (interrupted)
      gw1, gw2: left: play Core has not begun (interrupted)

      recap
        gw1           ok 2    changed 1    unknown 1    failed 0    skipped 0    1.6 s  2 round trips, 14200 bytes sent, 3100 received
        gw2           ok 0    changed 0    unknown 0    failed 1    skipped 1    1.5 s  3 round trips, 14900 bytes sent, 4000 received
        db-long-name  ok 0    changed 0    unknown 0    failed 0    skipped 0    UNREACHABLE  0.1 s
      slowest tasks
        1.2 s  gw1  bond[bond0]
        1.2 s  gw1  sysctl[net.ipv4.ip_forward]
        1.2 s  gw1  package[nginx]
        1.2 s  gw2  service[app]
        1.2 s  gw2  command[notify]
      all of it took 2.0 s
      changed: 1 of 3 hosts: gw1
      unknown: 1 of 3 hosts: gw1
      left: 2 of 3 hosts: gw1,gw2
      unreachable: 1 of 3 hosts: db-long-name
      failed: 1 of 3 hosts: gw2
      "
    `);
  });

  it('says once why a task cannot be told', () => {
    const step = (what: string, reason: string): TsplayEvent => ({
      type: 'step',
      host: 'gw1',
      task: 'file[/etc/a]',
      what,
      status: 'unknown',
      reason,
    });
    const told = plain(
      [
        run('check', ['gw1']),
        step('/etc/a', 'there is no folder'),
        step('owner of /etc/a', 'there is no such user'),
        task('gw1', 'file[/etc/a]', 'unknown', { reason: 'there is no folder' }),
      ],
      {},
    );
    expect(told.split('\n').slice(1)).toEqual([
      'gw1: unknown file[/etc/a] (there is no folder)',
      '    owner of /etc/a: unknown (there is no such user)',
      '',
    ]);
  });

  it('shows steps that are ok and connections with -vv', () => {
    const text = plain(badNight(), { verbosity: 2 });
    expect(text).toContain('\ngw1: connecting\n');
    expect(text).toContain('\n    bond0: ok\n');
  });

  it('speaks of what would change in a check, and of drift', () => {
    const text = plain(badNight('check'));
    expect(text).toContain('gw1: would change bond[bond0]');
    expect(text.slice(text.indexOf('recap'))).toMatchInlineSnapshot(`
      "recap
        gw1           ok 2    would change 1    unknown 1    failed 0    skipped 0
        gw2           ok 0    would change 0    unknown 0    failed 1    skipped 1
        db-long-name  ok 0    would change 0    unknown 0    failed 0    skipped 0    UNREACHABLE
      drift: 1 of 3 hosts: gw1
      unknown: 1 of 3 hosts: gw1
      left: 2 of 3 hosts: gw1,gw2
      unreachable: 1 of 3 hosts: db-long-name
      failed: 1 of 3 hosts: gw2
      "
    `);
  });

  it('names the hosts where something is left, and does not call them unchanged', () => {
    const lines = plain(endedRoll()).trimEnd().split('\n');
    expect(lines.slice(-3)).toEqual([
      'changed: 2 of 5 hosts: web1,lb1',
      'left: 3 of 5 hosts: web1,web3,web4',
      'failed: 1 of 5 hosts: web2',
    ]);
    const hint = 'to go on where something is left: the same with --rerun left';
    const origin: TsplayEvent = { type: 'origin', user: 'a', controller: 'c', tsplay: '0', record: '/r' };
    const recorded = plain([...endedRoll().slice(0, 1), origin, ...endedRoll().slice(1)]);
    expect(recorded).toContain(`\n${hint}\n`);
    expect(plain([run('check', ['a']), origin, ...endedRoll().slice(1)])).not.toContain(hint);
  });

  it('keeps of tries that failed only what they have changed', () => {
    const text = plain(endedRoll());
    expect(text).toContain('web1: retry command[health] in 5 s (1 left): it ended with status 7\n');
    expect(text).not.toContain('the answer: failed');
  });

  it('says in sync when nothing would change', () => {
    const events: TsplayEvent[] = [
      run('check', ['a', 'b']),
      task('a', 'x', 'ok'),
      { type: 'summary', hosts: { a: { ...none, ok: 1 }, b: none } },
    ];
    expect(plain(events)).toMatchInlineSnapshot(`
      "check playbooks/edge.ts on prod: 2 hosts, 2026-11-24T02:47:00.000Z

      recap
        a  ok 1    would change 0    unknown 0    failed 0    skipped 0
        b  ok 0    would change 0    unknown 0    failed 0    skipped 0
      in sync: all 2 hosts
      "
    `);
  });

  it('does not say in sync of a host with tasks that it could not predict', () => {
    const events: TsplayEvent[] = [
      run('check', ['a']),
      { type: 'summary', hosts: { a: { ...none, ok: 1, unknown: 1 } } },
    ];
    expect(plain(events)).not.toContain('in sync');
    expect(plain(events)).toContain('\nunknown: a\n');
  });

  it('tells what a rollback undid', () => {
    const events: TsplayEvent[] = [
      run('rollback', ['a']),
      task('a', 'bond[bond0]', 'changed'),
      { type: 'summary', hosts: { a: { ...none, changed: 1 } } },
    ];
    expect(plain(events)).toMatchInlineSnapshot(`
      "rollback on prod: 1 host, 2026-11-24T02:47:00.000Z
      a: undone bond[bond0]

      recap
        a  ok 0    undone 1    unknown 0    failed 0    skipped 0
      undone: a
      "
    `);
  });

  it('says of 300 hosts which ones need somebody, ready for --limit', () => {
    const hosts = Array.from({ length: 300 }, (_, index) => `web${index + 1}`);
    const bad = new Set(['web7', 'web299']);
    const events: TsplayEvent[] = [
      run('run', hosts),
      {
        type: 'summary',
        hosts: Object.fromEntries(
          hosts.map((host) => [
            host,
            bad.has(host) ? { ...none, failed: 1 } : { ...none, ok: 9, changed: 1 },
          ]),
        ),
      },
    ];
    const lines = plain(events).trimEnd().split('\n');
    expect(lines.filter((line) => line.startsWith('  web'))).toHaveLength(300);
    expect(lines.at(-1)).toBe('failed: 2 of 300 hosts: web7,web299');
    expect(lines.at(-2)).toMatch(/^changed: 298 of 300 hosts: web1,web2,web3,.*,web51 and 248 more$/);
  });
});

describe('the differences', () => {
  const step = (before: string | undefined, after: string | undefined): string =>
    plain(
      [
        {
          type: 'step',
          host: 'h',
          task: 't',
          what: 'it',
          status: 'changed',
          ...(before === undefined ? {} : { before }),
          ...(after === undefined ? {} : { after }),
        },
        task('h', 't', 'changed'),
      ],
      { diff: true },
    )
      .split('\n')
      .slice(1, -1)
      .join('\n');

  it('puts short values on one line', () => {
    expect(step('1', '2')).toBe('    it: 1 -> 2');
    expect(step(undefined, '2')).toBe('    it: + 2');
    expect(step('1', undefined)).toBe('    it: - 1');
    expect(step('1', '')).toBe('    it: 1 -> (empty)');
    expect(step(undefined, undefined)).toBe('    it');
  });

  it('shows a newline that is missing at the end', () => {
    expect(step('a\nb\n', 'a\nb')).toMatchInlineSnapshot(`
      "    it:
            @@ -1,2 +1,2 @@
             a
            -b
            +b
            \\ No newline at end of file"
    `);
  });

  it('shows a tab that became spaces', () => {
    expect(step('a:\n\tmake\n', 'a:\n    make\n')).toMatchInlineSnapshot(`
      "    it:
            @@ -1,2 +1,2 @@
             a:
            -\\tmake
            +    make"
    `);
  });

  it('shows a whole new file', () => {
    expect(step(undefined, 'a\nb\n')).toMatchInlineSnapshot(`
      "    it: new
            @@ -0,0 +1,2 @@
            +a
            +b"
    `);
  });

  it('does not drown the reader', () => {
    const lines = step('x\n', Array.from({ length: 1000 }, (_, n) => `line ${n}\n`).join('')).split('\n');
    expect(lines).toHaveLength(202);
    expect(lines.at(-1)).toBe('      (802 more lines)');
  });

  it('gives up early on texts that have nothing in common', () => {
    const text = (seed: number): string => Array.from({ length: 5000 }, (_, n) => `${n * seed}\n`).join('');
    expect(step(text(3.1), text(7.7))).toBe(
      '    it:\n      (5000 lines before, 5000 after; too different to show)',
    );
  });
});

describe('the output of commands', () => {
  it('keeps the end of what a failed task printed', () => {
    const lines = Array.from({ length: 100 }, (_, n) => `line ${n}\n`).join('');
    const text = plain([
      { type: 'output', host: 'h', task: 't', stream: 'stdout', text: lines },
      { type: 'output', host: 'h', task: 't', stream: 'stderr', text: 'why' },
      task('h', 't', 'failed', { error: { code: 'task-failed', message: 'it ended with status 7' } }),
    ]);
    expect(text).toContain('    stdout: (80 earlier lines)\n    stdout: line 80\n');
    expect(text).toContain('    stdout: line 99\n    stderr: why\n');
    expect(text).not.toContain('line 79\n');
  });

  it('says nothing of the output of a task that went well', () => {
    expect(
      plain([
        { type: 'output', host: 'h', task: 't', stream: 'stdout', text: 'noise\n' },
        task('h', 't', 'changed'),
      ]),
    ).toBe('h: changed t\n');
  });

  it('does not wait for ever for the end of a line', () => {
    const output: TsplayEvent = {
      type: 'output',
      host: 'h',
      task: 't',
      stream: 'stdout',
      text: '.'.repeat(5000),
    };
    expect(plain([output], { verbosity: 1 })).toBe('');
    expect(plain([output, output], { verbosity: 1 })).toContain('... (8000 more characters)');
  });
});

describe('values from a host', () => {
  const events = hostileEvents();

  it('can neither move the cursor nor hide or reorder text', async () => {
    let text = '';
    const out = { write: (piece: string) => (text += piece) };
    const report = await plainReport(out, { diff: true, verbosity: 2, cwd: '/' });
    for (const event of events) report.event(event);
    report.close();
    expect(text).toContain('end');
    expect(text.replaceAll('\n', '')).toMatch(/^[\x20-\x7e]*$/);
  });

  it('are shown as what they are', () => {
    expect(plain([{ type: 'warning', message: hostileText }])).toMatchInlineSnapshot(`
      "warning: \\x1b[2J\\x1b]0;owned\\x07\\r\\x00\\x08\\x9b1A\\u202egnp.exe\\u200b\\u2028\\ud800\\u{e0041}\\t\\xa0end
      "
    `);
  });

  it('are cut where they are too long to read', () => {
    const text = plain([{ type: 'warning', message: 'x'.repeat(1_000_000) }]);
    expect(text).toHaveLength('warning: '.length + 2000 + '... (998000 more characters)\n'.length);
  });
});
