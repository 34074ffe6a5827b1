import { chmodSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { action, file, present, secret, sh, type Step } from '../../src/steps/index.ts';
import { temporaryAccount, type Account } from '../support/account.ts';
import { FolderHost } from '../support/folder-host.ts';
import { shellNames, type TestTask } from '../support/shells.ts';

let other: Account;
let host: FolderHost;
beforeAll(() => {
  other = temporaryAccount();
});
afterAll(() => other.remove());
beforeEach(() => {
  host = new FolderHost();
  mkdirSync(join(host.dir, 'state'));
  for (const folder of ['.', 'host', 'state']) chmodSync(join(host.dir, folder), 0o1777);
});
afterEach(() => host.close());

const flag = (name: string): Step =>
  present(name, {
    test: sh`[ -e ${host.at(name)} ]`,
    create: sh`: >${host.at(name)}`,
    remove: sh`rm ${host.at(name)}`,
  });

describe.skipIf(process.getuid?.() !== 0).each(shellNames)(
  'a segment of another user, called by %s',
  (shell) => {
    it('says what it came to, and its user can undo it', async () => {
      const text = "it's\n#end\n$(id)\n\n";
      const tasks: TestTask[] = [
        { steps: [flag('mine')] },
        {
          user: other.name,
          steps: [flag('theirs'), file(host.at('conf'), { content: text })],
          when: { op: 'changed', task: 1 },
        },
        { user: other.name, steps: [file(host.at('key'), { content: secret(text), mode: '600' })] },
        { steps: [flag('after')], when: { op: 'changed', task: 2 } },
        { user: other.name, steps: [action('daemon', { run: sh`sleep 60 2>&1 & echo left` })] },
        { steps: [flag('last')], when: { op: 'not', of: { op: 'failed', task: 5 } } },
      ];
      const before = host.snapshot();
      const changed = tasks.map(() => 'changed');
      expect(await host.run(shell, tasks, { mode: 'check' })).toMatchObject({
        statuses: changed,
        finished: true,
      });
      expect(host.since(before)).toEqual([]);
      const run = await host.run(shell, tasks);
      expect(run).toMatchObject({ statuses: changed, finished: true, code: 0 });
      // The ends of tasks, and not a word beside them.
      expect(run.stderr.replaceAll(/\x1e\w+ (hello|as|end \d+)\n/g, '')).toBe('');
      expect([host.read('conf').toString(), host.read('key').toString()]).toEqual([text, text]);
      expect(statSync(host.at('theirs')).uid).toBe(statSync(host.at('conf')).uid);
      expect(statSync(host.at('theirs')).uid).not.toBe(0);
      const again = await host.run(shell, tasks, { name: 'again' });
      expect(again.statuses).toEqual(['ok', 'skipped', 'ok', 'skipped', 'changed', 'ok']);
      host.undo(shell);
      expect(existsSync(host.at('theirs'))).toBe(true);
      host.undo(shell, { state: `state/${other.name}` });
      expect(host.since(before)).toEqual([]);
    });
  },
);
