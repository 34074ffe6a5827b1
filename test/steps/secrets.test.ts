import { execFileSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { edit, entries, file, reading, secret, sh, value, type Step } from '../../src/steps/index.ts';
import { FolderHost } from '../support/folder-host.ts';
import { shellNames } from '../support/shells.ts';

const hidden = "hunter2's\n$(id)\0";

let host: FolderHost;
beforeEach(() => {
  host = new FolderHost();
});
afterEach(() => host.close());

/** Files below the host's folder that hold the secret. */
function holders(): readonly string[] {
  const found = execFileSync('sh', ['-c', 'grep -rl hunter2 . || :'], { cwd: host.dir, encoding: 'utf8' });
  return found.split('\n').filter(Boolean);
}

describe.each(shellNames)('a secret in %s', (shell) => {
  it('is not shown, whatever becomes of its step', async () => {
    host.write('conf', `hunter2 was here`);
    host.write('setting', 'hunter2');
    const setting = (write: ReturnType<typeof sh>): Step =>
      value('setting', {
        read: reading(sh`cat ${host.at('setting')}`),
        want: 'hunter2 new',
        write,
        secret: true,
      });
    const list = entries('list', {
      list: sh`echo hunter2`,
      want: [['hunter2', 'new']],
      add: sh`false`,
      remove: sh`true`,
      secret: true,
    });
    const steps = [
      file(host.at('conf'), { content: secret(hidden) }),
      setting(sh`false`),
      setting(sh`true`),
      list,
    ];
    for (const mode of ['check', 'apply'] as const) {
      for (const [n, step] of steps.entries()) {
        const run = await host.run(shell, [{ steps: [step] }], { mode, name: `${mode}${n}` });
        expect(run.statuses).toEqual([mode === 'apply' && n > 0 ? 'failed' : 'changed']);
        expect(JSON.stringify(run.events)).not.toContain('hunter2');
      }
    }
    expect(host.read('conf').toString()).toBe(hidden);
  });

  it('goes to a detached section without standing in any other file', async () => {
    const step = (n: number): Step =>
      file(host.at(`conf${n}`), { content: secret(`${n} ${hidden}`), mode: '600' });
    const flag = file(host.at('flag'), { content: 'x' });
    const run = await host.run(shell, [
      { network: true, steps: [flag, step(1)] },
      { network: true, steps: [step(2)] },
      { steps: [step(3)] },
      { network: true, steps: [step(4)] },
    ]);
    expect(run).toMatchObject({
      statuses: ['changed', 'changed', 'changed', 'changed'],
      finished: true,
      code: 0,
    });
    for (const n of [1, 2, 3, 4]) expect(host.read(`conf${n}`).toString()).toBe(`${n} ${hidden}`);
    expect(holders().toSorted()).toEqual([1, 2, 3, 4].map((n) => `./host/conf${n}`));
    host.undo(shell);
    expect(holders()).toEqual([]);
  });

  it('is read by nobody else before its file has its mode', async () => {
    // The filter sees the files beside the one that it filters.
    const spy = sh`stat -c '%a %n' ${host.dir}/host/.*~* >>${host.at('seen')} 2>/dev/null; echo new`;
    host.write('conf', 'old\n');
    execFileSync('chmod', ['600', host.at('conf')]);
    await host.run(shell, [{ steps: [edit(host.at('conf'), { filter: sh`set +f; ${spy}` })] }]);
    const modes = host
      .read('seen')
      .toString()
      .split('\n')
      .filter(Boolean)
      .map((line) => line.split(' ')[0]);
    expect(modes).toEqual(['600', '600']);
  });
});
