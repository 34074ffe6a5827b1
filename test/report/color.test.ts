import { describe, expect, it } from 'vitest';
import { wantsColor } from '../../src/report/color.ts';

const TERM = 'xterm-256color';

describe('colours', () => {
  it.each([
    [true, { TERM }, true],
    [true, { TERM, NO_COLOR: '1' }, false],
    [true, { TERM: 'dumb' }, false],
    [true, { TERM, FORCE_COLOR: '0' }, false],
    [false, { TERM }, false],
    [false, { TERM, FORCE_COLOR: '1' }, true],
    [false, { FORCE_COLOR: '0' }, false],
  ])('on a terminal: %s, with %j: %s', (isTTY, env, wanted) => {
    expect(wantsColor({ isTTY }, env)).toBe(wanted);
  });
});
