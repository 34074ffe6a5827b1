import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { copy, directory, file, type CopyOptions } from '../../../modules/index.ts';
import { chosen, excluding } from '../../../modules/files/transfer/copy-exclude.ts';
import { LocalFile } from '../../../src/steps/index.ts';
import { Forks } from '../../support/forks.ts';
import { problemsOf, programOf, stepsOf } from '../../support/modules.ts';
import { runIn, shellNames, shells, type Shell } from '../../support/shells.ts';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tsplay-copy-'));
  mkdirSync(join(dir, 'host'));
});
afterEach(() => rmSync(dir, { recursive: true }));
const at = (name: string): string => join(dir, name);
const write = (name: string, text: string | Uint8Array, mode = 0o644): void => {
  mkdirSync(dirname(at(name)), { recursive: true });
  writeFileSync(at(name), text);
  chmodSync(at(name), mode);
};

describe('options of a copy', () => {
  const long = 'x'.repeat(256);
  it.each([
    ['nothing', '/x', {}, [/^source is missing/]],
    [
      'two sources',
      '/x',
      { source: 'tree', remote: '/x', purge: true },
      [/^remote is the path/, /^source makes/, /^purge/],
    ],
    ['what is not on a host', '/x', { remote: 'tree' }, [/^remote must be absolute/]],
    ['no such source', '/x', { source: 'tre' }, [/^there is no file .*tre; did you mean tree\?/]],
    ['a relative path', 'x', { source: 'tree' }, [/^the path must be absolute/]],
    ['going up', '/a/../x', { source: 'tree' }, [/^the path must not go up/]],
    ['a folder of the kernel', '/proc/x', { source: 'tree' }, [/^'\/proc\/x' is in a file system of the/]],
    ['a slash behind it', '/srv/', { source: 'tree' }, [/^the path names a folder, not a file/]],
    ['too long', `/${long}`, { source: 'tree' }, [/longer than the 255 bytes/]],
    ['a mode as a number', '/x', { source: 'tree', mode: 644 }, [/^mode must be three or four octal/]],
    ['an owner', '/x', { source: 'tree', owner: 'a b' }, [/^owner must be/]],
    ['no patterns', '/x', { source: 'tree', exclude: [] }, [/^exclude must not be empty/]],
    [
      'patterns',
      '/x',
      { source: 'tree', exclude: ['[a]', '/a', 'a/', '../x', ''] },
      [
        /^exclude\[0\] has signs/,
        /^exclude\[1\] must be a/,
        /^exclude\[2\]/,
        /^exclude\[3\]/,
        /^exclude\[4\]/,
      ],
    ],
    [
      'what is of folders',
      '/x',
      { source: 'tree/a', purge: true, folderMode: '0755', exclude: ['b'] },
      [/^tree\/a is a file, so folderMode/, /so exclude/, /so purge/],
    ],
    ['a misspelt one', '/x', { source: 'tree', purged: true }, [/did you mean purge\?/]],
  ] as const)('%s', async (_name, path, options, expected) => {
    write('tree/a', 'x');
    const call = copy as (name: string, options: object) => unknown;
    const found = await problemsOf(() => void call(path, options), at('site.ts'));
    expect(found).toEqual(expected.map((one) => expect.stringMatching(one)));
  });

  it('tells of what in the source cannot be copied, with its name', async () => {
    write('tree/a\nb', 'x');
    symlinkSync('to\nnowhere', at('tree/link'));
    const problems = await problemsOf(() => void copy('/x', { source: 'tree' }), at('site.ts'));
    expect(problems).toEqual([
      String.raw`in tree: a name must have no newlines or other control characters: '/x/a\u000ab'`,
      String.raw`in tree: a name must have no newlines or other control characters: 'to\u000anowhere'`,
    ]);
    execFileSync('mkfifo', [at('pipe')]);
    expect(await problemsOf(() => void copy('/x', { source: 'pipe' }), at('site.ts'))).toEqual([
      expect.stringMatching(/pipe cannot be read: it is neither a file nor a folder$/),
    ]);
  });

  it('what is little goes along, what is more is only named; one file is one step', async () => {
    write('one', 'x', 0o750);
    write('much', 'x'.repeat(70_000));
    const [one] = await stepsOf(() => void copy('/x', { source: 'one', owner: 'app' }), at('site.ts'));
    expect(one).toMatchObject({ kind: 'file', content: Buffer.from('x'), mode: '750', owner: 'app' });
    const [much] = await stepsOf(() => void copy('/x', { source: 'much', mode: '0600' }), at('site.ts'));
    expect(much).toMatchObject({ content: { size: 70_000, path: at('much') }, mode: '600' });
    expect(much?.kind === 'file' && much.content instanceof LocalFile).toBe(true);
  });

  it.each([
    ['*.map', ['a.map', 'b/a.map', 'a.map/x', '.map'], ['a.mapx', 'amap']],
    ['.git', ['.git', 'a/.git/x'], ['x.git', '.gitignore', 'agit']],
    ['docs/*', ['docs/a', 'docs/a/b'], ['docs', 'x/docs/a']],
    ['a/**/z', ['a/b/z', 'a/b/c/z/y'], ['a/z', 'b/a/b/z']],
    ['a?(1)+$|{x}', ['ab(1)+$|{x}'], ['a/(1)+$|{x}', 'ab']],
  ])('the pattern %s', (pattern, out, kept) => {
    const files = (paths: readonly string[]) =>
      paths.map((path) => ({ kind: 'link', path, target: '' }) as const);
    expect(chosen(files([...out, ...kept]), [pattern]).map(({ path }) => path)).toEqual(kept);
    for (const awk of [['awk'], ['busybox', 'awk']]) {
      const [command = '', ...words]: readonly string[] = [...awk, '$0 ~ ENVIRON["e"]'];
      const input = [...out, ...kept].join('\n');
      const env = { ...process.env, e: excluding([pattern]) };
      expect(execFileSync(command, words, { input, env, encoding: 'utf8' }).trim().split('\n')).toEqual(out);
    }
  });
});

