import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { localFile } from '../../src/playbook/local-files.ts';
import type { Parameters } from '../../src/runner/session/prologue.ts';
import { fetched, file, type Step } from '../../src/steps/index.ts';
import type { Connection } from '../../src/transport/transport.ts';
import { temporaryAccount, type Account } from '../support/account.ts';
import { runOver } from '../support/session.ts';
import { program } from '../support/shells.ts';
import { startSshd, type Sshd } from '../support/sshd.ts';

let sshd: Sshd;
let sudo: Account;
let doas: Account;
let doasAsks: Account;
let other: Account;
let dir = '';
const bytes = randomBytes(1 << 20);
beforeAll(async () => {
  sshd = await startSshd();
  sudo = temporaryAccount({ sudo: 'without-password' });
  doas = temporaryAccount({ doas: 'without-password' });
  doasAsks = temporaryAccount({ doas: 'with-password' });
  other = temporaryAccount();
});
afterAll(async () => {
  await sshd.close();
  for (const account of [sudo, doas, doasAsks, other]) account.remove();
});
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tsplay-bodies-'));
  chmodSync(dir, 0o1777);
  writeFileSync(at('source'), bytes);
});
afterEach(() => rmSync(dir, { recursive: true }));

const at = (name: string): string => join(dir, name);
const copy = (name: string): Step => file(at(name), { content: localFile(at('source')), mode: '600' });
const fetch = (name: string): Step => fetched(at(name), { to: at(`${name} here`), sha256: undefined });
const uid = (name: string): number => Number(execFileSync('id', ['-u', name], { encoding: 'utf8' }));
/** Pipes of runs that are over; those of other tests go by themselves. */
async function noPipesLeft(before: readonly string[]): Promise<void> {
  await vi.waitFor(() => expect(pipes().filter((one) => !before.includes(one))).toEqual([]), 20_000);
}
const pipes = (): readonly string[] => readdirSync('/tmp').filter((name) => /^tsplay-\w{8}$/.test(name));

