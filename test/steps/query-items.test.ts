import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { present, query, sh } from '../../src/steps/index.ts';
import { program, runIn, shellNames } from '../support/shells.ts';

it.each(shellNames)('%s asks once about what all steps name', async (shell) => {
  const home = mkdtempSync(join(tmpdir(), 'tsplay-items-'));
  const log = join(home, 'log');
  const ask = (item: string) => {
    const all = query('things', sh`printf '%s|' "$@" >>${log}; printf '%s\n' "$@"`, [item]);
    return present(item, {
      uses: [all],
      test: sh`case ${all.output} in *${item}*) ;; *) exit 1 ;; esac`,
      create: sh`true`,
    });
  };
  const items = ["it's", '$(touch x) `', 'b c', "it's"];
  const tasks = items.map((item) => ({ steps: [ask(item)] }));
  const { statuses } = await runIn(shell, program(...tasks), { home });
  expect(statuses).toEqual(['ok', 'ok', 'ok', 'ok']);
  expect(readFileSync(log, 'utf8')).toBe("it's|$(touch x) `|b c|");
  rmSync(home, { recursive: true });
});
