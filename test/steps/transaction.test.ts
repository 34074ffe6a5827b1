import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { builtins, lazily, library, query, sh, transaction } from '../../src/steps/index.ts';
import { program, runIn, shellNames, shells } from '../support/shells.ts';

describe.each(shellNames)('a transaction in %s', (shell) => {
  let home: string;
  let path: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'tsplay-'));
    path = join(home, 'thing');
  });
  afterEach(() => rmSync(home, { recursive: true }));

  /** A file with lines; `want` is added to it by one command, or said to be unknown. */
  const step = (want: readonly string[], run = sh`printf '%s\n' "$1" | cut -f 4 >>${path}`) => {
    const lines = query('things', sh`printf x >>${`${path}.asked`}; cat ${path}`);
    const plans = library(
      'things',
      sh`things_plan() {
  ts_query things || return 2
  for ts_thing in "$@"; do
    case $TS_NL$ts_query_things$TS_NL in *"$TS_NL$ts_thing$TS_NL"*) continue ;; esac
    case $ts_thing in
      unknown*) ts_say "$TS_TAB$ts_thing cannot be told\${TS_TAB}unknown$TS_TAB$ts_thing" ;;
      fixed*) ts_say "no $ts_thing$TS_TAB$ts_thing\${TS_TAB}wall$TS_TAB$ts_thing" ;;
      *) ts_say "$TS_TAB$ts_thing$TS_TAB$TS_TAB$ts_thing" ;;
    esac
  done
}`,
    );
    return transaction('things', {
      uses: [plans, lazily(lines)],
      plan: builtins`things_plan ${want}`,
      run,
      undo: sh`rows=$(printf '%s\n' "$1" | cut -f 4)
grep -Fxq "$rows" ${path} || exit 3
grep -Fxv "$rows" ${path} >${path}.new
mv ${path}.new ${path}`,
    });
  };
  const run = (mode: 'check' | 'apply', ...steps: readonly ReturnType<typeof step>[]) =>
    runIn(shell, program(...steps.map((one) => ({ steps: [one] }))), { home, mode });
  const undo = (): string =>
    execFileSync(shells[shell][0], [...shells[shell].slice(1), join(home, 'runs/test/undo.sh')], {
      encoding: 'utf8',
    });

  it('makes what differs at once, and takes it back', async () => {
    writeFileSync(path, 'a\n');
    const want = step(['a', "it's", 'b c']);
    const check = await run('check', want);
    expect(check.statuses).toEqual(['changed']);
    expect(readFileSync(path, 'utf8')).toBe('a\n');
    expect(JSON.stringify(check.events)).toContain(String.raw`it's\nb c`);
    expect((await run('apply', want)).statuses).toEqual(['changed']);
    expect(readFileSync(path, 'utf8')).toBe("a\nit's\nb c\n");
    expect(undo()).toContain('undo now');
    expect(readFileSync(path, 'utf8')).toBe('a\n');
  });

  it('says what a check cannot tell, and what cannot be taken back', async () => {
    writeFileSync(path, '');
    const check = await run('check', step(['unknown 1', 'unknown 2']));
    expect(check.statuses).toEqual(['unknown']);
    expect(JSON.stringify(check.events)).toContain('unknown 1 cannot be told; unknown 2 cannot be told');
    expect((await run('check', step(['unknown', 'b']))).statuses).toEqual(['changed']);
    expect((await run('apply', step(['fixed']))).statuses).toEqual(['changed']);
    const said = undo();
    expect(said).toContain('undo wall');
    expect(said).toContain('no fixed to fixed');
  });

  it('fails where the change fails, or does not bring what was meant', async () => {
    writeFileSync(path, '');
    expect((await run('apply', step(['a'], sh`exit 3`))).statuses).toEqual(['failed']);
    expect((await run('apply', step(['a'], sh`true`))).statuses).toEqual(['failed']);
    rmSync(path);
    expect((await run('check', step(['a']))).statuses).toEqual(['failed']);
  });

  it('asks once, and not at all where nobody asks', async () => {
    writeFileSync(path, 'a\nb\n');
    await run('check', step(['a']), step(['b']));
    expect(readFileSync(`${path}.asked`, 'utf8')).toBe('x');
    rmSync(`${path}.asked`);
    await run('check', { ...step([]), plan: builtins`:` });
    expect(() => readFileSync(`${path}.asked`)).toThrow('ENOENT');
  });
});
