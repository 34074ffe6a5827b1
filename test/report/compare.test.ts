import { describe, expect, it } from 'vitest';
import type { TsplayEvent } from '../../src/events.ts';
import { compareAudits } from '../../src/report/compare.ts';
import { comparisonLines } from '../../src/report/compare-lines.ts';
import { textOf } from '../../src/report/line.ts';
import { unifiedDiff } from '../../src/report/unified-diff.ts';
import { none, run, task } from './events.ts';

type Found = readonly [
  host: string,
  task: string,
  status: 'ok' | 'changed' | 'failed' | 'unknown',
  is?: string,
];

const end: TsplayEvent = { type: 'summary', hosts: { gw1: none, gw2: none } };

function audit(...found: readonly Found[]): readonly TsplayEvent[] {
  return [
    run('check', ['gw1', 'gw2']),
    { type: 'play', play: 'Edge', hosts: ['gw1', 'gw2'] },
    ...found.flatMap(([host, id, status, is]): TsplayEvent[] => [
      ...(status === 'ok'
        ? []
        : [
            {
              type: 'step' as const,
              host,
              task: id,
              what: `what ${id} is`,
              status,
              ...(is === undefined ? {} : { before: is, after: 'as it should' }),
            },
          ]),
      task(host, id, status),
    ]),
    end,
  ];
}

function told(older: readonly TsplayEvent[], newer: readonly TsplayEvent[]): string {
  return comparisonLines(compareAudits(older, newer), unifiedDiff).map(textOf).join('\n');
}

describe('two audits', () => {
  it('are compared task by task', () => {
    const older = audit(
      ['gw1', 'drifts', 'ok'],
      ['gw1', 'mended', 'changed', '1'],
      ['gw1', 'same', 'changed', '1'],
      ['gw1', 'other', 'changed', '1'],
      ['gw1', 'gone', 'ok'],
      ['gw2', 'drifts', 'ok'],
    );
    const newer = audit(
      ['gw1', 'drifts', 'changed', '7'],
      ['gw1', 'mended', 'ok'],
      ['gw1', 'same', 'changed', '1'],
      ['gw1', 'other', 'changed', '2'],
      ['gw1', 'new', 'unknown'],
    );
    const gone: TsplayEvent = { type: 'unreachable', host: 'gw2', error: { code: 'refused', message: 'no' } };
    expect(told(older, [...newer, gone])).toMatchInlineSnapshot(`
      "gw1: in sync -> drift drifts
          what drifts is: 7 -> as it should
      gw1: drift -> in sync mended
      gw1: drift, other than before other
          what other is: 2 -> as it should
      gw1: not looked at -> unknown new
          what new is: unknown
      gw2: unreachable
      gw1: in sync -> not looked at gone

      tasks: 2 drifted since, 1 in sync again, 1 still as they were"
    `);
  });

  it('may say the same', () => {
    const one = audit(['gw1', 'a', 'ok'], ['gw1', 'b', 'changed', '1']);
    expect(told(one, one)).toMatchInlineSnapshot(`
      "nothing differs between the two
      tasks: 0 drifted since, 0 in sync again, 1 still as they were"
    `);
  });

  it('say what was not reached, and do not take it for unchanged', () => {
    const left = (tasks: readonly string[] | undefined, reason = 'interrupted'): TsplayEvent => ({
      type: 'left',
      play: 'Edge',
      hosts: ['gw1'],
      ...(tasks === undefined ? {} : { tasks }),
      reason,
    });
    const gone: TsplayEvent = { type: 'unreachable', host: 'gw2', error: { code: 'refused', message: 'no' } };
    const older = [...audit(['gw1', 'a', 'ok'], ['gw1', 'b', 'ok']), left(['c']), gone];
    const newer = [...audit(['gw1', 'a', 'ok']), left(['b', 'c']), gone];
    expect(told(older, newer)).toMatchInlineSnapshot(`
      "gw1: in sync -> not reached b (interrupted)
      gw1: not reached in either: c (interrupted)
      gw2: unreachable in both (no)

      tasks: 0 drifted since, 0 in sync again, 0 still as they were, 2 not reached"
    `);
    expect(told([...audit(['gw1', 'a', 'ok']), left(['c'])], [...audit(['gw1', 'a', 'ok']), left(['c'])]))
      .toMatchInlineSnapshot(`
      "gw1: not reached in either: c (interrupted)
      nothing differs in what both have looked at
      tasks: 0 drifted since, 0 in sync again, 0 still as they were, 1 not reached"
    `);
    const failed = [
      ...audit(['gw1', 'a', 'failed']),
      // What is said of why is for people.
      task('gw1', 'b', 'skipped', { reason: 'in other words', left: true }),
      task('gw1', 'c', 'skipped', { reason: 'an earlier task failed' }),
    ];
    expect(compareAudits(failed, failed)).toMatchObject({
      differences: [],
      unseen: [{ host: 'gw1', task: 'b', why: 'in other words' }],
    });
    const second: TsplayEvent = { type: 'left', play: 'Second', hosts: ['gw1'], reason: 'interrupted' };
    const whole = [
      ...audit(['gw1', 'a', 'ok']),
      { type: 'play', play: 'Second', hosts: ['gw1'] } as const,
      task('gw1', 'a', 'ok'),
    ];
    expect(compareAudits(whole, [...audit(['gw1', 'a', 'ok']), second]).differences).toMatchObject([
      { task: 'play[Second]', was: 'absent', is: 'left', why: 'play Second has not begun (interrupted)' },
      { task: 'a', was: 'ok', is: 'absent' },
    ]);
  });

  it('say which of them was cut off', () => {
    const one = audit(['gw1', 'a', 'ok']);
    expect(told(one, one.slice(0, -1))).toMatchInlineSnapshot(`
      "the newer check was cut off: what it had not come to is not on record
      nothing differs in what both have looked at
      tasks: 0 drifted since, 0 in sync again, 0 still as they were"
    `);
  });

  it('know a task of each play by itself', () => {
    const plays = (second: 'ok' | 'changed'): readonly TsplayEvent[] => [
      ...audit(['gw1', 'a', 'ok']),
      ...audit(['gw1', 'a', second, '1']).slice(1),
    ];
    expect(compareAudits(plays('ok'), plays('changed')).differences).toMatchObject([
      { host: 'gw1', task: 'a', was: 'ok', is: 'changed' },
    ]);
  });
});
