import { describe, expect, it } from 'vitest';
import type { TsplayEvent } from '../../src/events.ts';
import { exitStatus, noOutcome, withEvent } from '../../src/report/exit-status.ts';
import { run, task } from './events.ts';

const ok = task('h', 'a', 'ok');
const changed = task('h', 'b', 'changed');
const unknown = task('h', 'c', 'unknown');
const failed = task('h', 'd', 'failed');
const skipped = task('h', 'e', 'skipped');
const unreachable: TsplayEvent = {
  type: 'unreachable',
  host: 'h',
  error: { code: 'refused', message: 'no' },
};

function status(
  mode: 'run' | 'check' | 'rollback',
  strict: boolean,
  ...events: readonly TsplayEvent[]
): number {
  return exitStatus([run(mode, ['h']), ...events].reduce(withEvent, noOutcome), { strict });
}

describe('the exit status', () => {
  it.each([
    ['a run with nothing to do', status('run', false, ok, skipped), 0],
    ['a run that changed something', status('run', false, changed), 0],
    ['a run with unknown tasks, strict', status('run', true, unknown), 0],
    ['a rollback that undid something', status('rollback', false, changed), 0],
    ['a check in sync', status('check', false, ok, skipped), 0],
    ['a check that found drift', status('check', false, ok, changed), 2],
    ['a check with unknown tasks', status('check', false, unknown), 0],
    ['a strict check with unknown tasks', status('check', true, unknown), 2],
    ['a failed task', status('run', false, failed, changed), 1],
    ['an unreachable host', status('run', false, unreachable, changed), 3],
    ['a failed task and an unreachable host', status('run', false, unreachable, failed), 1],
    ['a check with drift and an unreachable host', status('check', false, changed, unreachable), 3],
    ['a check with drift and a failed task', status('check', false, changed, failed), 1],
    ['no events at all', exitStatus(noOutcome, { strict: true }), 0],
  ])('of %s is right', (_, actual, expected) => {
    expect(actual).toBe(expected);
  });
});
