import { describe, expect, it } from 'vitest';
import { displayWidth, fit } from '../../src/report/display-width.ts';

describe('the width of text on a terminal', () => {
  it.each([
    ['', 0],
    ['plain', 5],
    ['größe', 5],
    ['e\u0301', 1],
    ['日本語', 6],
    ['한국', 4],
    ['ｆｕｌｌ', 8],
    ['😀', 2],
    ['𠀋', 2],
    ['→', 1],
  ])('of %j is %d', (text, width) => {
    expect(displayWidth(text)).toBe(width);
  });

  it.each([
    ['abc', 3, 'abc'],
    ['abcd', 3, 'ab…'],
    ['日本語', 5, '日本…'],
    ['日本語', 4, '日…'],
    ['ae\u0301bc', 3, 'ae\u0301…'],
    ['abc', 1, '…'],
    ['abc', 0, ''],
    ['abc', -2, ''],
  ])('%j fits into %d columns as %j', (text, columns, fitted) => {
    expect(fit(text, columns)).toBe(fitted);
    expect(displayWidth(fitted)).toBeLessThanOrEqual(Math.max(0, columns));
  });
});
