import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { localFile } from '../../src/playbook/local-files.ts';
import { programDigest } from '../../src/plan/digest.ts';
import { programText } from '../../src/runner/session/prologue.ts';
import { compile } from '../../src/steps/compile.ts';
import { action, file, LocalFile, sh } from '../../src/steps/index.ts';
import { runtimeText } from '../../src/steps/runtime.ts';
import { program, runIn, shellNames, shells, type ShellRun } from '../support/shells.ts';

let dir = '';
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'tsplay-bodies-'))));
afterEach(() => rmSync(dir, { recursive: true }));
const at = (name: string): string => join(dir, name);

describe.each(shellNames)('files of the controller in %s', (shell) => {
  const copy = (name: string, mode: 'check' | 'apply' = 'apply', run = 'run1'): Promise<ShellRun> => {
    const content = localFile(at('source'));
    const what = program({ steps: [file(at(name), { content, mode: '640' })] });
    return runIn(shell, what, { home: at('state'), mode, run });
  };

  it('are asked for where they differ, and the old one comes back', async () => {
    const bytes = Buffer.concat([randomBytes(300_000), Buffer.from('\0\n\n')]);
    writeFileSync(at('source'), bytes);
    writeFileSync(at('target'), 'old');
    const check = await copy('target', 'check');
    expect(check).toMatchObject({ statuses: ['changed'], bodyBytes: 0, finished: true });
    expect(check.events).toContainEqual(
      expect.objectContaining({
        type: 'step',
        before: expect.stringMatching(/^mode 644\n3 bytes, sha256 /) as string,
        after: expect.stringMatching(/^mode 640\n300003 bytes, sha256 /) as string,
      }),
    );
    const first = await copy('target');
    expect(first).toMatchObject({ statuses: ['changed'], finished: true });
    expect(first.bodyBytes).toBeGreaterThanOrEqual(bytes.length);
    expect(readFileSync(at('target')).equals(bytes)).toBe(true);
    expect(statSync(at('target')).mode & 0o777).toBe(0o640);
    expect(await copy('target', 'apply', 'run2')).toMatchObject({ statuses: ['ok'], bodyBytes: 0 });
    execFileSync(shells[shell][0], [...shells[shell].slice(1), at('state/runs/run1/undo.sh')]);
    expect(readFileSync(at('target'), 'utf8')).toBe('old');
    expect(readdirSync(dir).toSorted()).toEqual(['source', 'state', 'target']);
  });

  it('leave the old one where something else arrives', async () => {
    writeFileSync(at('source'), 'x'.repeat(100_000));
    writeFileSync(at('target'), 'old');
    const right = localFile(at('source'));
    for (const [problem, wrong] of Object.entries({
      longer: new LocalFile(right.path, right.size - 1, right.sha256),
      other: new LocalFile(right.path, right.size, '0'.repeat(64)),
      gone: new LocalFile(at('nothing'), right.size, right.sha256),
    })) {
      const what = program({ steps: [file(at('target'), { content: wrong })] });
      const ran = await runIn(shell, what, { home: at('state'), run: problem });
      expect([problem, ran.statuses, ran.finished]).toEqual([problem, ['failed'], true]);
      expect(ran.stderr).toContain('what has arrived is not all of it');
    }
    expect(readFileSync(at('target'), 'utf8')).toBe('old');
    expect(readdirSync(dir).toSorted()).toEqual(['source', 'state', 'target']);
  });

  it('go one after the other over one channel', async () => {
    const names = ['a', "b'c d", 'e'];
    for (const name of names) writeFileSync(at(`from ${name}`), name.repeat(70_000));
    const steps = names.map((name) => file(at(name), { content: localFile(at(`from ${name}`)) }));
    expect(await runIn(shell, program({ steps }), { home: at('state') })).toMatchObject({
      statuses: ['changed'],
      finished: true,
    });
    for (const name of names) expect(readFileSync(at(name), 'utf8')).toBe(name.repeat(70_000));
    expect(existsSync(at('state/lock'))).toBe(false);
  });

  it('are waited for no longer when nobody reads any more', async () => {
    writeFileSync(at('source'), 'new');
    writeFileSync(at('target'), 'old');
    const steps = [file(at('target'), { content: localFile(at('source')) })];
    const what = program({ steps }, { steps: [file(at('next'), { content: 'x' })] });
    const given = { mode: 'apply', nonce: 'n', run: 'cut', part: 1, diff: false, mark: 'm' } as const;
    const [command, ...args] = shells[shell];
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'ignore'] });
    const ended = once(child, 'exit');
    child.stdin.end(programText({ ...given, home: at('state') }, runtimeText(), compile(what)));
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes('n body 1 ')) child.stdout.destroy();
    });
    // It would be waited for as long as the test may take.
    expect((await ended)[0]).toBe(141);
    expect(readFileSync(at('target'), 'utf8')).toBe('old');
    expect(readdirSync(dir).toSorted()).toEqual(['source', 'state', 'target']);
    expect(existsSync(at('state/lock'))).toBe(false);
  });

  it('carries bytes that are no text in the program', async () => {
    const bytes = Buffer.from([...Array.from({ length: 256 }, (_, byte) => byte), 0x5c, 0x30, 0x25]);
    const what = program({ steps: [file(at('bytes'), { content: bytes })] });
    const ran = [
      await runIn(shell, what, { home: at('state') }),
      await runIn(shell, what, { home: at('state'), run: 'run2' }),
    ];
    expect(ran.flatMap(({ statuses }) => statuses)).toEqual(['changed', 'ok']);
    expect(readFileSync(at('bytes')).equals(bytes)).toBe(true);
  });
});

it('a time limit of the task that brings one ends with it', async () => {
  writeFileSync(at('source'), 'new');
  const copied = { steps: [file(at('target'), { content: localFile(at('source')) })] };
  const later = { steps: [action('later', { run: sh`sleep 3` })] };
  const what = program(copied, later);
  const [first] = what.items;
  const tries = { retries: 0, delay: 5, limit: 2 };
  const items = what.items.map((item) =>
    item === first && item.kind === 'task' ? { ...item, tries } : item,
  );
  const run = await runIn('dash', { ...what, items }, { home: at('state') });
  expect(run).toMatchObject({ statuses: ['changed', 'changed'], finished: true });
});

it('a saved plan knows them by their digest', async () => {
  const digest = (content: string): Promise<string> => {
    writeFileSync(at('source'), content);
    return programDigest(compile(program({ steps: [file('/x', { content: localFile(at('source')) })] })), '');
  };
  expect(await digest('a')).toBe(await digest('a'));
  expect(await digest('a')).not.toBe(await digest('b'));
});
