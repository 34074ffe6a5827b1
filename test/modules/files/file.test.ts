import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { command, copy, file, line, template } from '../../../modules/index.ts';
import { secret } from '../../../src/steps/index.ts';
import { problemsOf, programOf, stepsOf } from '../../support/modules.ts';
import { runIn, shellNames, shells, type Shell, type ShellRun } from '../../support/shells.ts';

describe('options', () => {
  // As they come without types, from variables or from JavaScript.
  const wrong = (path: unknown, options: object) => (): void =>
    void (file as (path: unknown, options: object) => unknown)(path, options);
  const cases: readonly (readonly [string, unknown, object, readonly string[]])[] = [
    ['a relative path', 'etc/x', { content: '' }, ["the path must be absolute, not 'etc/x'"]],
    ['a way up', '/etc/../x', { content: '' }, [expect.stringContaining("go up by '..'")]],
    ['a folder', '/etc/', { content: '' }, [expect.stringContaining('names a folder')]],
    ['a folder by its dot', '/etc/.', { content: '' }, [expect.stringContaining('names a folder')]],
    ['the kernel', '/proc/sys/net/x', { content: '' }, [expect.stringContaining('use sysctl')]],
    ['the kernel, hidden', '//sys/./x', { content: '' }, [expect.stringContaining('use sysctl')]],
    ['too long a name', `/${'x'.repeat(256)}`, { content: '' }, [expect.stringContaining('255 bytes')]],
    ['a NUL', '/etc/\0', { content: '' }, [expect.stringContaining('control characters')]],
    ['no content', '/x', {}, [expect.stringMatching(/^content is missing/)]],
    ['no options', '/x', { content: undefined }, [expect.stringMatching(/^content is missing/)]],
    [
      'what is about content',
      '/x',
      { mode: '600', backup: true, overwrite: false },
      [
        expect.stringContaining('overwrite: false: nothing is replaced'),
        'backup makes no sense without content',
        'overwrite makes no sense without content',
      ],
    ],
    ['content of numbers', '/x', { content: [120] }, [expect.stringContaining('a text, bytes or a secret')]],
    ...['0999', '644 ', '', 'rw-r--r--', '00644', 644, 0o644, '64'].map(
      (mode) =>
        [
          'mode',
          '/x',
          { content: '', mode },
          [expect.stringMatching(/^mode must be three or four octal/)],
        ] as const,
    ),
    ...['', 'root:', ':', 'a b', '-R', 'root:-x', 0].map(
      (owner) =>
        ['owner', '/x', { content: '', owner }, [expect.stringMatching(/^owner must be 'user'/)]] as const,
    ),
    [
      'content that is not to be there',
      '/x',
      { state: 'absent', content: '', mode: '0644', owner: 'a' },
      ['content', 'mode', 'owner'].map((key) => `${key} makes no sense with state: 'absent'`),
    ],
    [
      'everything at once',
      'x',
      { content: 1, mode: 7, ower: 'root', state: 'gone' },
      [
        expect.stringContaining('content must be'),
        expect.stringContaining('mode must be'),
        expect.stringContaining('did you mean owner?'),
        expect.stringContaining('state must be'),
        expect.stringContaining('must be absolute'),
      ],
    ],
  ];
  it.each(cases)('%s: %j', async (_name, path, options, problems) => {
    expect(await problemsOf(wrong(path, options))).toEqual(problems);
  });

  it('are one step', async () => {
    expect(await stepsOf(() => void file('/a//./b', { content: 'c', mode: '0040', owner: ':w' }))).toEqual([
      {
        kind: 'file',
        what: '/a/b',
        path: '/a/b',
        content: 'c',
        mode: '40',
        owner: ':w',
        lifetime: 'disk',
      },
    ]);
  });

  it.each([
    ['two contents', { content: 'a' }, { content: 'b' }, /\/x to be of content/],
    ['there and not there', { content: 'a' }, { state: 'absent' }, /\/x to be absent/],
    [
      'two modes',
      { content: 'a', mode: '0644' },
      { content: 'a', mode: '600' },
      /mode of file:\/x to be '600'/,
    ],
    ['two secrets', { content: secret('a') }, { content: secret('b') }, /\/x to be of content #/],
  ] as const)('clash: %s', async (_name, one, other, message) => {
    const problems = await problemsOf(() => {
      file('/x', one);
      file('//./x', other);
    });
    expect(problems).toEqual([expect.stringMatching(message)]);
  });

  it('agree: the same content, and sides that only one declares', async () => {
    const problems = await problemsOf(() => {
      file('/x', { content: secret('a'), mode: '0600' });
      file('/x', { content: secret('a'), mode: '600', owner: 'root' });
      file('/x', { content: 'a', owner: ':root' });
    });
    expect(problems).toEqual([]);
  });
});

describe.each(shellNames)('in %s', (shell) => {
  let dir = '';
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'tsplay-file-'));
  });
  afterEach(() => rmSync(dir, { recursive: true }));
  const at = (name: string): string => join(dir, name);
  const home = (): string => at('state');
  const play = async (body: () => void, mode: 'check' | 'apply' = 'apply', run = 'test'): Promise<ShellRun> =>
    runIn(shell, await programOf(body), { home: home(), mode, run });
  const undo = (run = 'test'): void => {
    const [program, ...args] = shells[shell as Shell];
    execFileSync(program, [...args, join(home(), 'runs', run, 'undo.sh')]);
  };
  const mode = (name: string): string => (statSync(at(name)).mode & 0o7777).toString(8);
  const messages = (run: ShellRun): readonly (string | undefined)[] =>
    [...run.outcomes.values()].map(({ error }) => error?.message.replace(/^\S+ /, ''));

  it('writes any bytes, with the modes declared, and keeps those that are not', async () => {
    writeFileSync(at('kept'), 'old');
    chmodSync(at('kept'), 0o604);
    const name = 'ü $(id) `x` *'.padEnd(250, 'n');
    const contents: Readonly<Record<string, string>> = {
      empty: '',
      open: 'no newline',
      quotes: `'"$(id)\`id\`\\0\\n%s\n\n`,
      nul: 'a\0b\\0c',
      long: 'ä€😀\n'.repeat(30_000),
      kept: 'new',
      [name]: 'x',
    };
    const body = (): void => {
      for (const [one, content] of Object.entries(contents)) file(at(one), { content });
      for (const one of ['0000', '0044', '4755', '600']) file(at(`m${one}`), { content: '', mode: one });
    };
    const count = Object.keys(contents).length + 4;
    expect((await play(body, 'check')).statuses).toEqual(Array.from({ length: count }, () => 'changed'));
    expect(readdirSync(dir)).toEqual(['kept']);
    expect((await play(body)).statuses).toEqual(Array.from({ length: count }, () => 'changed'));
    for (const [one, content] of Object.entries(contents)) {
      expect(readFileSync(at(one), 'utf8')).toBe(content);
    }
    expect([mode('open'), mode('kept')]).toEqual(['644', '604']);
    expect(['m0000', 'm0044', 'm4755', 'm600'].map(mode)).toEqual(['0', '44', '4755', '600']);
    expect(readdirSync(dir)).toHaveLength(count + 1);
    expect((await play(body, 'apply', 'again')).statuses).toEqual(Array.from({ length: count }, () => 'ok'));
    undo();
    expect(readdirSync(dir).toSorted()).toEqual(['kept', 'state']);
    expect([readFileSync(at('kept'), 'utf8'), mode('kept')]).toEqual(['old', '604']);
  });

  it('follows links of files and folders', async () => {
    mkdirSync(at('real'));
    writeFileSync(at('real/there'), 'old');
    symlinkSync('real', at('folder'));
    symlinkSync('there', at('real/link'));
    symlinkSync(at('real/made'), at('dangling'));
    const body = (): void => {
      file(at('folder/link'), { content: 'new' });
      file(at('dangling'), { content: 'made' });
    };
    expect((await play(body)).statuses).toEqual(['changed', 'changed']);
    expect(readFileSync(at('real/there'), 'utf8')).toBe('new');
    expect(readFileSync(at('real/made'), 'utf8')).toBe('made');
    expect([readlinkSync(at('real/link')), readlinkSync(at('folder'))]).toEqual(['there', 'real']);
    undo();
    expect(readFileSync(at('real/there'), 'utf8')).toBe('old');
    expect(existsSync(at('real/made'))).toBe(false);
    expect(lstatSync(at('dangling')).isSymbolicLink()).toBe(true);
  });

  it('refuses what is no file to write, in a check as well', async () => {
    mkdirSync(at('folder'));
    execFileSync('sh', ['-c', `mkfifo ${at('fifo')}`]);
    symlinkSync('loop', at('loop'));
    symlinkSync('/proc/sys/kernel', at('kernel'));
    const wrong: Readonly<Record<string, readonly [string, object]>> = {
      [`${at('folder')} is a folder`]: [at('folder'), {}],
      [`${at('fifo')} is not a regular file`]: [at('fifo'), {}],
      [`${at('loop')} is a symbolic link that leads nowhere`]: [at('loop'), {}],
      [`${at('kernel/hostname')} is in a file system of the kernel; use sysctl`]: [at('kernel/hostname'), {}],
      [`there is no folder ${at('none/deep')}`]: [at('none/deep/x'), {}],
      [`${at('x')} cannot be given to nosuch: there is no user nosuch on this host`]: [
        at('x'),
        { owner: 'nosuch' },
      ],
      [`${at('x')} cannot be given to 0:nosuch: there is no group nosuch on this host`]: [
        at('x'),
        { owner: '0:nosuch' },
      ],
    };
    for (const mode of ['check', 'apply'] as const) {
      for (const [message, [path, options]] of Object.entries(wrong)) {
        const run = await play(() => void file(path, { content: 'x', ...options }), mode);
        expect([run.statuses, messages(run)]).toEqual([['failed'], [message]]);
      }
    }
    expect(existsSync(at('x'))).toBe(false);
  });

  it('does not know in a check what an earlier task would bring', async () => {
    const body = (): void => {
      command('make', { run: ['mkdir', '-p', at('made/deep')], creates: at('made/deep') });
      file(at('made/deep/x'), { content: 'x' });
      file(at('y'), { content: 'y', owner: 'nosuch' });
    };
    const check = await play(body, 'check');
    expect(check.statuses).toEqual(['changed', 'unknown', 'unknown']);
    expect(check.events.flatMap((event) => (event.type === 'task' ? [event.reason] : []))).toEqual([
      undefined,
      `there is no folder ${at('made/deep')}, unless an earlier task would make it`,
      'there is no user nosuch on this host, unless an earlier task would make it',
    ]);
    expect((await play(body)).statuses).toEqual(['changed', 'changed', 'failed']);
  });

  it('shows mode and owner where they differ, and nothing of a secret', async () => {
    writeFileSync(at('a'), 'same\n');
    writeFileSync(at('key'), 'old secret');
    const body = (): void => {
      file(at('a'), { content: 'same\n', mode: '0600' });
      file(at('key'), { content: secret('new secret'), mode: '0600' });
    };
    for (const when of ['check', 'apply'] as const) {
      const run = await play(body, when);
      expect(run.statuses).toEqual(['changed', 'changed']);
      const [first, second] = run.events.filter((event) => event.type === 'step');
      expect(first).toMatchObject({ before: 'mode 644\n', after: 'mode 600\n' });
      expect(second).not.toHaveProperty('before');
      expect(second).not.toHaveProperty('after');
      expect(JSON.stringify(run.events)).not.toMatch(/(old|new) secret/);
    }
    expect(readFileSync(at('key'), 'utf8')).toBe('new secret');
    // Of what was sent nothing stands on the host but where it belongs.
    const found = execFileSync('sh', ['-c', `grep -rl 'new secret' ${dir}`], { encoding: 'utf8' });
    expect(found.trim()).toBe(at('key'));
    undo();
    expect(readFileSync(at('key'), 'utf8')).toBe('old secret');
  });

  it('changes mode and owner alone in place, for all names of the file and all who have it open', async () => {
    writeFileSync(at('a'), 'same');
    chmodSync(at('a'), 0o644);
    linkSync(at('a'), at('other'));
    const { ino } = statSync(at('a'));
    const body = (): void => void file(at('a'), { content: 'same', mode: '4750', owner: ':daemon' });
    for (const when of ['check', 'apply'] as const) {
      const run = await play(body, when);
      const [step] = run.events.filter((event) => event.type === 'step');
      expect(step).toMatchObject({ before: expect.stringMatching(/^mode 644\nowner \S+\n$/) });
    }
    expect([statSync(at('a')).ino, statSync(at('other')).ino, mode('other')]).toEqual([ino, ino, '4750']);
    expect((await play(body, 'apply', 'again')).statuses).toEqual(['ok']);
    undo();
    expect([statSync(at('a')).ino, statSync(at('a')).gid, mode('other')]).toEqual([
      ino,
      process.getgid?.(),
      '644',
    ]);
    undo();
    expect(mode('other')).toBe('644');
  });

  it('keeps the content of a file that is there, if it is told to, and needs one where no content is given', async () => {
    writeFileSync(at('log'), 'much\n');
    writeFileSync(at('copied'), 'theirs\n');
    writeFileSync(at('source'), 'ours\n');
    const body = (): void => {
      for (const one of ['log', 'new']) file(at(one), { content: '# 1\n', overwrite: false, mode: '0600' });
      copy(at('copied'), { source: at('source'), overwrite: false, mode: '0640' });
      template(at('made'), { source: at('source'), overwrite: false });
      line(at('new'), { line: 'a' });
      line(at('edited'), { line: 'a', create: true, mode: '0640' });
      file(at('edited'), { mode: '0640' });
      file(at('edited'), { owner: `${process.getuid?.()}:daemon` });
    };
    const statuses = ['changed', 'changed', 'changed', 'changed', 'changed', 'changed', 'ok', 'changed'];
    expect((await play(body, 'check')).statuses).toEqual(statuses);
    expect((await play(body)).statuses).toEqual(statuses);
    const text = (name: string): string => readFileSync(at(name), 'utf8');
    expect(['log', 'new', 'copied', 'made', 'edited'].map(text)).toEqual([
      'much\n',
      '# 1\na\n',
      'theirs\n',
      'ours\n',
      'a\n',
    ]);
    expect(['log', 'new', 'copied', 'edited'].map(mode)).toEqual(['600', '600', '640', '640']);
    writeFileSync(at('made'), 'theirs\n');
    chmodSync(at('log'), 0o644);
    const again = ['changed', 'ok', 'ok', 'ok', 'ok', 'ok', 'ok', 'ok'];
    expect((await play(body, 'check', 'again')).statuses).toEqual(again);
    expect((await play(body, 'apply', 'again')).statuses).toEqual(again);
    undo('again');
    undo();
    expect(['log', 'copied'].map(text)).toEqual(['much\n', 'theirs\n']);
    expect(['new', 'edited'].map((one) => existsSync(at(one)))).toEqual([false, false]);
    const none = await play(() => void file(at('none'), { mode: '0600' }), 'check');
    expect(messages(none)).toEqual([`there is no file ${at('none')}; with content it would be made`]);
  });

  it('is not led astray by a link that somebody has laid where it will write first', async () => {
    writeFileSync(at('victim'), 'mine');
    symlinkSync('victim', at('.a.tsplay~'));
    expect((await play(() => void file(at('a'), { content: 'x' }))).statuses).toEqual(['changed']);
    expect(readFileSync(at('victim'), 'utf8')).toBe('mine');
    expect(readdirSync(dir).toSorted()).toEqual(['a', 'state', 'victim']);
  });

  it('absent removes files and links, of these not what they lead to, and an undo brings all back', async () => {
    writeFileSync(at('one'), 'first\n');
    writeFileSync(at('two'), 'second\0');
    chmodSync(at('two'), 0o4711);
    symlinkSync('one', at('link'));
    symlinkSync('nowhere', at('dangling'));
    const names = ['one', 'two', 'link', 'dangling', 'none', 'no/folder'];
    const body = (): void => names.forEach((name) => void file(at(name), { state: 'absent' }));
    const statuses = ['changed', 'changed', 'changed', 'changed', 'ok', 'ok'];
    expect((await play(body, 'check')).statuses).toEqual(statuses);
    expect(existsSync(home())).toBe(false);
    expect((await play(body)).statuses).toEqual(statuses);
    expect(readdirSync(dir)).toEqual(['state']);
    undo();
    expect(readFileSync(at('one'), 'utf8')).toBe('first\n');
    expect([readFileSync(at('two'), 'utf8'), mode('two')]).toEqual(['second\0', '4711']);
    expect([readlinkSync(at('link')), readlinkSync(at('dangling'))]).toEqual(['one', 'nowhere']);
    undo();
    expect(readdirSync(dir).toSorted()).toEqual(['dangling', 'link', 'one', 'state', 'two']);
    mkdirSync(at('folder'));
    const refused = await play(() => void file(at('folder'), { state: 'absent' }), 'check');
    expect(messages(refused)).toEqual([`${at('folder')} is a folder`]);
  });
});

