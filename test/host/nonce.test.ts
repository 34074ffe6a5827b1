import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { action, secret, file, sh } from '../../src/steps/index.ts';
import { temporaryAccount, type Account } from '../support/account.ts';
import { runOver } from '../support/session.ts';
import { program, type TestTask } from '../support/shells.ts';
import { startSshd, type Sshd } from '../support/sshd.ts';

let sshd: Sshd;
let login: Account;
let other: Account;
let spy: Account;
let dir = '';
beforeAll(async () => {
  sshd = await startSshd();
  login = temporaryAccount({ sudo: 'with-password' });
  other = temporaryAccount();
  spy = temporaryAccount();
});
afterAll(async () => {
  await sshd.close();
  for (const account of [login, other, spy]) account.remove();
  rmSync(dir, { recursive: true, force: true });
});

/** What another user of the host can see of its processes and of our files. */
function seen(): string {
  const look = `ps axewww; for file in /proc/[0-9]*/cmdline /proc/[0-9]*/environ /proc/[0-9]*/fd/*; do
  case $file in */fd/*) [ -f "$file" ] || continue ;; esac
  tr '\\0' ' ' <"$file"; done
find /tmp /home/${login.name} /home/${other.name} -name '*section-*' -type f -exec cat {} +`;
  const command = ['-s', '/bin/sh', '-c', `{ ${look}; } 2>/dev/null; :`, spy.name];
  return execFileSync('su', command, { encoding: 'latin1', maxBuffer: 2 ** 28 });
}

describe.skipIf(process.getuid?.() !== 0)('while a program runs, another user of the host', () => {
  it('sees neither its nonce nor the password nor a secret', async () => {
    dir = mkdtempSync(join(tmpdir(), 'tsplay-nonce-'));
    chmodSync(dir, 0o1777);
    const key = 'correct-horse-battery';
    const held = (name: string, rest: Omit<TestTask, 'steps'> = {}): TestTask => ({
      ...rest,
      steps: [
        file(join(dir, `key-${name}`), { content: secret(key), mode: '600' }),
        action(name, {
          // Only this test reads it from there.
          run: sh`( umask 077; printf '%s' "$TS_NONCE" >${dir}/nonce-${name} ); : >${dir}/at-${name}
sh -c 'while [ ! -e "$1" ]; do sleep 0.05; done' ${`wait-${name}`} ${`${dir}/go-${name}`}`,
        }),
      ],
    });
    const tasks = [
      held('attached'),
      held('detached', { network: true }),
      held('user', { user: other.name }),
      held('user-detached', { user: other.name, network: true }),
    ];
    const become = { method: 'sudo', password: login.password } as const;
    const running = runOver(sshd.target({ user: login.name }), [program(...tasks)], { become });
    for (const name of ['attached', 'detached', 'user', 'user-detached']) {
      await expect.poll(() => existsSync(join(dir, `at-${name}`)), { timeout: 20_000 }).toBe(true);
      const nonce = readFileSync(join(dir, `nonce-${name}`), 'utf8');
      expect(nonce).toMatch(/^[0-9a-f]{32}$/);
      const sight = seen();
      // What runs there it does see.
      expect([name, sight.includes(`wait-${name}`)]).toEqual([name, true]);
      for (const hidden of [nonce, login.password, key])
        expect([name, sight.includes(hidden)]).toEqual([name, false]);
      writeFileSync(join(dir, `go-${name}`), '');
    }
    expect((await running).statuses).toEqual(['changed', 'changed', 'changed', 'changed']);
  });
});
