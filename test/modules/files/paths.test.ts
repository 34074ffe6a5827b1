import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { absent, command, directory, file, hardlink, symlink } from '../../../modules/index.ts';
import { Forks } from '../../support/forks.ts';
import { Hostile } from '../../support/hostile.ts';
import { problemsOf, programOf } from '../../support/modules.ts';
import { runIn, shellNames, shells, type Shell, type ShellRun } from '../../support/shells.ts';

type Untyped = (path: unknown, options?: object) => unknown;

describe('options', () => {
  const text = (one: string | RegExp): unknown => expect.stringMatching(one);
  const all: Readonly<Record<string, Untyped>> = {
    directory: directory as Untyped,
    symlink: symlink as Untyped,
    hardlink: hardlink as Untyped,
    absent: absent as Untyped,
  };
  it.each([
    ['directory', 'srv', {}, [/^the path must be absolute/]],
    ['directory', '/srv/../etc', {}, [/go up by '\.\.'/]],
    ['directory', '/proc/x', {}, [/file system of the kernel/]],
    ['directory', '/srv/a\nb', {}, [/no newlines/]],
    ['directory', `/${'x'.repeat(256)}`, {}, [/255 bytes/]],
    ['directory', '/srv', { mode: 'u=rwx', owner: '-x' }, [/^mode must be three or four/, /^owner must be/]],
    ['directory', '/srv', { owner: 'a:b', group: 'c' }, [/^owner names a group already/]],
    ['directory', '/srv/x', { recurse: true }, [/^recurse has nothing to do/]],
    ['directory', '/etc', { recurse: true, owner: 'root' }, [/without which a host does not work/]],
    ['directory', '/srv/x', { fileMode: '0644', dirMode: '0755' }, [/^fileMode makes/, /^dirMode makes/]],
    ['directory', '/srv/x', { recurse: true, fileMode: 'u=rwX' }, [/^fileMode must be/]],
    ['directory', '/srv/x', { recurse: true, fileMode: '+x' }, [/^fileMode must be/]],
    ['directory', '/srv/x', { purge: { keep: [] } }, [/^purge\.keep must not be empty/]],
    ['directory', '/srv/x', { purge: { keep: ['a/b', ''] } }, [/^purge\.keep\[0\]/, /^purge\.keep\[1\]/]],
    ['directory', '/srv/x', { purge: {} }, [/^purge has no keep/]],
    ['directory', '/srv/x', { purge: 'all' }, [/^purge must be true, false/]],
    ['directory', '/usr', { purge: true }, [/without which a host does not work/]],
    ['directory', '/', { state: 'absent', recursive: true }, [/without which a host does not work/]],
    ['directory', '/srv/x', { recursive: true }, [/^recursive is for state: 'absent'/]],
    ['directory', '/srv/x', { state: 'absent', mode: '0755' }, [/^mode makes no sense/]],
    ['directory', '/srv/x', { state: 'gone', grup: 1 }, [/^state must be/, /did you mean group/]],
    ['symlink', '/srv/x', {}, [/^to is missing/]],
    ['symlink', '/srv/x/', { to: 'a' }, [/names a folder/]],
    ['symlink', '/srv/x', { to: '' }, [/^to must be a text/]],
    ['symlink', '/srv/x', { to: 'a\nb' }, [/^to must have no newlines/]],
    ['symlink', '/srv/x', { to: 'x'.repeat(4096) }, [/^to is longer/]],
    ['symlink', '/srv/x', { state: 'absent', to: 'a', force: true }, [/^to makes/, /^force makes/]],
    ['hardlink', '/srv/x', {}, [/^to is missing/]],
    ['hardlink', '/srv/x', { to: 'a' }, [/^to must be absolute/]],
    ['hardlink', '/srv/x', { to: '/srv//x' }, [/^to is the path itself/]],
    ['absent', '/', {}, [/without which a host does not work/]],
    ['absent', '//etc/.', {}, [/without which a host does not work/]],
    ['absent', 'x', { recursive: 1 }, [/^recursive must be true or false/, /must be absolute/]],
  ] as const)('%s(%j, %j)', async (module, path, options, expected) => {
    expect(await problemsOf(() => void all[module]?.(path, options))).toEqual(expected.map(text));
  });

  it('clash: a folder, a link and a file of one name; what is declared after a purge was sent', async () => {
    const clash = await problemsOf(() => {
      directory('/srv/x');
      symlink('/srv/x', { to: 'a' });
      file('/srv/x', { content: '' });
      absent('/srv/x');
    });
    expect(clash).toHaveLength(3);
    expect(
      await problemsOf(() => {
        directory('/srv/x', { mode: '0755', owner: 'a', group: 'b' });
        directory('/srv//x', { mode: '755', owner: 'a:b' });
        directory('/srv/x');
      }),
    ).toEqual([]);
  });
});