/** What stands in a folder: mode and content of each. */
function seen(folder: string, path = ''): Readonly<Record<string, string>> {
  return Object.assign(
    {},
    ...readdirSync(join(folder, path))
      .toSorted()
      .map((name): object => {
        const one = join(path, name);
        const stat = lstatSync(join(folder, one));
        if (stat.isSymbolicLink()) return { [one]: `-> ${readlinkSync(join(folder, one))}` };
        const mode = (stat.mode & 0o7777).toString(8);
        if (!stat.isDirectory()) return { [one]: `${mode} ${readFileSync(join(folder, one), 'utf8')}` };
        return { [`${one}/`]: mode, ...seen(folder, one) };
      }),
  ) as Readonly<Record<string, string>>;
}

describe.each(shellNames)('a copy in %s', (shell) => {
  let forks: Forks;
  let runs = 0;
  beforeEach(() => {
    forks = new Forks();
    runs = 0;
  });
  afterEach(() => forks.close());

  const run = async (
    options: Partial<Extract<CopyOptions, { readonly source: string }>> = {},
    mode: 'check' | 'apply' = 'apply',
    { as = shell, counted = false }: { readonly as?: Shell; readonly counted?: boolean } = {},
  ) => {
    const body = (): void => void copy(at('host/to'), { source: 'tree', ...options });
    const ran = await runIn(as, await programOf(body, at('site.ts')), {
      home: at('state'),
      run: `run${(runs += 1)}`,
      under: counted ? forks.under : [],
      mode,
    });
    const steps = ran.events.flatMap((event) =>
      event.type === 'step' && event.status !== 'ok'
        ? [`${event.status} ${event.what.replace(dir, '')}`]
        : [],
    );
    const failure = ran.events.find((event) => event.type === 'task')?.error;
    return { ...ran, steps, forks: counted ? forks.count() : 0, failure };
  };
  const undo = (nth = runs): void => {
    const [command, ...words] = shells[shell];
    execFileSync(command, [...words, at(`state/runs/run${nth}/undo.sh`)]);
  };
  const tree = (size = 1): void => {
    write('tree/a', 'a', 0o640);
    write("tree/it's/b c", 'b'.repeat(size), 0o755);
    write("tree/it's/$(id)*\\", '');
    mkdirSync(at('tree/empty'), { mode: 0o700 });
    symlinkSync('../nowhere', at("tree/it's/link"));
    symlinkSync('a', at('tree/to a'));
  };
  const there = (size = 1) => ({
    'to/': '755',
    'to/a': '640 a',
    'to/empty/': '700',
    "to/it's/": '755',
    "to/it's/$(id)*\\": '644 ',
    "to/it's/b c": `755 ${'b'.repeat(size)}`,
    "to/it's/link": '-> ../nowhere',
    'to/to a': '-> a',
  });

  it.each([1, 100_000])('brings all of a tree, with a file of %i bytes, and takes it back', async (size) => {
    tree(size);
    const check = await run({}, 'check');
    expect(check).toMatchObject({ statuses: ['changed'], bodyBytes: 0 });
    expect(seen(at('host'))).toEqual({});
    const first = await run();
    expect(first).toMatchObject({ statuses: ['changed'], finished: true });
    expect(seen(at('host'))).toEqual(there(size));
    expect(await run({}, 'check')).toMatchObject({ statuses: ['ok'], steps: [] });
    expect(await run()).toMatchObject({ statuses: ['ok'], steps: [], bodyBytes: 0 });
    // A mode alone needs no content.
    chmodSync(at("host/to/it's/b c"), 0o600);
    expect(await run()).toMatchObject({ statuses: ['changed'], bodyBytes: 0 });
    expect(seen(at('host'))).toEqual(there(size));
    undo(2);
    expect(seen(at('host'))).toEqual({});
  });

  it('copies files of the host, as they are when it is their turn', async () => {
    const body = (count: number) => (): void => {
      for (let n = 1; n <= count; n += 1)
        copy(at(`host/to ${n}`), {
          remote: at(n % 2 === 1 ? 'host/from' : `host/to ${n - 1}`),
          mode: '0600',
        });
    };
    const play = async (count: number, mode: 'check' | 'apply' = 'apply') => {
      const home = at('state');
      const program = await programOf(body(count));
      const ran = await runIn(shell, program, { home, run: `run${(runs += 1)}`, under: forks.under, mode });
      return { ...ran, forks: forks.count() };
    };
    const none = await play(1, 'check');
    expect(none.statuses).toEqual(['failed']);
    expect(JSON.stringify(none.events)).toContain(`there is no file ${at('host/from')}`);
    write('host/from', 'x\0y', 0o644);
    writeFileSync(at('host/to 1'), 'old');
    const check = await play(3, 'check');
    expect(check.statuses).toEqual(['changed', 'unknown', 'changed']);
    expect(JSON.stringify(check.events)).toMatch(
      /"before":"mode 644.n3 bytes, sha256 .*"after":"mode 600.n3 bytes, sha256 /,
    );
    expect((await play(3)).statuses).toEqual(['changed', 'changed', 'changed']);
    const is = (content: string) => ({
      'to 1': `600 ${content}`,
      'to 2': `600 ${content}`,
      'to 3': `600 ${content}`,
    });
    expect(seen(at('host'))).toEqual({ from: '644 x\0y', ...is('x\0y') });
    expect((await play(3, 'check')).statuses).toEqual(['ok', 'ok', 'ok']);
    writeFileSync(at('host/from'), 'new');
    expect((await play(3)).statuses).toEqual(['changed', 'changed', 'changed']);
    expect(seen(at('host'))).toEqual({ from: '644 new', ...is('new') });
    expect((await play(1)).forks).toBe((await play(3)).forks);
    undo(5);
    undo(3);
    expect(seen(at('host'))).toEqual({ from: '644 new', 'to 1': '644 old' });
  });

  it('repairs each kind of difference, and that alone', async () => {
    tree();
    await run();
    rmSync(at('host/to/to a'));
    symlinkSync('elsewhere', at('host/to/to a'));
    rmSync(at('host/to/empty'), { recursive: true });
    chmodSync(at("host/to/it's"), 0o711);
    chmodSync(at('host/to/a'), 0o600);
    const before = seen(at('host'));
    expect((await run({}, 'check')).statuses).toEqual(['changed']);
    const repaired = await run();
    expect(repaired.steps.toSorted()).toEqual([
      'changed /host/to/a',
      "changed owner and mode of /host/to/it's",
      'changed the folder /host/to/empty',
      'changed what /host/to/to a leads to',
    ]);
    expect(seen(at('host'))).toEqual(there());
    undo();
    expect(seen(at('host'))).toEqual(before);
  });

  it('keeps to modes that are given, and to those that it finds here', async () => {
    tree();
    await run({ mode: '0600', folderMode: '2750' });
    expect(seen(at('host'))).toMatchObject({ 'to/a': '600 a', "to/it's/": '2750', "to/it's/b c": '600 b' });
    expect((await run({ mode: '0600', folderMode: '2750' })).steps).toEqual([]);
    expect((await run()).statuses).toEqual(['changed']);
    expect(seen(at('host'))).toEqual(there());
  });

  it('purges nothing that another task declares, or that is in what one declares', async () => {
    tree();
    const body = (): void => {
      directory(at('host/to'), { mode: '0755' });
      copy(at('host/to'), { source: 'tree', purge: true });
      file(at("host/to/it's/new/conf"), { content: 'x' });
      directory(at('host/to/uploads'));
      directory(at('host/to/empty'), { mode: '0700' });
    };
    for (const one of ['to/uploads/deep', "to/it's/new", 'to/old/deep', 'to/empty'])
      mkdirSync(at(`host/${one}`), { recursive: true });
    for (const one of ['uploads/deep/1', "it's/new/old", "it's/old", 'old/deep/1', 'empty/old'])
      write(`host/to/${one}`, '');
    const program = await programOf(body, at('site.ts'));
    for (const changed of ['changed', 'ok']) {
      const ran = await runIn(shell, program, { home: at('state'), run: changed });
      expect([changed, ran.statuses[1], ran.statuses[2]]).toEqual([changed, changed, changed]);
      expect(Object.keys(seen(at('host/to'))).toSorted()).toEqual(
        [
          'a',
          'empty/',
          "it's/",
          "it's/$(id)*\\",
          "it's/b c",
          "it's/link",
          "it's/new/",
          "it's/new/conf",
          'to a',
          'uploads/',
          'uploads/deep/',
          'uploads/deep/1',
        ].toSorted(),
      );
    }
  });

  it('purges what the source has not, but not what is excluded, and brings it back', async () => {
    tree();
    const options = { exclude: ['*.log', "it's/b*"], purge: true };
    await run(options);
    expect(existsSync(at("host/to/it's/b c"))).toBe(false);
    write("host/to/it's/b mine", 'mine');
    write('host/to/x.log', 'log');
    write('host/to/old/deep/a', 'a');
    write('host/to/old/b', 'b');
    write('host/to/logs/deep/y.log', 'log');
    write('host/to/logs/z', 'z');
    write('host/to/-n *', 'odd');
    const before = seen(at('host'));
    expect(await run(options, 'check')).toMatchObject({ statuses: ['changed'] });
    expect(seen(at('host'))).toEqual(before);
    const purged = await run(options);
    expect(purged.events).toContainEqual(
      expect.objectContaining({ type: 'step', status: 'changed', before: '-n *\nlogs/z\nold' }),
    );
    expect(Object.keys(seen(at('host/to')))).toEqual(
      expect.arrayContaining(['logs/', 'logs/deep/', 'logs/deep/y.log', 'x.log', "it's/b mine"]),
    );
    expect(existsSync(at('host/to/old'))).toBe(false);
    expect((await run(options)).steps).toEqual([]);
    undo(runs - 1);
    expect(seen(at('host'))).toEqual(before);
  });

  it.each([
    ['a folder', 'a file', 'to/a', /to\/a is a folder/],
    ['a file', 'the folder', 'to', /there is something else of that name/],
    ['a file', 'a link', 'to/to a', /there is a file of that name/],
  ])('fails at %s where %s should be, in check too', async (kind, _, place, words) => {
    tree();
    await run();
    rmSync(at(`host/${place}`), { recursive: true });
    if (kind === 'a folder') mkdirSync(at(`host/${place}`));
    else write(`host/${place}`, 'x');
    const before = seen(at('host'));
    const check = await run({}, 'check');
    expect([check.statuses, `${check.failure?.message} ${check.stderr}`]).toEqual([
      ['failed'],
      expect.stringMatching(words),
    ]);
    expect(seen(at('host'))).toEqual(before);
  });

  it('starts as many processes for many files as for few where nothing differs', async () => {
    for (const size of [10, 70_000]) {
      const count = async (files: number): Promise<number> => {
        rmSync(at('tree'), { recursive: true, force: true });
        for (let n = 0; n < files; n += 1)
          write(`tree/folder ${n % 5}/${n}`, 'x'.repeat(n === 0 ? size : 100));
        symlinkSync('x', at('tree/link'));
        // By hand: a copy of many files takes a while under a tracer.
        rmSync(at('host/to'), { recursive: true, force: true });
        execFileSync('cp', ['-rT', '--preserve=mode,links', at('tree'), at('host/to')]);
        const again = await run({ purge: true, owner: 'root:root' }, 'apply', { counted: true });
        expect(again).toMatchObject({ statuses: ['ok'], steps: [], bodyBytes: 0 });
        return again.forks;
      };
      const few = await count(6);
      expect(await count(40)).toBe(few);
      expect(few).toBeLessThan(20);
    }
  });
});
