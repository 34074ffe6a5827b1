import { describe, expect, it } from 'vitest';
import type { TsplayEvent } from '../../src/events.ts';
import { displayWidth } from '../../src/report/display-width.ts';
import { textOf } from '../../src/report/line.ts';
import { printed } from '../../src/report/paint.ts';
import { Progress } from '../../src/report/progress.ts';
import { run, task } from './events.ts';

/** Progress with a clock of its own. */
class Watched {
  now = 0;
  readonly progress = new Progress(() => this.now);

  tell(...events: readonly TsplayEvent[]): this {
    for (const event of events) this.progress.event(event);
    return this;
  }

  shows(columns = 80, rows = 24): readonly string[] {
    return this.progress.lines({ columns, rows }).map(textOf);
  }
}

const start = (host: string, id = 'command[upgrade]'): TsplayEvent => ({
  type: 'task-start',
  host,
  task: id,
});
const output = (host: string, text: string): TsplayEvent => ({
  type: 'output',
  host,
  task: 'command[upgrade]',
  stream: 'stdout',
  text,
});
const done = (host: string): TsplayEvent => ({ type: 'host', host, state: 'done' });
const names = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `web${index + 1}`);

describe('what goes on now', () => {
  it('is one line while nothing takes long', () => {
    const watched = new Watched().tell(run('run', ['a', 'b', 'c']), start('a'), start('b'), done('c'));
    expect(watched.shows()).toEqual(['1/3 hosts done; command[upgrade] on 2']);
    watched.tell(task('a', 'command[upgrade]', 'failed'));
    expect(watched.shows()).toEqual(['1/3 hosts done, 1 failed; command[upgrade] on 1']);
  });

  it('says how long a task takes, and the last that it printed', () => {
    const watched = new Watched().tell(run('run', ['a']), start('a'), output('a', 'Reading\nUnpac'));
    watched.now = 3100;
    watched.tell(output('a', 'king\n\n'));
    expect(watched.shows()[1]).toBe('a: command[upgrade] 3 s | Unpacking');
    watched.tell(output('a', '10%\r20%\r'));
    expect(watched.shows()[1]).toBe('a: command[upgrade] 3 s | 20%');
    watched.now = 12_000;
    expect(watched.shows()[1]).toBe('a: command[upgrade] 12 s | 20%');
    watched.now = 75_000;
    expect(watched.shows()[1]).toBe('a: command[upgrade] 1 min 15 s, no output for 1 min 11 s | 20%');
    watched.tell(task('a', 'command[upgrade]', 'ok'));
    expect(watched.shows()).toHaveLength(1);
  });

  it('names those that take longest, and counts the others', () => {
    const hosts = names(9);
    const watched = new Watched().tell(run('run', hosts));
    for (const host of hosts) {
      watched.now += 1000;
      watched.tell(start(host));
    }
    watched.now = 60_000;
    const lines = watched.shows();
    expect(lines).toHaveLength(7);
    expect(lines[1]).toMatch(/^web1: /);
    expect(lines[6]).toBe('and 4 more hosts that take long');
  });

  it('says how far a file has come that takes long', () => {
    const watched = new Watched().tell(run('run', names(1)), start('web1', 'copy[/srv/image]'));
    const about = { host: 'web1', task: 'copy[/srv/image]', what: '/srv/image', of: 3 * 2 ** 30 } as const;
    watched.tell({ type: 'progress', ...about, bytes: 2 ** 30 });
    watched.now = 4000;
    expect(watched.shows()[1]).toBe('web1: copy[/srv/image] 4 s | /srv/image: 33 % of 3.0 GiB');
  });

  it('says which batch it is, why a task is tried again, and that what is left is not done', () => {
    const watched = new Watched().tell(run('run', names(3)), { type: 'play', play: 'Roll', hosts: names(3) });
    watched.tell({ type: 'batch', play: 'Roll', number: 1, of: 2, hosts: ['web1'] }, start('web1'));
    const retry = { type: 'retry', host: 'web1', task: 'command[upgrade]', left: 2, delay: 5 } as const;
    watched.tell({ ...retry, reason: 'it ended with status 7' });
    watched.now = 4000;
    expect(watched.shows()).toEqual([
      'batch 1 of 2: 0/3 hosts done; command[upgrade] on 1',
      'web1: command[upgrade] 4 s | retry in 5 s (2 left): it ended with status 7',
    ]);
    watched.tell({ type: 'left', play: 'Roll', hosts: ['web2', 'web3'], reason: 'interrupted' });
    watched.tell(done('web1'), done('web2'), done('web3'));
    expect(watched.shows()).toEqual(['batch 1 of 2: 1/3 hosts done']);
    watched.tell({ type: 'play', play: 'Core', hosts: ['web1'] });
    expect(watched.shows()).toEqual(['1/3 hosts done']);
  });

  it('has a sign for each of many hosts', () => {
    const hosts = names(100);
    const watched = new Watched().tell(run('run', hosts), start('web1'), start('web2'));
    watched.tell(task('web2', 'x', 'changed'), done('web2'), done('web3'));
    watched.tell({ type: 'unreachable', host: 'web4', error: { code: 'refused', message: 'no' } });
    expect(watched.shows(60)).toEqual([
      '3/100 hosts done, 1 failed; command[upgrade] on 1',
      `▸±✓✗${'·'.repeat(56)}`,
      '·'.repeat(40),
    ]);
  });

  it.each([
    [80, 24, 300],
    [40, 10, 300],
    [20, 24, 300],
    [10, 5, 300],
    [80, 2, 300],
    [30, 24, 3],
  ])('fits into %d columns and %d rows with %d hosts', (columns, rows, count) => {
    const watched = new Watched().tell(run('run', names(count)));
    watched.tell(...names(count).map((host) => start(host, '設定'.repeat(30))));
    watched.now = 60_000;
    const lines = watched.progress.lines({ columns, rows });
    expect(lines.length).toBeLessThanOrEqual(Math.max(1, rows - 4));
    for (const line of lines) {
      expect(displayWidth(printed(line, { color: false, columns }))).toBeLessThanOrEqual(columns);
    }
  });

  it('shows no character of a host that moves the cursor', () => {
    const hostile = '\x1b[2J\u202e\x07';
    const watched = new Watched().tell(run('run', [hostile]), start(hostile, hostile));
    watched.tell({ type: 'output', host: hostile, task: hostile, stream: 'stdout', text: hostile });
    watched.now = 5000;
    expect(watched.shows().join('')).toMatch(/^[\x20-\x7e]*$/);
  });
});