it('writes a secret nowhere where others could read it, not even for a moment', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'tsplay-file-'));
  const path = process.env['PATH'];
  try {
    mkdirSync(join(dir, 'bin'));
    const dd = execFileSync('sh', ['-c', 'command -v dd'], { encoding: 'utf8' }).trim();
    // Called when the content has just been written; busybox has a dd of its own.
    writeFileSync(
      join(dir, 'bin/dd'),
      `#!/bin/sh\nstat -c '%a %s' "\${2#of=}" >>${dir}/seen\nstat -c '%a %s' ${dir}/.*~* >>${dir}/seen\nexec ${dd} "$@"\n`,
      { mode: 0o755 },
    );
    process.env['PATH'] = `${dir}/bin:${path}`;
    writeFileSync(join(dir, 'there'), 'old');
    const body = (): void => {
      file(join(dir, 'new'), { content: secret('s'), mode: '0640' });
      file(join(dir, 'there'), { content: secret('s'), mode: '0600' });
    };
    const run = await runIn('dash', await programOf(body), { home: join(dir, 'state') });
    expect(run.statuses).toEqual(['changed', 'changed']);
    expect(readFileSync(join(dir, 'seen'), 'utf8')).toBe('640 1\n640 1\n600 1\n600 1\n');
  } finally {
    process.env['PATH'] = path;
    rmSync(dir, { recursive: true });
  }
});
