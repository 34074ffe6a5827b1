import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { file } from '../../../modules/index.ts';
import { problemsOf, programOf, stepsOf } from '../../support/modules.ts';
import { runIn, shellNames, shells, type Shell, type ShellRun } from '../../support/shells.ts';

describe('options', () => {
  const called = (path: unknown, options: object) => (): void =>
    void (file as (path: unknown, options: object) => unknown)(path, options);
  it.each([
    ['two groups', { owner: 'a:b', group: 'c' }, [/^owner names a group already/]],
    ['a group that is none', { group: '-x' }, [/^group must be a name or a number/]],
    ['a list of groups', { group: ['x'] }, [/^group must be/]],
    ['no path to validate', { validate: ['visudo', '-cf'] }, [/^validate has no '%s'/]],
    ['shell text', { validate: 'visudo -cf %s' }, [/^validate must be a list/]],
    ['nothing to validate with', { validate: [] }, [/^validate must not be empty/]],
    ['an option for a program', { validate: ['-c', '%s'] }, [/^validate must begin with the name of a pro/]],
    ['the file as its own judge', { validate: ['%s'] }, [/^validate must begin with the name of a program/]],
    ['a backup of some kind', { backup: 'yes' }, [/^backup must be true or false/]],
  ])('%s', async (_name, options, expected) => {
    expect(await problemsOf(called('/x', { content: '', ...options }))).toEqual(
      expected.map((one) => expect.stringMatching(one)),
    );
  });

  it('a name that has no place for more, and all that absence has no use for', async () => {
    expect(await problemsOf(called(`/${'x'.repeat(255)}`, { content: '', backup: true }))).toEqual([
      expect.stringContaining('no place for the ~'),
    ]);
    expect(
      await problemsOf(called('/x', { state: 'absent', group: 'a', backup: true, validate: ['true', '%s'] })),
    ).toEqual(['group', 'backup', 'validate'].map((key) => `${key} makes no sense with state: 'absent'`));
  });

  it('group is the group of owner, and the backup is claimed', async () => {
    const [step] = await stepsOf(() => void file('/x', { content: '', owner: 'app', group: 'adm' }));
    expect(step).toMatchObject({ owner: 'app:adm' });
    expect(await stepsOf(() => void file('/x', { content: '', group: 'adm' }))).toMatchObject([
      { owner: ':adm' },
    ]);
    const clash = (): void => {
      file('/x', { content: 'a', backup: true });
      file('/x~', { content: 'b' });
    };
    expect(await problemsOf(clash)).toEqual([expect.stringContaining('before the last change of /x')]);
  });
});

describe.each(shellNames)('in %s', (shell) => {
  let dir = '';
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'tsplay-whole-'));
  });
  afterEach(() => rmSync(dir, { recursive: true }));
  const at = (name: string): string => join(dir, name);
  const text = (name: string): string => readFileSync(at(name), 'utf8');
  const play = async (body: () => void, run = 'test', mode: 'check' | 'apply' = 'apply'): Promise<ShellRun> =>
    runIn(shell, await programOf(body), { home: at('state'), mode, run });
  const undo = (run: string): void => {
    const [program, ...args] = shells[shell as Shell];
    execFileSync(program, [...args, join(at('state'), 'runs', run, 'undo.sh')]);
  };
  const failure = (run: ShellRun): unknown => [...run.outcomes.values()][0]?.error;

  it('a file that is refused never goes live, and what the judge said is told', async () => {
    const name = "it's $(a) *";
    writeFileSync(at(name), 'old\n', { mode: 0o600 });
    const body = (content: string) => (): void =>
      void file(at(name), {
        content,
        mode: '0640',
        backup: true,
        validate: [
          'sh',
          '-c',
          'stat -c %a -- "$2"; grep "$1" -- "$2" || { echo no good; exit 7; }',
          "s'h",
          'good',
          '%s',
        ],
      });
    const refused = await play(body('bad\n'), 'refused');
    expect(refused.statuses).toEqual(['failed']);
    expect(failure(refused)).toMatchObject({
      message: expect.stringContaining(`the new ${at(name)} did not go live`),
    });
    expect(refused.stderr).toContain('640\nno good\n');
    expect([text(name), (statSync(at(name)).mode & 0o777).toString(8)]).toEqual(['old\n', '600']);
    expect(readdirSync(dir).filter((one) => one.includes('.tsplay'))).toEqual([]);
    expect((await play(body('good\n'), 'taken')).statuses).toEqual(['changed']);
    expect(text(name)).toBe('good\n');
    expect((await play(body('good\n'), 'again')).statuses).toEqual(['ok']);
    // A check finds a change that a run then does not make: it has no file to show.
    expect((await play(body('worse\n'), 'check', 'check')).statuses).toEqual(['changed']);
    const absent = await play(
      () => void file(at('new'), { content: 'x', validate: ['nosuchprogram', '-c%s=%s'] }),
      'absent',
    );
    expect([absent.statuses, absent.stderr]).toEqual([['failed'], expect.stringContaining('nosuchprogram')]);
    expect(readdirSync(dir)).not.toContain('new');
  });

  it('keeps the version before the last change of content, and an undo brings back both', async () => {
    const body =
      (content: string, mode = '0644') =>
      (): void =>
        void file(at('a'), { content, mode, backup: true });
    expect((await play(body('1'), 'one')).statuses).toEqual(['changed']);
    expect(readdirSync(dir).toSorted()).toEqual(['a', 'state']);
    await play(body('2'), 'two');
    expect([text('a'), text('a~')]).toEqual(['2', '1']);
    expect((await play(body('2'), 'same')).statuses).toEqual(['ok']);
    expect((await play(body('2', '0600'), 'mode')).statuses).toEqual(['changed']);
    expect([text('a'), text('a~')]).toEqual(['2', '1']);
    await play(body('3'), 'three');
    expect([text('a'), text('a~')]).toEqual(['3', '2']);
    undo('three');
    expect([text('a'), text('a~')]).toEqual(['2', '1']);
    undo('mode');
    undo('two');
    expect([text('a'), readdirSync(dir).toSorted()]).toEqual(['1', ['a', 'state']]);
  });

  it('says in a check, too, that there is no place for a backup', async () => {
    writeFileSync(at('a'), 'old');
    mkdirSync(at('a~'));
    for (const mode of ['check', 'apply'] as const) {
      const run = await play(() => void file(at('a'), { content: 'new', backup: true }), mode, mode);
      expect(failure(run)).toMatchObject({ message: expect.stringContaining('cannot be kept as') });
    }
    expect(text('a')).toBe('old');
  });
});
