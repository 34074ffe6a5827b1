import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readFile, stat, type ReadFileResult, type StatResult } from '../../../modules/index.ts';
import { HostBuild } from '../../../src/playbook/host-build.ts';
import { problemsOf } from '../../support/modules.ts';
import { runIn, shellNames, type Shell } from '../../support/shells.ts';

it('refuses paths that are none', async () => {
  type Untyped = (path: unknown, options?: object) => unknown;
  for (const module of [stat, readFile] as unknown as readonly Untyped[]) {
    expect(await problemsOf(() => void module('x'))).toEqual(["the path must be absolute, not 'x'"]);
    expect(await problemsOf(() => void module('/../x'))).toEqual([expect.stringContaining("'..'")]);
    expect(await problemsOf(() => void module('/x', { folow: true }))).toEqual([
      expect.stringContaining("no option 'folow'"),
    ]);
  }
  expect(await problemsOf(() => void (stat as Untyped)('/x', { sha256: 'yes' }))).toEqual([
    expect.stringContaining('sha256 must be true or false'),
  ]);
});

describe.each(shellNames)('in %s', (shell) => {
  let dir = '';
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'tsplay-stat-'));
    chmodSync(dir, 0o755);
  });
  afterEach(() => rmSync(dir, { recursive: true }));
  const at = (name: string): string => join(dir, name);

  /** What a body comes to that waits for results, in a check and in a run. */
  async function told<T>(body: () => Promise<T>, under: readonly string[] = []): Promise<T> {
    const results: T[] = [];
    for (const mode of ['check', 'apply'] as const) {
      const build = new HostBuild(
        'test',
        'local',
        { task: 0, step: 0, scope: 0 },
        () => undefined,
        async (program) =>
          (await runIn(shell as Shell, program, { home: at('state'), mode, under })).outcomes,
      );
      await build.run(async () => void results.push(await body()));
    }
    expect(results[0]).toEqual(results[1]);
    return results[0] as T;
  }
  const seen = (name: string, options = {}): Promise<StatResult> =>
    told(() => stat(at(name), options).result());

  it('tells what is there', async () => {
    const name = "it's a\\n *";
    writeFileSync(at(name), 'hello\n', { mode: 0o640 });
    execFileSync('chown', ['daemon:12345', at(name)]);
    chmodSync(at(name), 0o4640);
    utimesSync(at(name), 1, 1_700_000_000);
    expect(await seen(name, { sha256: true })).toMatchObject({
      changed: false,
      exists: true,
      kind: 'file',
      mode: '4640',
      owner: 'daemon',
      group: '12345',
      uid: 1,
      gid: 12345,
      size: 6,
      mtime: new Date(1_700_000_000_000),
      links: 1,
      to: undefined,
      sha256: '5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03',
    });
    symlinkSync('two\nlines\n', at('link'));
    expect(await seen('link', { sha256: true })).toMatchObject({
      exists: true,
      kind: 'symlink',
      to: 'two\nlines\n',
      sha256: undefined,
    });
    expect(await seen('link', { follow: true })).toMatchObject({ exists: false, kind: undefined });
    symlinkSync(name, at('good'));
    expect(await seen('good', { follow: true })).toMatchObject({ kind: 'file', to: undefined, size: 6 });
    expect(await seen('')).toMatchObject({ kind: 'directory' });
    expect(await seen('none')).toMatchObject({
      exists: false,
      mode: undefined,
      size: undefined,
      mtime: undefined,
    });
    expect(await told(() => stat('/dev/null').result())).toMatchObject({ kind: 'char', mode: '0666' });
  });

  it('reads text', async () => {
    const content = 'ü $(id)\n\n';
    writeFileSync(at('text'), content);
    writeFileSync(at('empty'), '');
    const read = (name: string, options = {}): Promise<ReadFileResult> =>
      told(() => readFile(at(name), options).result());
    expect(await read('text')).toMatchObject({ content, changed: false });
    expect(await read('empty')).toMatchObject({ content: '' });
    expect(await read('none', { optional: true })).toMatchObject({ content: undefined, failed: false });
    await expect(read('none')).rejects.toThrow('ended with status 44');
    await expect(read('')).rejects.toThrow('ended with status 1');
    writeFileSync(at('long'), 'x'.repeat(1024 * 1024 + 1));
    await expect(read('long')).rejects.toThrow('ended with status 1');
  });

  it('what cannot be read is not taken for absent', async () => {
    mkdirSync(at('closed'), { mode: 0o700 });
    const under = ['setpriv', '--reuid=nobody', '--regid=nogroup', '--clear-groups'];
    await expect(told(() => stat(at('closed/x')).result(), under)).rejects.toThrow('ended with status 1');
    await expect(told(() => readFile(at('closed/x'), { optional: true }).result(), under)).rejects.toThrow(
      'ended with status 1',
    );
  });
});
