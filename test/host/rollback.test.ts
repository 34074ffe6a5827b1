import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { TsplayEvent } from '../../src/events.ts';
import { rollback } from '../../src/runner/rollback.ts';
import { present, sh, type Step } from '../../src/steps/index.ts';
import { temporaryAccount, type Account } from '../support/account.ts';
import { runOver } from '../support/session.ts';
import { program } from '../support/shells.ts';
import { startSshd, type Sshd } from '../support/sshd.ts';

let sshd: Sshd;
let free: Account;
let other: Account;
let dir = '';
beforeAll(async () => {
  sshd = await startSshd();
  free = temporaryAccount({ sudo: 'without-password' });
  other = temporaryAccount();
});
afterAll(async () => {
  await sshd.close();
  for (const account of [free, other]) account.remove();
});
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tsplay-rollback-'));
  chmodSync(dir, 0o1777);
});
afterEach(() => rmSync(dir, { recursive: true }));

const at = (name: string): string => join(dir, name);
const flag = (name: string): Step =>
  present(name, { test: sh`[ -e ${at(name)} ]`, create: sh`: >${at(name)}`, remove: sh`rm ${at(name)}` });

/** Rolls back what was last done here, as this user, who may become root. */
async function back(): Promise<readonly TsplayEvent[]> {
  const { clientKey, knownHosts, port } = sshd;
  const web1 = {
    address: '127.0.0.1',
    port,
    user: free.name,
    identityFiles: [clientKey],
    knownHostsFiles: [knownHosts],
  };
  writeFileSync(at('inventory.json'), JSON.stringify({ hosts: { web1 } }));
  const events: TsplayEvent[] = [];
  await rollback({
    inventory: at('inventory.json'),
    forks: 1,
    cwd: dir,
    emit: (event) => events.push(event),
    signal: new AbortController().signal,
  });
  rmSync(at('inventory.json'));
  return events;
}

const undone = (events: readonly TsplayEvent[]): readonly string[] =>
  events.flatMap((event) => (event.type === 'step' ? [`${event.what} ${event.status}`] : [])).toSorted();

describe.skipIf(process.getuid?.() !== 0)('a rollback', () => {
  it('takes back what all users have done in a run', async () => {
    const what = program(
      { steps: [flag('mine')] },
      { user: other.name, steps: [flag('theirs')] },
      { steps: [flag('after')], when: { op: 'changed', task: 2 } },
      { user: other.name, steps: [flag('last')], when: { op: 'changed', task: 3 } },
    );
    // The newest run of all, by its name.
    await runOver(sshd.target({ user: free.name }), [what], { name: `zz-${process.pid}` });
    const events = await back();
    expect(events.filter((event) => event.type === 'task')).toMatchObject([{ status: 'changed' }]);
    expect(undone(events)).toEqual(['after changed', 'last changed', 'mine changed', 'theirs changed']);
    expect(readdirSync(dir)).toEqual([]);
    for (const { name: user } of [free, other]) {
      expect(existsSync(`/home/${user}/.local/state/tsplay/v1/lock`)).toBe(false);
    }
  });

  it('runs and writes nothing as root that another user has prepared', async () => {
    writeFileSync(at('victim'), 'precious', { mode: 0o600 });
    const evil = String.raw`
cd ~; mkdir -p .local/state/tsplay/v1/runs; cd .local/state/tsplay/v1/runs
folder=zzzz; mkdir $folder
for name in runtime undo program-000001; do echo "id -un >>$1/ran" >$folder/$name.sh; done
: >$folder/1.undo; : >"$folder/\$(kill \$\$).undo"
for odd in 'zzzzz$(kill $$)' 'zzzzz
9	root	x'; do mkdir "$odd"; cp $folder/*.sh $folder/1.undo "$odd"; done
for name in out err sh pid end; do ln -s $1/victim $folder/rollback.$name; done
`;
    execFileSync('su', [other.name, '-s', '/bin/sh', '-c', evil, 'sh', dir]);
    await back();
    expect(readFileSync(at('victim'), 'utf8')).toBe('precious');
    expect(readFileSync(at('ran'), 'utf8')).toBe(`${other.name}\n`);
    expect(readdirSync(dir).toSorted()).toEqual(['ran', 'victim']);
  });
});
