import { describe, expect, it } from 'vitest';
import type { TsplayEvent } from '../../src/events.ts';
import { compareAudits } from '../../src/report/compare.ts';
import { comparisonLines } from '../../src/report/compare-lines.ts';
import { textOf } from '../../src/report/line.ts';
import { unifiedDiff } from '../../src/report/unified-diff.ts';
import { run, task } from './events.ts';

type Found = readonly [
  host: string,
  task: string,
  status: 'ok' | 'changed' | 'failed' | 'unknown',
  is?: string,
];

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
