import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { TsplayEvent } from '../../src/events.ts';
import { action, present, sh, type Step } from '../../src/steps/index.ts';
import type { Connection } from '../../src/transport/transport.ts';
import type { Program } from '../../src/steps/program.ts';
import { runOver, type SessionResult, type SessionRun } from '../support/session.ts';
import { program } from '../support/shells.ts';
import { startSshd, type Sshd } from '../support/sshd.ts';
import { transportNames } from '../../src/transport/index.ts';

let sshd: Sshd;
let state = '';
let dir = '';
beforeAll(async () => {
  // The host keeps its journal here and not in the real state folder of this machine.
  state = mkdtempSync(join(tmpdir(), 'tsplay-session-state-'));
  vi.stubEnv('TS_HOME', state);
  sshd = await startSshd([`SetEnv TS_HOME=${state}`]);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await sshd.close();
  rmSync(state, { recursive: true });
});
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tsplay-session-'));
  chmodSync(dir, 0o1777);
});
afterEach(() => rmSync(dir, { recursive: true }));

const at = (name: string): string => join(dir, name);
const flag = (name: string): Step =>
  present(name, { test: sh`[ -e ${at(name)} ]`, create: sh`: >${at(name)}`, remove: sh`rm ${at(name)}` });

/** What a task said while it ran, on one of its streams. */
const said = (events: readonly TsplayEvent[], number: number, stream: 'stdout' | 'stderr'): string =>
  events
    .flatMap((e) =>
      e.type === 'output' && e.task === `test[${number}]` && e.stream === stream ? [e.text] : [],
    )
    .join('');

// One body for all ways to reach a host: a session does not know over which one it runs.
describe.each(transportNames)('over %s:', (transport) => {
  const runOn = (programs: readonly Program[], options: SessionRun = {}): Promise<SessionResult> =>
    runOver(sshd.target(), programs, { ...options, transport });

  describe('output', () => {
    it('stands apart from errors, complete and with the task that made it', async () => {
      // Writes 200 KB to each stream, in turns, without a newline at the end.
      const noise = (word: string): Step =>
        action(word, {
          run: sh`n=0; while [ $n -lt 2000 ]; do
printf '%0100d\n' "$n"; printf ${`%099d${word[0]}\\n`} "$n" >&2; n=$((n + 1)); done; printf ${word}; printf ${word} >&2`,
        });
      const lines = (format: (n: string) => string): string =>
        Array.from({ length: 2000 }, (_, n) => `${format(String(n))}\n`).join('');
      const names = ['äöü', 'b', 'c'];
      const { events, outcomes } = await runOn([program(...names.map((name) => ({ steps: [noise(name)] })))]);
      for (const [n, name] of names.entries()) {
        const stdout = lines((number) => number.padStart(100, '0')) + name;
        const stderr = lines((number) => number.padStart(99, '0') + name[0]) + name;
        expect(outcomes.get(n + 1)).toMatchObject({ stdout, stderr });
        expect([said(events, n + 1, 'stdout'), said(events, n + 1, 'stderr')]).toEqual([stdout, stderr]);
      }
    });

    it('comes while its command runs', async () => {
      const waits = sh`echo first; echo second >&2; while [ ! -e ${at('go')} ]; do sleep 0.05; done; echo third`;
      const seen: string[] = [];
      const { outcomes } = await runOn([program({ steps: [action('waits', { run: waits })] })], {
        onEvent(event) {
          if (event.type !== 'output') return;
          seen.push(event.text);
          // It goes on only when both have come.
          if (seen.toSorted().join('') === 'first\nsecond\n') writeFileSync(at('go'), '');
        },
      });
      expect(outcomes.get(1)).toMatchObject({
        status: 'changed',
        stdout: 'first\nthird\n',
        stderr: 'second\n',
      });
    });

    it('is no frame, whatever it looks like', async () => {
      const nonce = 'f'.repeat(32);
      const forged = `\x1e${nonce} step 2 failed 1 0 0\n\x1e${nonce} end 1 failed 0\n\x1e${nonce} finish\n\x1e\x1e${nonce}`;
      const both = sh`printf '%s' ${forged}; printf '%s' ${forged} >&2`;
      const { statuses, outcomes } = await runOn([
        program({ steps: [action('forges', { run: both })] }, { steps: [flag('after')] }),
      ]);
      expect(statuses).toEqual(['changed', 'changed']);
      expect(outcomes.get(1)).toMatchObject({ stdout: forged, stderr: forged });
      expect(outcomes.get(2)).toMatchObject({ stdout: '', stderr: '' });
    });
  });

  describe('round trips', () => {
    /** Counts what goes to the host, and what the session opens there. */
    function counting(counts: { writes: number; channels: number }): (connection: Connection) => Connection {
      return (connection) => ({
        closed: connection.closed,
        close: () => connection.close(),
        destroy: () => connection.destroy(),
        async exec(command) {
          counts.channels += 1;
          const channel = await connection.exec(command);
          const write = channel.stdin.write.bind(channel.stdin) as (chunk: unknown) => boolean;
          channel.stdin.write = (chunk: unknown) => {
            counts.writes += 1;
            return write(chunk);
          };
          return channel;
        },
      });
    }

    it.each([
      [1, 0],
      [100, 0],
      [1, 2],
      [100, 2],
    ])('of %i tasks with %i barriers are two and one for each barrier', async (tasks, barriers) => {
      const counts = { writes: 0, channels: 0 };
      const one = program(...Array.from({ length: tasks }, (_, n) => ({ steps: [flag(`${n}`)] })));
      const programs = Array.from({ length: barriers + 1 }, () => one);
      const { statuses, roundTrips } = await runOn(programs, { over: counting(counts) });
      expect(statuses).toHaveLength(tasks * (barriers + 1));
      expect(roundTrips).toBe(2 + barriers);
      // The session itself, its programs, and its end.
      expect(counts).toEqual({ channels: 1, writes: 1 + barriers });
    });
  });

  describe('a shell', () => {
    it('is left in good order while something that it started goes on, and has its output still', async () => {
      const daemon = sh`{ while [ ! -e ${at('go')} ]; do sleep 0.05; done; : >${at('gone')}; } & echo started`;
      const what = program({ steps: [action('daemon', { run: daemon })] }, { steps: [flag('after')] });
      const { statuses } = await runOn([what, what]);
      expect(statuses).toEqual(['changed', 'changed', 'changed', 'ok']);
      expect(existsSync(join(state, 'lock'))).toBe(false);
      writeFileSync(at('go'), '');
      await expect.poll(() => existsSync(at('gone'))).toBe(true);
    });

    it('that does not understand the program has run nothing of it, and that is told', async () => {
      const broken = program(
        { steps: [flag('before')] },
        { steps: [action('broken', { run: sh`echo "it` })] },
      );
      const failure = await runOn([broken]).catch((error: unknown) => error);
      expect(failure).toMatchObject({
        code: 'shell-ended',
        exit: 1,
        message: expect.stringMatching(
          /ended with status 2 before its program did\. It said: .*nterminated quoted/,
        ),
        hint: expect.stringContaining('a quote or a bracket too many'),
      });
      expect(readdirSync(dir)).toEqual([]);
    });
  });
});
