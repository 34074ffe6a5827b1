import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { commitOf, originOf } from '../../src/cli/origin.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tsplay-origin-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

function git(...args: readonly string[]): string {
  const who = ['-c', 'user.name=a', '-c', 'user.email=a@b'];
  return execFileSync('git', ['-C', folder, ...who, ...args], { encoding: 'utf8' }).trim();
}

/** A repository with one commit; gives that. */
function repository(): string {
  git('init', '-q', '-b', 'main');
  mkdirSync(join(folder, 'sub'));
  writeFileSync(join(folder, 'sub/site.ts'), '1');
  writeFileSync(join(folder, 'other'), '1');
  git('add', '.');
  git('commit', '-qm', 'all');
  return git('rev-parse', 'HEAD');
}

describe('the commit of a project', () => {
  it('is known with its branch, and whether anything differs from it', async () => {
    const id = repository();
    expect(await commitOf(folder)).toEqual({ id, branch: 'main', dirty: false });
    writeFileSync(join(folder, 'new'), '');
    expect(await commitOf(folder)).toEqual({ id, branch: 'main', dirty: true });
  });

  it('looks no further than the project', async () => {
    const id = repository();
    writeFileSync(join(folder, 'other'), '2');
    expect(await commitOf(join(folder, 'sub'))).toEqual({ id, branch: 'main', dirty: false });
    writeFileSync(join(folder, 'sub/site.ts'), '2');
    expect(await commitOf(join(folder, 'sub'))).toMatchObject({ dirty: true });
  });

  it('may be on no branch', async () => {
    const id = repository();
    git('checkout', '-q', '--detach');
    expect(await commitOf(folder)).toEqual({ id, branch: undefined, dirty: false });
  });

  it('is not there without a repository, a commit, or Git', async () => {
    expect(await commitOf(folder)).toBe(undefined);
    git('init', '-q');
    expect(await commitOf(folder)).toBe(undefined);
    repository();
    vi.stubEnv('PATH', '/nowhere');
    expect(await commitOf(folder)).toBe(undefined);
  });

  it('is asked for with an environment that has no secret in it, and without a change of the index', async () => {
    writeFileSync(join(folder, 'git'), `#!/bin/sh\nPATH=/usr/bin:/bin\nenv >'${folder}/told'\n`);
    chmodSync(join(folder, 'git'), 0o755);
    vi.stubEnv('PATH', folder);
    vi.stubEnv('SECRET', 'x');
    await commitOf(folder);
    vi.unstubAllEnvs();
    const told = execFileSync('sort', [join(folder, 'told')], { encoding: 'utf8' });
    expect(told).toContain('GIT_OPTIONAL_LOCKS=0\n');
    expect(told).not.toContain('SECRET');
  });
});

describe('who runs it', () => {
  it.each([
    [{}, undefined],
    [{ SUDO_USER: 'alice' }, 'alice'],
    [{ DOAS_USER: 'bob' }, 'bob'],
  ])('with %j in the environment is %s', async (env, login) => {
    vi.stubEnv('SUDO_USER', undefined);
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
    expect((await originOf(folder, undefined)).login).toBe(login);
  });
});
