import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { pkg } from '../../../modules/index.ts';
import { programOf } from '../../support/modules.ts';
import { runIn, shellNames } from '../../support/shells.ts';

const home = mkdtempSync('/var/tmp/tsplay-cost-');
afterAll(() => rmSync(home, { recursive: true }));

// What is here and wanted for itself, which is asked about and not changed.
const there = execFileSync('apt-mark', ['showmanual'], { encoding: 'utf8' }).trim().split('\n').slice(0, 10);

/** How many processes a run of that many tasks starts, forks without a program among them. */
async function processes(shell: (typeof shellNames)[number], tasks: number): Promise<number> {
  const file = join(home, `${shell}-${tasks}`);
  const body = (): void => {
    for (let task = 0; task < tasks; task += 1) {
      const version = task % 2 === 0 ? {} : { version: '>0~' };
      pkg(`task ${task}`, { names: [there[task % there.length] ?? 'dpkg'], ...version });
    }
  };
  const under = [
    'strace',
    '-f',
    '-qq',
    '-e',
    'trace=clone,clone3,fork,vfork',
    '-e',
    'signal=none',
    '-o',
    file,
  ];
  const { statuses } = await runIn(shell, await programOf(body), {
    home: join(home, 'state'),
    cwd: '/',
    under,
  });
  expect(statuses).toEqual(Array.from({ length: tasks }, () => 'ok'));
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => /(?:fork|clone3?)\(/.test(line)).length;
}

it.each(shellNames)('%s asks about all packages by one process', async (shell) => {
  const few = await processes(shell, 5);
  expect(await processes(shell, 50)).toBe(few);
  expect(few).toBeLessThan(14);
});
