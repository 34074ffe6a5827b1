import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { action, sh } from '../../src/steps/index.ts';
import type { Connection } from '../../src/transport/transport.ts';
import { temporaryAccount, type Account } from '../support/account.ts';
import { filesWith } from '../support/files-with.ts';
import { ProcessWatch } from '../support/process-watch.ts';
import { runOver, type SessionResult } from '../support/session.ts';
import { program, shellNames, shells, type Shell } from '../support/shells.ts';
import { startSshd, type Sshd } from '../support/sshd.ts';

let sshd: Sshd;
let login: Account;
let other: Account;
let dir = '';
beforeAll(async () => {
  sshd = await startSshd();
  login = temporaryAccount({ doas: 'with-password' });
  other = temporaryAccount();
});
afterAll(async () => {
  await sshd.close();
  for (const account of [login, other]) account.remove();
});
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tsplay-doas-'));
  chmodSync(dir, 0o755);
});
afterEach(() => rmSync(dir, { recursive: true }));

/** Runs one task as the other user. The session's shell is this one, with these programs on its path. */
function asOther(run: ReturnType<typeof sh>, shell: Shell = 'dash', path = '$PATH'): Promise<SessionResult> {
  const inShell = (connection: Connection): Connection => ({
    closed: connection.closed,
    exec: () => connection.exec(`PATH=${path}; exec ${shells[shell].join(' ')}`),
    close: () => connection.close(),
    destroy: () => connection.destroy(),
  });
  return runOver(
    sshd.target({ user: login.name }),
    [
      program(
        { user: other.name, steps: [action('asks', { run })] },
        { steps: [action('mine', { run: sh`id -un` })] },
      ),
    ],
    { become: { method: 'doas', password: login.password }, over: inShell },
  );
}

/** Output, then errors: nobody orders the two. */
const said = ({ events }: SessionResult): string =>
  ['stdout', 'stderr']
    .flatMap((stream) =>
      events.map((event) => (event.type === 'output' && event.stream === stream ? event.text : '')),
    )
    .join('');

describe.skipIf(process.getuid?.() !== 0)('doas, which asks on a terminal,', () => {
  it.each(shellNames)('gets one for the password alone: %s', async (shell) => {
    const started = Date.now();
    const watch = new ProcessWatch([login.password]);
    const result = await asOther(
      sh`id -un; if cat /dev/tty; then echo a terminal; else echo none; fi 2>/dev/null; echo err >&2`,
      shell,
    );
    expect(said(result)).toBe(`${other.name}\nnone\n${login.name}\nerr\n`);
    expect(result.statuses).toEqual(['changed', 'changed']);
    expect(await watch.stop()).toEqual([]);
    expect(JSON.stringify(result.events)).not.toContain(login.password);
    const places = [`/home/${login.name}`, `/home/${other.name}`, tmpdir(), '/var/log', '/run', '/dev/shm'];
    expect(filesWith([login.password], places, started)).toEqual([]);
  });

  it('is not called for a task where the host cannot make a terminal', async () => {
    const programs = ['/bin', '/sbin', '/usr/sbin'].flatMap((folder) =>
      readdirSync(folder).map((name) => [name, join(folder, name)] as const),
    );
    for (const [name, file] of new Map(programs)) if (name !== 'script') symlinkSync(file, join(dir, name));
    const result = await asOther(sh`id -un`, 'dash', dir);
    expect(result.statuses).toEqual(['failed', 'skipped']);
    expect(result.events).toContainEqual(
      expect.objectContaining({
        type: 'task',
        error: expect.objectContaining({
          message: expect.stringContaining('no program script') as string,
          hint: expect.stringContaining('nopass') as string,
        }) as unknown,
      }),
    );
    expect(readFileSync('/etc/doas.conf', 'utf8')).toContain(login.name);
  });
});
