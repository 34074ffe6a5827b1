import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { codeFrame } from '../../src/errors/code-frame.ts';

let dir = '';
let file = '';
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'tsplay-frame-'));
  file = join(dir, 'site.ts');
  const lines = Array.from({ length: 10 }, (_, index) => `line ${index + 1}`);
  lines[8] = '\tif (\tx) {}';
  writeFileSync(file, lines.join('\r\n'));
});
afterAll(() => rmSync(dir, { recursive: true }));

it('shows the line with those around it and a caret', () => {
  expect(codeFrame({ file, line: 3, column: 6 })).toBe(
    ['    2 | line 2', '  > 3 | line 3', '      |      ^', '    4 | line 4'].join('\n'),
  );
});

it('aligns numbers of two widths, and the caret below tabs', () => {
  expect(codeFrame({ file, line: 9, column: 7 })).toBe(
    ['     8 | line 8', '  >  9 | \tif (\tx) {}', '       | \t    \t^', '    10 | line 10'].join('\n'),
  );
});

it('stops at the ends of the file, and shows as much around as asked', () => {
  expect(codeFrame({ file, line: 1, column: 1 }, { context: 0 })).toBe('  > 1 | line 1\n      | ^');
  expect(codeFrame({ file, line: 10, column: 7 }, { context: 2 })).toMatch(
    /^ {5}8 \| .*\n.*\n {2}> 10 \| line 10\n {7}\| {7}\^$/,
  );
});

it('is nothing where there is no such line or file', () => {
  expect(codeFrame({ file, line: 11, column: 1 })).toBeUndefined();
  expect(codeFrame({ file: join(dir, 'gone.ts'), line: 1, column: 1 })).toBeUndefined();
});
