import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { action, reading, sh, value, type Step } from '../../src/steps/index.ts';
import { FolderHost } from '../support/folder-host.ts';
import { shellNames } from '../support/shells.ts';

let host: FolderHost;
beforeEach(() => {
  host = new FolderHost();
});
afterEach(() => host.close());

const setting = (name: string): Step =>
  value(name, {
    read: reading(sh`cat ${host.at(name)}`),
    want: 'new',
    write: sh`printf '%s' "$1" >${host.at(name)}`,
  });
/** Notes what it finds, and again when it is taken back. */
const notice = (name: string): Step =>
  action(`notice ${name}`, {
    run: sh`cat ${host.at(name)} >>${host.at('seen')}; echo ${` ${name}`} >>${host.at('seen')}`,
    undo: sh`[ ! -e ${host.at('broken')} ] && cat ${host.at(name)} >>${host.at('seen')} && echo ${` back ${name}`} >>${host.at('seen')}`,
    undoLast: true,
  });
const entries = (): readonly string[] =>
  readdirSync(`${host.dir}/state/runs/test`).filter((name) => name.endsWith('.undo'));

it.each(shellNames)(
  '%s does once, at the end of a rollback, what several changes wait for',
  async (shell) => {
    for (const name of ['a', 'b', 'c']) host.write(name, 'old');
    const again = notice('a');
    const steps = [setting('a'), notice('a'), setting('b'), again, notice('b'), setting('c'), again];
    await host.run(shell, [{ steps }]);
    host.write('seen', '');
    expect(host.undo(shell)).toContain('undone 0');
    expect(host.read('seen').toString()).toBe('old back a\nold back b\n');
    expect(entries()).toEqual([]);
  },
);

it.each(shellNames)('%s takes back last, and in order, what makes others notice a change', async (shell) => {
  for (const name of ['a', 'b']) host.write(name, 'old');
  const steps = [setting('a'), notice('a'), setting('b'), notice('b')];
  await host.run(shell, [{ steps }]);
  expect(host.read('seen').toString()).toBe('new a\nnew b\n');
  // One that fails stays, and comes another time.
  mkdirSync(host.at('broken'));
  host.write('seen', '');
  expect(() => host.undo(shell)).toThrow(/Command failed/);
  expect([host.read('a').toString(), host.read('b').toString(), entries().length]).toEqual(['old', 'old', 2]);
  execFileSync('rmdir', [host.at('broken')]);
  expect(host.undo(shell)).toContain('undone 0');
  expect(host.read('seen').toString()).toBe('old back a\nold back b\n');
  expect(entries()).toEqual([]);
});
