import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { compile } from '../../src/steps/compile.ts';
import { everyModule } from '../support/every-module.ts';
import { playProgram } from '../support/play-program.ts';
import { shells } from '../support/shells.ts';

/** The same options with their keys in the opposite order. */
const backwards = <O extends object>(options: O): O =>
  Object.fromEntries(Object.entries(options).toReversed()) as O;

/** What each shell says about a program that it only reads. */
function complaints(text: string): readonly string[] {
  return Object.values(shells).flatMap(([command, ...args]) => {
    const { status, stderr } = spawnSync(command, [...args, '-n'], { input: text, encoding: 'utf8' });
    return status === 0 && stderr === '' ? [] : [`${command}: ${stderr}`];
  });
}

describe.each(Object.keys(everyModule))('the program of %s', (name) => {
  it('is the same for the same options, in whatever order they are written', async () => {
    // One body, so that the places of its calls are the same.
    const compiled = (as: <O extends object>(options: O) => O) =>
      playProgram(() => everyModule[name]?.(as)).then(compile);
    const first = await compiled((options) => options);
    expect(await compiled((options) => options)).toEqual(first);
    expect(await compiled(backwards)).toEqual(first);
    for (const { body } of [first, ...first.segments]) expect(complaints(body)).toEqual([]);
  });
});

describe('tsplay compile', { timeout: 300_000 }, () => {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const print = (...args: readonly string[]) =>
    spawnSync(process.execPath, ['dist/src/cli/main.js', 'compile', 'playbooks/bond.ts', ...args], {
      cwd: root,
      encoding: 'utf8',
    });

  it('prints the same for the same playbook, for a person to read and for any shell', () => {
    const first = print('-i', 'lab', '--limit', 'lab1');
    expect(first).toMatchObject({ status: 0, stderr: '' });
    expect(print('-i', 'lab', '--limit', 'lab1').stdout).toBe(first.stdout);
    expect(complaints(first.stdout)).toEqual([]);
    const lines = first.stdout.split('\n');
    expect(lines[0]).toBe('# ==== play: Bonds');
    expect(first.stdout).toMatch(/\n\n# ---- bond\[bond0\] \(bond\.ts:\d+\)\n/);
    // Each half has its title, and each call stands below its task.
    const halves = [...lines.entries()].filter(([, line]) => /^[a-z]\d+\(\) \{$/.test(line));
    expect(halves.length).toBeGreaterThan(10);
    expect(halves.filter(([n]) => !(lines[n - 1] ?? '').startsWith('# '))).toEqual([]);
    // What stands in a half is its author's.
    const outside = first.stdout.replaceAll(/^[a-z]\d+\(\) \{\n[^]*?^\}$/gm, '').split('\n');
    expect(outside.filter((line) => /^ts_(?!\w+\(\) \{|\w+=)/.test(line))).toEqual([]);
  });

  it('prints what runs as another user too', () => {
    const dir = mkdtempSync(join(tmpdir(), 'tsplay-compile-'));
    const vars = { nics: ['eth1'], address: '10.0.0.1/24' };
    writeFileSync(join(dir, 'hosts.json'), JSON.stringify({ hosts: { web1: { user: 'admin', vars } } }));
    const { stdout } = print('-i', join(dir, 'hosts.json'));
    rmSync(dir, { recursive: true });
    expect(stdout).toMatch(/^ {2}ts_as 1 'root' /m);
    expect(stdout).toMatch(/\n# ---- ts_as 1: as root\nts_segment_1\(\) \{\n[^]*\n# make bond bond0\n/);
  });
});
