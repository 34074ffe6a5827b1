import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  chmodSync,
  readdirSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Parameters } from '../../src/runner/session/prologue.ts';
import { action, file, present, secret, sh, type Step } from '../../src/steps/index.ts';
import type { Program } from '../../src/steps/program.ts';
import { temporaryAccount, type Account } from '../support/account.ts';
import { Hostile } from '../support/hostile.ts';
import { runOver, type SessionResult } from '../support/session.ts';
import { program } from '../support/shells.ts';
import { startSshd, type Sshd } from '../support/sshd.ts';

let sshd: Sshd;
let asks: Account;
let free: Account;
let doas: Account;
let doasAsks: Account;
let other: Account;
let dir = '';
beforeAll(async () => {
  sshd = await startSshd();
  asks = temporaryAccount({ sudo: 'with-password' });
  free = temporaryAccount({ sudo: 'without-password' });
  doas = temporaryAccount({ doas: 'without-password' });
  doasAsks = temporaryAccount({ doas: 'with-password' });
  other = temporaryAccount();
});
afterAll(async () => {
  await sshd.close();
  for (const account of [asks, free, doas, doasAsks, other]) account.remove();
});
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tsplay-users-'));
  chmodSync(dir, 0o1777);
});
afterEach(() => rmSync(dir, { recursive: true }));

const at = (name: string): string => join(dir, name);
const ownerOf = (name: string): number => statSync(at(name)).uid;
const uid = (account: Account): number =>
  Number(execFileSync('id', ['-u', account.name], { encoding: 'utf8' }));
const flag = (name: string): Step =>
  present(name, { test: sh`[ -e ${at(name)} ]`, create: sh`: >${at(name)}`, remove: sh`rm ${at(name)}` });
const noPassword: Parameters['become'] = { method: undefined, password: undefined };

const run = (
  login: Account,
  become: Parameters['become'],
  programs: readonly Program[],
  mode: 'check' | 'apply' = 'apply',
  name = 'run1',
): Promise<SessionResult> => runOver(sshd.target({ user: login.name }), programs, { mode, name, become });

const mixed = (): Program =>
  program(
    { steps: [flag('mine')] },
    { user: other.name, steps: [flag('theirs')] },
    { steps: [flag('after')], when: { op: 'changed', task: 2 } },
    { user: other.name, steps: [flag('last')], when: { op: 'changed', task: 3 } },
  );