describe.each(shellNames)('in %s', (shell) => {
  let dir = '';
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'tsplay-paths-'));
    chmodSync(dir, 0o755);
    mkdirSync(at('in'));
  });
  afterEach(() => rmSync(dir, { recursive: true }));
  const at = (name: string): string => join(dir, name);
  const play = async (
    body: () => void,
    mode: 'check' | 'apply' = 'apply',
    run = 'test',
    under: readonly string[] = [],
    home = at('state'),
  ): Promise<ShellRun> => runIn(shell, await programOf(body), { home, mode, run, under, cwd: '/' });
  const undo = (run = 'test'): string => {
    const [program, ...args] = shells[shell as Shell];
    return execFileSync(program, [...args, join(at('state'), 'runs', run, 'undo.sh')], { encoding: 'utf8' });
  };
  const messages = (run: ShellRun): readonly (string | undefined)[] =>
    [...run.outcomes.values()].map(({ error }) => error?.message.replace(/^.*?\]: /, ''));
  const mode = (name: string): string => (statSync(at(name)).mode & 0o7777).toString(8);

  it('many of them are looked at by as few processes as one', async () => {
    const count = shell === 'dash' ? 50 : 12;
    const forks = new Forks();
    try {
      writeFileSync(at('in/file'), '');
      const without = (many: number) => (): void => {
        for (let number = 0; number < many; number += 1) {
          const name = at(`in/it's ${number}`);
          directory(name, { mode: '0750', owner: 'root', group: 'root' });
          symlink(`${name} link`, { to: `it's *${number}`, owner: 'root' });
          hardlink(`${name} hard`, { to: at('in/file') });
          absent(`${name} none`);
          symlink(`${name} nolink`, { state: 'absent' });
          directory(`${name} gone`, { state: 'absent', recursive: true });
          directory(name, {
            recurse: true,
            group: 'root',
            fileMode: number % 2 === 0 ? '0600' : 'u=rwX,g=rX,o=',
          });
        }
        file(at('in/file'), { content: '' });
        file(at("in/it's 1/in it"), { content: '', mode: '0640' });
        directory(at('in'), { purge: true });
      };
      await play(without(count));
      const run = await play(without(count), 'apply', 'many', forks.under);
      expect(new Set(run.statuses)).toEqual(new Set(['ok']));
      const many = forks.count();
      rmSync(at('in'), { recursive: true });
      mkdirSync(at('in'));
      writeFileSync(at('in/file'), '');
      await play(without(2), 'apply', 'two');
      expect(new Set((await play(without(2), 'apply', 'few', forks.under)).statuses)).toEqual(
        new Set(['ok']),
      );
      expect([many, many < 15]).toEqual([forks.count(), true]);
    } finally {
      forks.close();
    }
  });

  it('any names', async () => {
    const hostile = new Hostile(at('canary'));
    const names = ['-rf', ' ', "'", '"', '*', '$(touch canary)', '\\', 'ü😀', '%s%n', "it's -> x"].concat(
      hostile.texts(20, { name: true, line: true }).filter((name) => !/\p{Cc}/u.test(name)),
    );
    const unique = [...new Set(names)].filter((name) => name !== '' && !name.includes('/'));
    const body = (): void => {
      for (const [index, name] of unique.entries()) {
        directory(at(`in/d${index}/${name}`), { mode: '0700', owner: 'root' });
        symlink(at(`in/l${index}${name}`), { to: name, owner: 'root' });
        hardlink(at(`in/h${index}${name}`), { to: at('in/file') });
      }
    };
    writeFileSync(at('in/file'), 'x');
    const check = await play(body, 'check');
    expect(new Set(check.statuses)).toEqual(new Set(['changed']));
    expect(readdirSync(at('in'))).toEqual(['file']);
    expect((await play(body)).statuses).toEqual(check.statuses);
    for (const [index, name] of unique.entries()) {
      expect(statSync(at(`in/d${index}/${name}`)).isDirectory()).toBe(true);
      expect(readlinkSync(at(`in/l${index}${name}`))).toBe(name);
    }
    expect(new Set((await play(body, 'apply', 'again')).statuses)).toEqual(new Set(['ok']));
    const gone = (): void => {
      for (const [index, name] of unique.entries()) {
        directory(at(`in/d${index}`), { state: 'absent', recursive: true });
        symlink(at(`in/l${index}${name}`), { state: 'absent' });
        absent(at(`in/h${index}${name}`));
      }
    };
    expect(new Set((await play(gone, 'apply', 'gone')).statuses)).toEqual(new Set(['changed']));
    expect(readdirSync(at('in'))).toEqual(['file']);
    undo('gone');
    expect(new Set((await play(body, 'check', 'back')).statuses)).toEqual(new Set(['ok']));
    undo();
    expect(readdirSync(at('in'))).toEqual(['file']);
    expect(existsSync(at('canary'))).toBe(false);
  });

  it('a link whose target has lines cannot pass for another one', async () => {
    const [first, second] = [at('in/a'), at('in/b')];
    symlinkSync(`x\n${second} -> good`, first);
    symlinkSync('evil', second);
    const body = (): void => {
      symlink(first, { to: 'x' });
      symlink(second, { to: 'good' });
    };
    expect((await play(body)).statuses).toEqual(['changed', 'changed']);
    expect([readlinkSync(first), readlinkSync(second)]).toEqual(['x', 'good']);
    undo();
    expect([readlinkSync(first), readlinkSync(second)]).toEqual([`x\n${second} -> good`, 'evil']);
  });

  it('says in a check what a run could not do', async () => {
    writeFileSync(at('in/file'), 'x');
    mkdirSync(at('in/full/deep'), { recursive: true });
    symlinkSync('nowhere', at('in/dangling'));
    symlinkSync(at('in/full'), at('in/link'));
    const cases: Readonly<Record<string, () => unknown>> = {
      'is something else of that name': () => directory(at('in/file')),
      'that leads nowhere': () => directory(at('in/dangling')),
      'is not a folder': () => directory(at('in/file/x')),
      'there is no folder': () => directory(at('in/no/x'), { parents: false }),
      'there is no user nosuch': () => directory(at('in/y'), { owner: 'nosuch' }),
      'there is no group nosuch': () => symlink(at('in/y'), { to: 'a', group: 'nosuch' }),
      'there is a folder of that name': () => symlink(at('in/full'), { to: 'a' }),
      'there is a file of that name': () => symlink(at('in/file'), { to: 'a' }),
      'there is no file': () => hardlink(at('in/y'), { to: at('in/none') }),
      'is a symbolic link; give the file': () => hardlink(at('in/y'), { to: at('in/dangling') }),
      'it is not empty': () => absent(at('in/full')),
      'it is not a folder': () => directory(at('in/link'), { state: 'absent' }),
      'it is no symbolic link': () => symlink(at('in/file'), { state: 'absent' }),
      'what tsplay keeps on this host is in it': () => absent(dir, { recursive: true }),
      'it is a symbolic link: name the folder': () => directory(at('in/link'), { purge: true }),
    };
    for (const [message, body] of Object.entries(cases)) {
      for (const mode of ['check', 'apply'] as const) {
        const run = await play(() => void body(), mode);
        expect([message, run.statuses, messages(run)]).toEqual([
          message,
          ['failed'],
          [expect.stringContaining(message)],
        ]);
      }
    }
    expect(readdirSync(at('in')).toSorted()).toEqual(['dangling', 'file', 'full', 'link']);
  });

  it('what an earlier task would make is foreseen, or not known', async () => {
    const body = (): void => {
      directory(at('in/a/b'), { mode: '0700' });
      file(at('in/a/b/conf'), { content: 'x' });
      file(at('in/a/conf'), { content: 'x', mode: '0600' });
      symlink(at('in/a/link'), { to: 'b' });
      directory(at('in/a'), { mode: '0755', owner: 'root' });
      absent(at('in/a/none'));
      command('make', { run: ['mkdir', at('in/c')], creates: at('in/c') });
      symlink(at('in/c/link'), { to: 'x' });
    };
    const check = await play(body, 'check');
    expect(check.statuses).toEqual([
      'changed',
      'changed',
      'changed',
      'changed',
      'ok',
      'ok',
      'changed',
      'unknown',
    ]);
    expect((await play(body)).statuses).toEqual([...check.statuses.slice(0, 7), 'changed']);
    // Of a folder that another task makes, a check knows no mode but one that both want.
    const again = (): void => {
      directory(at('in/d'));
      directory(at('in/d'), { mode: '0700' });
      directory(at('in/e'), { mode: '0700' });
      directory(at('in/e'), { mode: '0700' });
      directory(at('in/e'), { recurse: true, fileMode: '0600' });
    };
    const told = ['changed', 'unknown', 'changed', 'ok', 'unknown'];
    expect((await play(again, 'check')).statuses).toEqual(told);
    expect((await play(again)).statuses).toEqual(['changed', 'changed', 'changed', 'ok', 'ok']);
  });

  it('mount points stay, and so does what has one in it', async () => {
    mkdirSync(at('in/has/a mount'), { recursive: true });
    const under = [
      'unshare',
      '-m',
      'sh',
      '-c',
      `mount -t tmpfs tmpfs "$0" && exec "$@"`,
      at('in/has/a mount'),
    ];
    for (const body of [
      () => absent(at('in/has'), { recursive: true }),
      () => absent(at('in/has/a mount')),
      () => directory(at('in/has'), { state: 'absent', recursive: true, discard: true }),
      () => directory(at('in'), { purge: true }),
    ]) {
      const run = await play(() => void body(), 'apply', 'test', under);
      expect(messages(run)).toEqual([expect.stringContaining(`${at('in/has/a mount')} is a mount point`)]);
    }
    expect((await play(() => void absent(at('in/has'), { recursive: true }))).statuses).toEqual(['changed']);
  });

  it('what cannot be read is not taken for absent, by another user', async () => {
    mkdirSync(at('in/closed'), { mode: 0o700 });
    writeFileSync(at('in/closed/x'), 'x');
    mkdirSync(at('in/home'));
    execFileSync('chown', ['nobody', at('in/home')]);
    const under = ['setpriv', '--reuid=nobody', '--regid=nogroup', '--clear-groups'];
    const told = async (body: () => unknown): Promise<readonly unknown[]> => {
      const run = await play(() => void body(), 'apply', 'test', under, at('in/home/state'));
      return [run.statuses, messages(run)];
    };
    expect(await told(() => absent(at('in/closed/x')))).toEqual([
      ['failed'],
      [expect.stringContaining('it cannot be told whether it is there')],
    ]);
    expect(await told(() => directory(at('in/closed/d')))).toEqual([
      ['failed'],
      [expect.stringContaining('nothing can be made in')],
    ]);
    expect(await told(() => directory(at('in/closed'), { purge: true }))).toEqual([
      ['failed'],
      [expect.stringContaining('is not purged')],
    ]);
    expect(await told(() => absent(at('in/closed'), { recursive: true }))).toEqual([
      ['failed'],
      [expect.stringContaining('nothing can be removed from')],
    ]);
    expect(await told(() => directory(at('in/home/d'), { owner: 'root' }))).toEqual([
      ['failed'],
      [expect.stringContaining('only root can do that')],
    ]);
    expect((await told(() => directory(at('in/home/d'), { mode: '2700', owner: 'nobody' })))[0]).toEqual([
      'changed',
    ]);
    expect(mode('in/home/d')).toBe('2700');
  });

  it('a folder within one that gives its group on has the mode declared', async () => {
    mkdirSync(at('in/shared'));
    chmodSync(at('in/shared'), 0o2775);
    const body = (): void => {
      directory(at('in/shared/exact'), { mode: '0750' });
      directory(at('in/shared/as-it-comes'));
    };
    expect((await play(body)).statuses).toEqual(['changed', 'changed']);
    expect([mode('in/shared/exact'), mode('in/shared/as-it-comes')]).toEqual(['750', '2755']);
    expect((await play(body)).statuses).toEqual(['ok', 'ok']);
  });

  it('a purge knows files by other names, what commands create, and what is left out', async () => {
    mkdirSync(at('in/conf/sub'), { recursive: true });
    for (const name of ['declared', 'created', 'extra', 'sub/x']) writeFileSync(at(`in/conf/${name}`), 'x');
    symlinkSync('declared', at('in/conf/enabled'));
    symlinkSync('conf', at('in/alias'));
    const body = (): void => {
      directory(at('in/conf'), { purge: true });
      file(at('in/alias/declared'), { content: 'x' });
      file(at('in/alias/sub/x'), { content: 'x' });
      command('make', { run: ['true'], creates: at('in/conf/created') });
    };
    expect((await play(body)).statuses).toEqual(['changed', 'ok', 'ok', 'ok']);
    expect(readdirSync(at('in/conf')).toSorted()).toEqual(['created', 'declared', 'sub']);
    undo();
    expect(readlinkSync(at('in/conf/enabled'))).toBe('declared');
    expect(readFileSync(at('in/conf/extra'), 'utf8')).toBe('x');
    writeFileSync(at('in/conf/two\nlines'), '');
    const refused = await play(body, 'check');
    expect(refused.statuses[0]).toBe('failed');
  });

  it('what cannot be removed stays whole, and an undo brings back all, from another file system too', async () => {
    mkdirSync(at('in/tree/deep'), { recursive: true });
    writeFileSync(at('in/tree/deep/file'), 'x');
    execFileSync('chown', ['daemon:adm', at('in/tree/deep')]);
    chmodSync(at('in/tree/deep'), 0o2710);
    utimesSync(at('in/tree/deep/file'), 1, 1_700_000_000);
    symlinkSync('nowhere', at('in/tree/link'));
    const state = (): string =>
      execFileSync(
        'find',
        [at('in/tree'), '-printf', '%y %m %u:%g %p %l\n', '-name', 'file', '-printf', '%T@\n'],
        {
          encoding: 'utf8',
        },
      );
    const before = state();
    // In another file system it is copied.
    const home = mkdtempSync('/dev/shm/tsplay-paths-');
    const body = (): void => void absent(at('in/tree'), { recursive: true });
    try {
      for (const [run, where] of [
        ['near', at('state')],
        ['far', home],
      ] as const) {
        expect((await play(body, 'apply', run, [], where)).statuses).toEqual(['changed']);
        expect(readdirSync(at('in'))).toEqual([]);
        const [program, ...args] = shells[shell as Shell];
        execFileSync(program, [...args, join(where, 'runs', run, 'undo.sh')]);
        expect(readFileSync(at('in/tree/deep/file'), 'utf8')).toBe('x');
        expect(state()).toBe(before);
      }
      execFileSync('chattr', ['+i', at('in/tree/deep/file')]);
      const run = await play(body, 'apply', 'immutable', [], home);
      expect(messages(run)).toEqual([`could not remove ${at('in/tree')}`]);
      expect(readFileSync(at('in/tree/deep/file'), 'utf8')).toBe('x');
    } finally {
      rmSync(home, { recursive: true });
      if (existsSync(at('in/tree/deep/file'))) execFileSync('chattr', ['-i', at('in/tree/deep/file')]);
    }
  });

  it('what is discarded cannot be brought back, and that is said', async () => {
    mkdirSync(at('in/cache/deep'), { recursive: true });
    expect(
      (await play(() => void absent(at('in/cache'), { recursive: true, discard: true }))).statuses,
    ).toEqual(['changed']);
    expect(undo()).toContain('undo wall');
    expect(existsSync(at('in/cache'))).toBe(false);
    expect(lstatSync(at('in')).isDirectory()).toBe(true);
  });
});
