import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compile } from '../../src/steps/compile.ts';
import { query, reading, sh, value, type Query, type Step } from '../../src/steps/index.ts';
import { program, runIn, shellNames } from '../support/shells.ts';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tsplay-query-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

const at = (name: string): string => join(dir, name);
const table = (): Query => query('test_table', sh`echo made >>${at('calls')} && cat ${at('table')}`);
const calls = (): number => readFileSync(at('calls'), 'utf8').split('\n').length - 1;
const cell = (key: string, want: string): Step =>
  value(key, {
    uses: [table()],
    read: reading(sh`printf '%s\n' ${table().output} | sed -n ${`s/^${key}=//p`}`),
    want,
    write: sh`sed -i "s/^$0=.*//" ${at('table')}; printf '%s=%s\n' ${key} "$1" >>${at('table')}`,
  });

describe.each(shellNames)('a query, in %s', (shell) => {
  it('is made once for all steps, and again only after a change', async () => {
    writeFileSync(at('table'), 'a=1\nb=2\nc=3\nd=4\n');
    const steps = (b: string): Step[] => [cell('a', '1'), cell('b', b), cell('c', '3'), cell('d', '4')];
    const what = program(...steps('2').map((step) => ({ steps: [step] })));
    expect((await runIn(shell, what, { home: at('state') })).statuses).toEqual(['ok', 'ok', 'ok', 'ok']);
    expect(calls()).toBe(1);

    writeFileSync(at('calls'), '');
    writeFileSync(at('table'), 'a=1\nc=3\nd=4\n');
    const changing = program(...steps('5').map((step) => ({ steps: [step] })));
    const run = await runIn(shell, changing, { home: at('state') });
    expect(run.statuses).toEqual(['ok', 'changed', 'ok', 'ok']);
    // Before the change and after it.
    expect(calls()).toBe(2);
  });

  it('that fails makes its steps unreadable, and nothing is changed', async () => {
    const run = await runIn(shell, program({ steps: [cell('a', '1')] }), { home: at('state') });
    expect(run.statuses).toEqual(['failed']);
    expect(run.outcomes.get(1)?.error?.message).toContain('cannot read a');
  });
});

describe('the name of a query', () => {
  it('stands for one command', () => {
    const other = value('x', {
      uses: [query('test_table', sh`true`)],
      read: reading(sh`true`),
      want: '',
      write: sh`true`,
    });
    expect(() => compile(program({ steps: [cell('a', '1'), other] }))).toThrow(/different queries/);
    expect(() => query('no name', sh`true`)).toThrow(/cannot be the name/);
  });
});