describe('files of the controller', () => {
  it.each(['ssh2', 'openssh', 'local'] as const)('arrive over %s', async (transport) => {
    const before = pipes();
    const one = program({ steps: [copy('a'), copy('b')] }, { steps: [copy('c')] });
    const run = (name: string, mode: 'check' | 'apply' = 'apply') =>
      runOver(sshd.target(), [one], { transport, name, mode });
    const name = `bodies-${transport}-${process.pid}`;
    expect(await run(name, 'check')).toMatchObject({ statuses: ['changed', 'changed'], roundTrips: 2 });
    const first = await run(name);
    // One more for each that differs.
    expect(first).toMatchObject({ statuses: ['changed', 'changed'], roundTrips: 5 });
    for (const file of ['a', 'b', 'c']) expect(readFileSync(at(file)).equals(bytes)).toBe(true);
    expect(await run(`${name}-2`)).toMatchObject({ statuses: ['ok', 'ok'], roundTrips: 2 });
    const back = program({ steps: [fetch('a'), fetch('b')] });
    expect(await runOver(sshd.target(), [back], { transport })).toMatchObject({ statuses: ['changed'] });
    for (const file of ['a', 'b']) expect(readFileSync(at(`${file} here`)).equals(bytes)).toBe(true);
    await noPipesLeft(before);
    rmSync(`/var/lib/tsplay/v1/runs/${name}`, { recursive: true });
  });

  const ways: readonly (readonly [string, () => Account, () => string, () => Parameters['become']])[] = [
    ['root, by sudo', () => sudo, () => 'root', () => undefined],
    ['another user, by sudo', () => sudo, () => other.name, () => undefined],
    ['another user, by doas', () => doas, () => other.name, () => ({ method: 'doas', password: undefined })],
    [
      'another user, by doas with a password',
      () => doasAsks,
      () => other.name,
      () => ({ method: 'doas', password: doasAsks.password }),
    ],
  ];
  it.skipIf(process.getuid?.() !== 0).each(ways)('arrive as %s', async (_, login, user, become) => {
    const name = `bodies-users-${process.pid}`;
    const before = pipes();
    const parts = program({ steps: [copy('mine')] }, { steps: [copy('theirs')], user: user() });
    const options = { name, become: become() ?? { method: undefined, password: undefined } };
    const ran = await runOver(sshd.target({ user: login().name }), [parts], options);
    expect(ran.statuses).toEqual(['changed', 'changed']);
    expect(['mine', 'theirs'].map((one) => statSync(at(one)).uid)).toEqual([uid(login().name), uid(user())]);
    for (const one of ['mine', 'theirs']) expect(readFileSync(at(one)).equals(bytes)).toBe(true);
    await noPipesLeft(before);
    // Back again: what only they can read.
    const back = program({ steps: [fetch('mine')] }, { steps: [fetch('theirs')], user: user() });
    const fetches = await runOver(sshd.target({ user: login().name }), [back], {
      ...options,
      name: `${name}b`,
    });
    const isRoot = user() === 'root';
    expect(fetches.statuses).toEqual(['changed', isRoot ? 'changed' : 'failed']);
    expect(JSON.stringify(fetches.events).includes('nothing can be fetched unseen')).toBe(!isRoot);
    for (const one of isRoot ? ['mine', 'theirs'] : ['mine'])
      expect(readFileSync(at(`${one} here`)).equals(bytes)).toBe(true);
    await noPipesLeft(before);
    rmSync(`/var/lib/tsplay/v1/runs/${name}`, { recursive: true, force: true });
  });

  it('are waited for no longer when the connection is lost before they come', async () => {
    const before = pipes();
    const mine = await startSshd([`SetEnv TS_HOME=${at('state')}`]);
    const target = mine.target({ user: sudo.name });
    writeFileSync(at('a'), 'old');
    try {
      const users = process.getuid?.() === 0 ? ([undefined, 'root'] as const) : ([undefined] as const);
      for (const user of users) {
        const what = program({ steps: [copy('a')], ...(user === undefined ? {} : { user }) });
        const cut: Promise<unknown> = runOver(user === undefined ? mine.target() : target, [what], {
          name: `bodies-cut-${process.pid}`,
          become: { method: undefined, password: undefined },
          over: withoutBodies(() => mine.cut('SIGKILL')),
        });
        await expect(cut).rejects.toMatchObject({ exit: 3 });
        // They would stay for ever.
        await noPipesLeft(before);
        await vi.waitFor(() => expect(existsSync(at('state/lock'))).toBe(false), 20_000);
        expect(readFileSync(at('a'), 'utf8')).toBe('old');
        expect(readdirSync(dir).filter((name) => name.includes('tsplay~'))).toEqual([]);
      }
    } finally {
      await mine.close();
      rmSync(`/var/lib/tsplay/v1/runs/bodies-cut-${process.pid}`, { recursive: true, force: true });
    }
  });

  it('come and go where a connection may have one session only', async () => {
    const strict = await startSshd(['MaxSessions 1', `SetEnv TS_HOME=${at('state')}`]);
    try {
      const there = program({ steps: [copy('a'), copy('b')] }, { steps: [fetch('a'), fetch('b')] });
      expect(await runOver(strict.target(), [there])).toMatchObject({ statuses: ['changed', 'changed'] });
      for (const file of ['a', 'b', 'a here', 'b here'])
        expect(readFileSync(at(file)).equals(bytes)).toBe(true);
    } finally {
      await strict.close();
    }
  });
});

/** A connection that is cut when a file is to go over it. */
function withoutBodies(cut: () => void): (connection: Connection) => Connection {
  return (connection) => {
    let channels = 0;
    return {
      closed: connection.closed,
      exec(command) {
        channels += 1;
        if (channels > 1) cut();
        return connection.exec(command);
      },
      close: () => connection.close(),
      destroy: () => connection.destroy(),
    };
  };
}
