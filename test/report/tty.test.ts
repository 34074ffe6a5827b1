import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TsplayEvent } from '../../src/events.ts';
import { build, type Built } from '../support/built.ts';
import { screenOf } from '../support/screen.ts';
import { badNight, none, plain, run, task } from './events.ts';

let built: Built;
let file = '';
beforeAll(() => {
  built = build();
  file = join(built.folder, 'show.mjs');
}, 300_000);
afterAll(() => {
  rmSync(file, { force: true });
  built.remove();
});

// Long enough for the live line to be loaded and drawn.
const pause = 'await new Promise((resolve) => setTimeout(resolve, 600));';

interface Terminal {
  readonly columns: number;
  readonly rows: number;
  /** Milliseconds after each event. */
  readonly wait: number;
  readonly env: Readonly<Record<string, string>>;
  /** What is done before the report is closed. */
  readonly end: string;
}

/** Runs the report on a terminal of its own and gives what was written to it. */
function onTerminal(
  events: readonly TsplayEvent[],
  { columns = 80, rows = 24, wait = 30, env = {}, end = '' }: Partial<Terminal> = {},
): string {
  writeFileSync(
    file,
    `import { ttyReport } from ${JSON.stringify(join(built.folder, 'dist/src/report/tty.js'))};
     import { wantsColor } from ${JSON.stringify(join(built.folder, 'dist/src/report/color.js'))};
     const color = wantsColor(process.stdout, process.env);
     const report = await ttyReport(process.stdout, { diff: true, verbosity: 0, cwd: '/srv/site', color });
     for (const event of ${JSON.stringify(events)}) {
       report.event(event);
       await new Promise((resolve) => setTimeout(resolve, ${wait}));
     }
     ${end}
     report.close();`,
  );
  const command = `stty cols ${columns} rows ${rows}; exec ${process.execPath} ${file}`;
  const { PATH = '' } = process.env;
  return execFileSync('script', ['-qefc', command, '/dev/null'], {
    encoding: 'utf8',
    env: { PATH, TERM: 'xterm-256color', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

describe('the terminal report', () => {
  it('leaves the same lines as the plain one, and nothing of the live line', () => {
    const events = badNight();
    const { lines, cursorVisible } = screenOf(onTerminal(events, { columns: 200 }));
    const expected = plain(events, { diff: true }).split('\n');
    // The stand-in for a code frame; there is no such file here.
    const shown = expected.filter((line) => !/^ +(> 12)? \|/.test(line));
    expect(lines.map((line) => line.trimEnd())).toEqual(shown);
    expect(cursorVisible).toBe(true);
  });

  it('is the plain one on a terminal without a width', () => {
    const events = badNight();
    const bytes = onTerminal(events, { columns: 0 });
    expect(bytes).not.toContain('\x1b[?25l');
    expect(bytes).toContain('recap');
  });

  it('tells what runs now, and on how many hosts', () => {
    const bytes = onTerminal(
      [
        run('run', ['a', 'b', 'c']),
        { type: 'host', host: 'a', state: 'done' },
        { type: 'task-start', host: 'b', task: 'bond[bond0]' },
        { type: 'task-start', host: 'c', task: 'bond[bond0]' },
        task('b', 'sysctl[x]', 'ok'),
        task('b', 'sysctl[y]', 'ok'),
        task('b', 'sysctl[z]', 'ok'),
      ],
      { end: pause },
    );
    expect(bytes).toContain('1/3 hosts done; bond[bond0] on 2');
    expect(bytes).toContain('\x1b[?25l');
    expect(screenOf(bytes).cursorVisible).toBe(true);
  });

  it.each([
    [80, 24],
    [30, 12],
    [12, 6],
  ])('shows 300 hosts on %d columns and %d rows, and takes all of it away', (columns, rows) => {
    const hosts = Array.from({ length: 300 }, (_, index) => `web${index}`);
    const starts = hosts.map((host): TsplayEvent => ({ type: 'task-start', host, task: 'command[upgrade]' }));
    const events = [run('run', hosts), ...starts];
    const report = {
      columns,
      rows,
      wait: 0,
      end: `${pause} report.event(${JSON.stringify(task('web3', 'late', 'changed'))}); ${pause}`,
    };
    const bytes = onTerminal(events, report);
    const { lines, widest, cursorVisible } = screenOf(bytes);
    expect(lines.filter((line) => line.trim() !== '')).toEqual([
      expect.stringMatching(/^run playbooks\/edge.ts on prod: 300 hosts/),
      expect.stringContaining('web3: chang'),
    ]);
    expect(widest).toBeLessThanOrEqual(Math.max(columns, lines[0]?.length ?? 0));
    expect(cursorVisible).toBe(true);
    expect(bytes.includes('▸▸▸▸')).toBe(columns === 80);
    // Each drawing is one write that terminals show as one.
    expect(bytes.split('\x1b[?2026h').length).toBe(bytes.split('\x1b[?2026l').length);
  });

  it('cuts what may be cut on a narrow terminal, by the width of characters', () => {
    const long = '設定'.repeat(40);
    const events: TsplayEvent[] = [
      run('run', ['h']),
      { type: 'task-start', host: 'h', task: long },
      {
        type: 'step',
        host: 'h',
        task: long,
        what: long,
        status: 'changed',
        before: long,
        after: `${long}\n${long}`,
      },
      { type: 'task-start', host: 'h', task: long },
      task('h', long, 'changed'),
      { type: 'host', host: 'h', state: 'connecting' },
    ];
    const { lines, widest } = screenOf(onTerminal(events, { columns: 75 }));
    expect(widest).toBeLessThanOrEqual(75);
    expect(lines.find((line) => line.startsWith('h: changed'))).toMatch(/^h: changed (設定)+設?…$/);
  });

  it('does not cut what a person has to act on', () => {
    const hint = 'see this '.repeat(30).trim();
    const events: TsplayEvent[] = [
      { type: 'unreachable', host: 'h', error: { code: 'refused', message: 'no', hint } },
    ];
    expect(onTerminal(events, { columns: 40 })).toContain(hint);
  });

  it.each([
    [{}, true],
    [{ NO_COLOR: '1' }, false],
    [{ FORCE_COLOR: '0' }, false],
    [{ TERM: 'dumb' }, false],
    [{ TERM: 'dumb', FORCE_COLOR: '1' }, true],
  ])('with %j in the environment has colours: %s', (env, colored) => {
    const bytes = onTerminal([task('h', 't', 'changed')], { env });
    expect(bytes.includes('\x1b[33m')).toBe(colored);
    expect(screenOf(bytes).lines[0]).toBe('h: changed t');
  });

  it('gives the cursor back when the process ends in the middle', () => {
    const bytes = onTerminal([run('run', ['h'])], { end: `${pause} process.exit(0);` });
    expect(bytes).toContain('\x1b[?25l');
    expect(screenOf(bytes).cursorVisible).toBe(true);
  });

  it('passes on no control character of a host', () => {
    const hostile = '\x1b[2J\x1b[31m\r\x07\x9b1A';
    const events: TsplayEvent[] = [
      run('run', [hostile]),
      { type: 'task-start', host: hostile, task: hostile },
      task(hostile, hostile, 'failed', { error: { code: 'task-failed', message: hostile, stderr: hostile } }),
      { type: 'summary', hosts: { [hostile]: { ...none, failed: 1 } } },
    ];
    // The screen refuses what no report of ours sends.
    expect(screenOf(onTerminal(events, { columns: 200 })).lines.join('\n')).toContain(
      '\\x1b[2J\\x1b[31m\\r\\x07\\x9b1A: FAILED',
    );
  });
});

describe('where there is no terminal', () => {
  it('is the plain report', () => {
    onTerminal([]);
    const events = badNight();
    writeFileSync(
      file,
      `import { ttyReport } from ${JSON.stringify(join(built.folder, 'dist/src/report/tty.js'))};
       const report = await ttyReport(process.stdout, { diff: false, verbosity: 0, cwd: '/srv/site', color: true });
       for (const event of ${JSON.stringify(events)}) report.event(event);
       report.close();`,
    );
    const text = execFileSync(process.execPath, [file], { encoding: 'utf8', env: { FORCE_COLOR: '1' } });
    expect(text.replaceAll('\n', '')).toMatch(/^[\x20-\x7e]*$/);
    expect(text).toContain('gw1: changed bond[bond0]');
  });
});
