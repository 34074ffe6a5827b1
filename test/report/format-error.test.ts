import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadingError } from '../../src/errors/loading.ts';
import { runnerError } from '../../src/errors/runner.ts';
import { TsplayErrors } from '../../src/errors/tsplay-error.ts';
import { formatError } from '../../src/report/format-error.ts';

let cwd = '';
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'tsplay-errors-'));
  writeFileSync(join(cwd, 'site.ts'), "const a = 1;\n\tbond('bond0', { mode: 'x\x1b[2J' });\nconst b = 2;\n");
});
afterAll(() => rmSync(cwd, { recursive: true }));

const plain = (error: unknown): string => formatError(error, { color: false, cwd, about: 'tsplay 1.2.3' });
const variable = (host: string, problem = 'it is missing') =>
  runnerError('bad-variable', { host, play: 'Edge', path: 'uplinks.0', problem }, { host });

describe('an error', () => {
  it('shows its code, message, place, lines and hint', () => {
    const where = { file: join(cwd, 'site.ts'), line: 2, column: 2 };
    const error = loadingError(
      'import-failed',
      { file: 'site.ts', problem: 'x is not a function' },
      { where },
    );
    expect(plain(error)).toMatchInlineSnapshot(`
      "error[import-failed]: site.ts could not be imported: x is not a function
        at site.ts:2:2
            1 | const a = 1;
          > 2 |  bond('bond0', { mode: 'x\\x1b[2J' });
              |  ^
            3 | const b = 2;
      "
    `);
  });

  it('shows the whole path of a file elsewhere, and no lines where there is no file', () => {
    const where = { file: '/nowhere/inventory.yaml', line: 3, column: 1 };
    const error = runnerError('not-a-playbook', { file: 'x.ts', found: 'it is none' }, { where });
    expect(plain(error)).toMatchInlineSnapshot(`
      "error[not-a-playbook]: x.ts does not export a play by default: it is none
        at /nowhere/inventory.yaml:3:1
        hint: Write \`export default play('name', { hosts: … }, () => { … })\`, or export a list of plays.
      "
    `);
  });

  it('is told with all others, and counted', () => {
    const errors = new TsplayErrors([
      variable('gw1'),
      runnerError('not-a-playbook', { file: 'x.ts', found: 'it is none' }),
    ]);
    expect(plain(errors)).toMatchInlineSnapshot(`
      "error[bad-variable]: gw1: the variable uplinks.0 does not fit play 'Edge': it is missing
        hint: Set it for this host or one of its groups in the inventory, or with -e.

      error[not-a-playbook]: x.ts does not export a play by default: it is none
        hint: Write \`export default play('name', { hosts: … }, () => { … })\`, or export a list of plays.

      2 problems; nothing was run.
      "
    `);
  });

  it('is told once for all hosts that have it', () => {
    const hosts = Array.from({ length: 300 }, (_, index) => `web${index + 1}`);
    const text = plain(
      new TsplayErrors([...hosts.map((host) => variable(host)), variable('web9', 'it is a list')]),
    );
    expect(text.match(/error\[bad-variable\]/g)).toHaveLength(2);
    expect(text).toContain('  the same on 299 more: web2,web3,');
    expect(text).toContain('\n301 problems; nothing was run.\n');
  });

  it('is not counted where it is the only one', () => {
    expect(plain(new TsplayErrors([variable('gw1')]))).toBe(plain(variable('gw1')));
  });

  it('cannot act on the terminal', () => {
    const text = plain(variable('\x1b[2J\r', 'bad\x9b\nworse\0'));
    expect(text.replaceAll('\n', '')).toMatch(/^[\x20-\x7e]*$/);
  });
});

describe('an error that nobody expected', () => {
  it('shows its stack and causes, and asks for a report', () => {
    const error = new TypeError('x is undefined', { cause: new Error('the reason') });
    error.stack = 'TypeError: x is undefined\n    at f (a.js:1:2)';
    (error.cause as Error).stack = 'Error: the reason\n    at g (b.js:3:4)';
    expect(plain(error)).toMatchInlineSnapshot(`
      "This is a bug in tsplay: it met an error that it does not know.
        TypeError: x is undefined
            at f (a.js:1:2)
        caused by:
          Error: the reason
              at g (b.js:3:4)
      Please report it with the lines above, the command line, the smallest playbook that shows it
      and these versions: tsplay 1.2.3.
      Look through the lines first: they may name hosts, or hold values that are yours alone.
      "
    `);
  });

  it.each([
    ['a string', 'broken'],
    ['undefined', undefined],
  ])('may be %s', (_, thrown) => {
    expect(plain(thrown)).toContain(`\n  ${String(thrown)}\n`);
  });
});
