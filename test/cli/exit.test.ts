import { describe, expect, it } from 'vitest';
import { exitOf } from '../../src/cli/exit.ts';
import { cliError } from '../../src/errors/cli.ts';
import { TsplayError, TsplayErrors } from '../../src/errors/tsplay-error.ts';

const use = cliError('bad-extra-var', { text: 'x', problem: 'y' });
const failed = new TsplayError('some-failure', 1, 'it failed', undefined, {});
const gone = new TsplayError('some-host', 3, 'it is gone', undefined, {});

describe('the exit status of something thrown', () => {
  it.each([
    ['wrong use', use, 64],
    ['a failure', failed, 1],
    ['a lost host', gone, 3],
    ['several problems', new TsplayErrors([use, use]), 64],
    ['problems of which one is a failure', new TsplayErrors([use, gone, failed]), 1],
    ['problems of which one is a lost host', new TsplayErrors([use, gone]), 3],
    ['what nobody expected', new TypeError('x'), 70],
    ['what is no error at all', 'x', 70],
  ])('of %s is right', (_, thrown, status) => {
    expect(exitOf(thrown)).toBe(status);
  });
});