describe.skipIf(process.getuid?.() !== 0)('segments of several users', () => {
  it.each([
    ['sudo without a password', () => free, () => noPassword],
    ['sudo with a password', () => asks, () => ({ method: 'sudo', password: asks.password }) as const],
    ['doas', () => doas, () => ({ method: 'doas', password: undefined }) as const],
    [
      'doas with a password',
      () => doasAsks,
      () => ({ method: 'doas', password: doasAsks.password }) as const,
    ],
    [
      'doas and a password that it does not ask for',
      () => doas,
      () => ({ method: 'doas', password: 'not asked for' }) as const,
    ],
    [
      'a password that sudo does not ask for',
      () => free,
      () => ({ method: 'sudo', password: 'not asked for' }) as const,
    ],
    [
      'su with the password of the other',
      () => free,
      () => ({ method: 'su', password: other.password }) as const,
    ],
  ])('%s: each runs as its user, conditions cross over, at no round trip', async (_name, login, become) => {
    const check = await run(login(), become(), [mixed()], 'check');
    expect(check).toMatchObject({ statuses: ['changed', 'changed', 'changed', 'changed'] });
    expect(readdirSync(dir)).toEqual([]);
    const first = await run(login(), become(), [mixed()]);
    expect(first).toMatchObject({ statuses: ['changed', 'changed', 'changed', 'changed'], roundTrips: 2 });
    expect(['mine', 'theirs', 'after', 'last'].map(ownerOf)).toEqual(
      [login(), other, login(), other].map(uid),
    );
    const second = await run(login(), become(), [mixed()], 'apply', 'run2');
    expect(second).toMatchObject({ statuses: ['ok', 'ok', 'skipped', 'skipped'], roundTrips: 2 });
  });

  it.each([
    'use_pty',
    'log_input, log_output, iolog_dir=DIR',
    'lecture=once',
    'lecture=always, timestamp_timeout=0',
    'env_reset, umask=0077',
    'use_pty, log_input, iolog_dir=DIR',
  ])('goes its way where sudo has %s', async (sudoDefaults) => {
    for (const sudo of ['with-password', 'without-password'] as const) {
      const account = temporaryAccount({ sudo, sudoDefaults: sudoDefaults.replace('DIR', at('log')) });
      try {
        const become = {
          method: 'sudo',
          password: sudo === 'with-password' ? account.password : undefined,
        } as const;
        const { statuses, outcomes } = await run(account, become, [
          program(
            {
              user: other.name,
              steps: [action('says', { run: sh`echo out; echo err >&2; printf '%s' ${'a\tb'}` })],
            },
            { steps: [action('mine', { run: sh`echo mine` })], when: { op: 'changed', task: 1 } },
          ),
        ]);
        expect(statuses).toEqual(['changed', 'changed']);
        expect(outcomes.get(1)).toMatchObject({ stdout: 'out\na\tb', stderr: 'err\n' });
      } finally {
        account.remove();
      }
    }
  });

  it('says so where sudo wants a terminal', async () => {
    const account = temporaryAccount({ sudo: 'without-password', sudoDefaults: 'requiretty' });
    try {
      const { events } = await run(account, noPassword, [
        program({ user: other.name, steps: [flag('theirs')] }),
      ]);
      expect(events).toContainEqual(
        expect.objectContaining({
          type: 'task',
          error: expect.objectContaining({ message: expect.stringContaining('requiretty') }),
        }),
      );
    } finally {
      account.remove();
    }
  });

  it('runs a whole program as one other user, and the next one of the session too', async () => {
    const whole = program(
      { kind: 'attempt', scope: 1 },
      { user: other.name, steps: [action('fails', { run: sh`exit 1` })] },
      { kind: 'attempt-end', scope: 1 },
      { user: other.name, steps: [flag('caught')], when: { op: 'scope', scope: 1 } },
    );
    const first = await run(free, noPassword, [whole, mixed()]);
    expect(first.statuses.slice(0, 2)).toEqual(['failed', 'changed']);
    expect(first.roundTrips).toBe(3);
    expect(ownerOf('caught')).toBe(uid(other));
  });

  it.each([
    [
      'a wrong password',
      () => asks,
      () => ({ method: 'sudo', password: 'n0t-th4t' }) as const,
      'n0t-th4t',
      'sudo did not take the password for becoming',
    ],
    [
      'a wrong password for su',
      () => asks,
      () => ({ method: 'su', password: 'n0t-th4t' }) as const,
      'n0t-th4t',
      'su did not take the password for becoming',
    ],
    [
      'no password where one is asked for',
      () => asks,
      () => noPassword,
      'unused',
      'sudo wants a password for becoming',
    ],
    [
      'no rule at all',
      () => other,
      () => ({ method: 'sudo', password: other.password }) as const,
      'unused',
      'sudo does not let this login become',
    ],
    [
      'a wrong password for doas',
      () => doasAsks,
      () => ({ method: 'doas', password: 'n0t-th4t' }) as const,
      'n0t-th4t',
      'doas did not take the password for becoming',
    ],
    [
      'no password for doas, which asks for one',
      () => doasAsks,
      () => ({ method: 'doas', password: undefined }) as const,
      'unused',
      'doas wants a password for becoming',
    ],
    [
      'no rule of doas at all',
      () => free,
      () => ({ method: 'doas', password: free.password }) as const,
      'unused',
      'doas does not let this login become',
    ],
  ])(
    '%s: is said to be that, and nothing of the segment runs',
    async (_name, login, become, password, words) => {
      const target = login() === other ? asks.name : other.name;
      const what = program(
        { user: target, steps: [flag('theirs')] },
        { user: target, steps: [flag('more')] },
        { steps: [flag('mine')] },
      );
      const result = await run(login(), become(), [what]);
      expect(result.statuses).toEqual(['failed', 'skipped', 'skipped']);
      const failure = result.events.find((event) => event.type === 'task');
      expect(failure).toMatchObject({ error: { message: expect.stringContaining(`${words} ${target}`) } });
      expect(readdirSync(dir)).toEqual([]);
      expect(JSON.stringify(result.events)).not.toContain(password);
    },
  );

  it('keeps a change that another user waits for until that one has succeeded', async () => {
    const ready = at('ready');
    const what = (name: string): Program => {
      const awaited = new Map([[1, 'abc123']]);
      const { items, final } = program(
        { user: other.name, steps: [file(at('conf'), { content: 'x' })], marks: ['abc123'] },
        {
          steps: [action('restart', { run: sh`[ -e ${ready} ] && echo ${name} >>${at('restarts')}` })],
          when: { op: 'changed', task: 1 },
          clears: ['abc123+'],
          awaited,
        },
      );
      return { items: [...items, { kind: 'sweep', number: 3, user: other.name, marks: ['abc123'] }], final };
    };
    expect((await run(free, noPassword, [what('a')], 'apply', 'a')).statuses).toEqual(['changed', 'failed']);
    execFileSync('touch', [ready]);
    expect((await run(free, noPassword, [what('b')], 'apply', 'b')).statuses).toEqual(['ok', 'changed']);
    expect((await run(free, noPassword, [what('c')], 'apply', 'c')).statuses).toEqual(['ok', 'skipped']);
    expect(readFileSync(at('restarts'), 'utf8')).toBe('b\n');
  });

  it('gives a secret to the other user without a file or a command line', async () => {
    const what = program({
      user: other.name,
      steps: [file(at('key'), { content: secret("s3cr't"), mode: '600' })],
    });
    const result = await run(free, noPassword, [what]);
    expect(result.statuses).toEqual(['changed']);
    expect(readFileSync(at('key'), 'utf8')).toBe("s3cr't");
    const journal = `/home/${other.name}/.local/state/tsplay`;
    expect(execFileSync('sh', ['-c', `grep -rl s3cr.t ${journal} || echo none`], { encoding: 'utf8' })).toBe(
      'none\n',
    );
    expect(existsSync(`${journal}/v1/runs/run1`)).toBe(true);
  });

  it('takes nothing for code that the shell of the other user says, and nothing about tasks of others', async () => {
    const forged = `T1=$(touch ${at('canary')}) T1=skipped T2=ok;touch\t${at('canary')} A1=u x=1`;
    const lie = sh`printf '\036%s state - %s\n' "$TS_NONCE" ${forged}; printf '\036%s state - T1=skipped' "$TS_NONCE"`;
    const what = program(
      { steps: [flag('mine')] },
      { user: other.name, steps: [action('lies', { run: lie })] },
      { steps: [flag('after')], when: { op: 'changed', task: 1 } },
    );
    const result = await run(free, noPassword, [what], 'apply', 'lies');
    expect(result.statuses).toEqual(['changed', 'changed', 'changed']);
    expect(readdirSync(dir).toSorted()).toEqual(['after', 'mine']);
  });

  it('carries hostile strings to the other user as they are, under a seed that the message has', async () => {
    const hostile = new Hostile('tsplay-canary');
    const words = [hostile.long(), ...hostile.texts(2000)];
    const contents = hostile.texts(20);
    const what = program(
      {
        user: other.name,
        steps: [action(hostile.text(), { run: sh`printf '%s\0' ${words} >${at('words')}` })],
      },
      ...contents.map((content, n) => ({ user: other.name, steps: [file(at(`${n}`), { content })] })),
      ...contents.map((text, n) => ({
        user: other.name,
        steps: [file(at(`s${n}`), { content: secret(text) })],
      })),
    );
    const { events } = await run(free, noPassword, [what], 'apply', 'hostile');
    const places = [dir, `/home/${free.name}`, `/home/${other.name}`, '/root', sshd.home];
    const arrived = (name: string) => contents.map((_, n) => readFileSync(at(`${name}${n}`), 'utf8'));
    const { seed } = hostile;
    expect({
      seed,
      failed: events.filter((event) => event.type === 'step' && event.status !== 'changed'),
      words: readFileSync(at('words'), 'utf8').split('\0').slice(0, -1),
      contents: arrived(''),
      secrets: arrived('s'),
      canaries: places.filter((place) => existsSync(join(place, 'tsplay-canary'))),
    }).toEqual({ seed, failed: [], words, contents, secrets: contents, canaries: [] });
  });

  it('does not wait for what the other user has left in the background', async () => {
    const daemon = sh`{ while [ ! -e ${at('go')} ]; do sleep 0.05; done; } & echo started`;
    const what = program(
      { user: other.name, steps: [action('daemon', { run: daemon })] },
      { steps: [flag('after')], when: { op: 'changed', task: 1 } },
      { user: other.name, steps: [action('daemon', { run: daemon })] },
    );
    const result = await run(free, noPassword, [what], 'apply', 'daemon');
    expect(result.statuses).toEqual(['changed', 'changed', 'changed']);
    expect(result.events).toContainEqual(expect.objectContaining({ type: 'output', text: 'started\n' }));
    writeFileSync(at('go'), '');
  });

  it('tells a shell that ended in mid-program from one that was refused', async () => {
    const what = program(
      { user: other.name, steps: [action('broken', { run: sh`echo "it` })] },
      { steps: [flag('after')] },
    );
    const { statuses, events } = await run(free, noPassword, [what], 'apply', 'broken');
    expect(statuses).toEqual(['failed', 'skipped']);
    const message = `the shell of ${other.name} ended before its tasks did`;
    expect(events).toContainEqual(
      expect.objectContaining({
        type: 'task',
        error: expect.objectContaining({ message, stderr: expect.stringContaining('nterminated quoted') }),
      }),
    );
  });
});
