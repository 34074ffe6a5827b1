import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { inOneRead } from '../../../src/runner/session/prologue.ts';

const folder = mkdtempSync(join(tmpdir(), 'tsplay-read-'));
afterAll(() => rmSync(folder, { recursive: true }));

const shells: Readonly<Record<string, readonly string[]>> = {
  dash: ['dash'],
  ash: ['busybox', 'ash'],
  bash: ['bash'],
  'bash as sh': ['bash', '--posix'],
};
const long = `${': '.padEnd(199, 'x')}\n`.repeat(200);
/** Says which mode a shell is in, and whether what it got is known to others. */
const tell = 'case ${SHELLOPTS-} in *posix*) echo posix ;; *) echo plain ;; esac\nenv | grep -c TS_TEXT\n';

/** What a shell says that gets these texts through a pipe. */
function said(words: readonly string[], input: string): string {
  const env = { ...process.env, TS_TEXT: 'exported' };
  const quoted = words.map((word) => `'${word}'`).join(' ');
  // The input of a process that Node starts is a socket.
  return execFileSync('sh', ['-c', `cat | ${quoted} 2>/dev/null || :`], { input, env, encoding: 'utf8' });
}

describe.each(Object.entries(shells))('a program in %s', (name, words) => {
  it('is followed by what comes behind it, and changes nothing of the shell', () => {
    const text = `{\n${long}echo grün\n${tell}}\n`;
    const mode = name === 'bash as sh' ? 'posix' : 'plain';
    // Other shells have what their environment has; no program of ours uses that name.
    const known = name.startsWith('bash') ? 0 : 1;
    const once = `grün\n${mode}\n${known}\n`;
    expect(said(words, `${inOneRead(text)}${inOneRead(text)}echo end\n`)).toBe(`${once}${once}end\n`);
  });

  it('does not begin before all of it has arrived', () => {
    const text = inOneRead(`{\necho begun\n${long}}\n`);
    expect(said(words, text.slice(0, -2))).toBe('');
  });

  it('takes few calls of the kernel', () => {
    const trace = join(folder, 'trace');
    const tracer = ['strace', '-qq', '-c', '-e', 'trace=read', '-o', trace];
    expect(said([...tracer, ...words], inOneRead(`{\n${long}echo done\n}\n`))).toBe('done\n');
    const [, , , calls = ''] = /^.*\bread$/m.exec(readFileSync(trace, 'utf8'))?.[0].trim().split(/\s+/) ?? [];
    expect(Number(calls)).toBeGreaterThan(0);
    expect(Number(calls)).toBeLessThan(1000);
  });
});

it('a bash that does not know how to take a program whole reads it by itself', () => {
  const input = `read() { return 2; }\n${inOneRead('{\necho done\n}\n')}`;
  const { stdout } = spawnSync('bash', [], { input, encoding: 'utf8' });
  expect(stdout).toBe('done\n');
});
