import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { block, command, file, ini, line, replace } from '../../../modules/index.ts';
import { edit, secret, sh } from '../../../src/steps/index.ts';
import { problemsOf, programOf } from '../../support/modules.ts';
import { program, runIn, shellNames, type ShellRun } from '../../support/shells.ts';

let dir = '';
const at = (name: string): string => join(dir, name);
const text = (name: string): string => readFileSync(at(name), 'utf8');
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tsplay-edits-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

const messages = ({ events }: ShellRun): readonly string[] =>
  events.flatMap((event) =>
    event.type === 'task' && event.error !== undefined
      ? [`${event.error.message} ${event.error.stderr ?? ''}`.trim()]
      : [],
  );

describe.each(shellNames)('in %s', (shell) => {
  const play = async (body: () => void, mode: 'check' | 'apply' = 'apply', diff = true): Promise<ShellRun> =>
    runIn(shell, await programOf(body), { home: at('state'), mode, diff });

  /** A check foretells what a run then does, task by task, and both say the same of the texts. */
  const asForetold = async (body: () => void): Promise<readonly string[]> => {
    const texts = ({ events }: ShellRun): readonly unknown[] =>
      events.flatMap((event) => (event.type === 'step' ? [[event.status, event.before, event.after]] : []));
    const check = await play(body, 'check');
    const run = await play(body);
    expect(messages(run)).toEqual([]);
    expect(run.statuses).toEqual(check.statuses);
    expect(texts(run)).toEqual(texts(check));
    expect((await play(body)).statuses.filter((status) => status !== 'ok')).toEqual([]);
    return check.statuses;
  };

  it('edits of one file are foretold one upon the other, by whatever name it has', async () => {
    writeFileSync(at('conf'), 'a=1\n');
    symlinkSync('conf', at('link'));
    const body = (): void => {
      line(at('conf'), { line: 'b=1' });
      line(at('link'), { line: 'c=1', insertAfter: '^b=' });
      replace(at('conf'), { match: 'a=1', with: 'a=2', before: 'b' });
      line(at('link'), { line: 'a=2' });
      ini(at('conf'), { key: 'c', value: '1' });
      block(at('conf'), { content: 'x', insertAfter: '^c=' });
    };
    expect(await asForetold(body)).toEqual(['changed', 'changed', 'changed', 'ok', 'ok', 'changed']);
    expect(text('conf')).toBe('a=2\nb=1\nc=1\n# BEGIN tsplay: block\nx\n# END tsplay: block\n');
  });

  it('a file that one makes is there for the next, and one that goes is not', async () => {
    writeFileSync(at('old'), 'a\n');
    const body = (): void => {
      line(at('new'), { line: 'a', create: true, mode: '0600' });
      line(at('new'), { line: 'b' });
      line(at('none'), { line: 'b', state: 'absent' });
      line(at('no/folder'), { line: 'b', state: 'absent' });
    };
    expect(await asForetold(body)).toEqual(['changed', 'changed', 'ok', 'ok']);
    expect(text('new')).toBe('a\nb\n');
    expect(execFileSync('stat', ['-c', '%a', at('new')], { encoding: 'utf8' })).toBe('600\n');
    execFileSync('sh', [at('state/runs/test/undo.sh')]);
    execFileSync('sh', ['-c', `test ! -e ${at('new')}`]);
  });

  it('steps of other kinds that write files are foretold, too', async () => {
    writeFileSync(at('x'), 'old\n');
    const tasks = program(
      { steps: [edit(at('x'), { filter: sh`sed s/old/new/` })] },
      { steps: [edit(at('x'), { filter: sh`sed s/new/newer/ | sed s/newerer/newer/` })] },
    );
    const check = await runIn(shell, tasks, { home: at('state'), mode: 'check' });
    expect(check.statuses).toEqual(['changed', 'changed']);
    expect(check.events.filter((event) => event.type === 'step')[1]).toMatchObject({ after: 'newer\n' });
    const same = (): void => {
      file(at('y'), { content: 'y\n', mode: '0600' });
      file(at('y'), { content: 'y\n', mode: '0600' });
      file(at('z'), { content: 'z\n' });
    };
    expect(await asForetold(same)).toEqual(['changed', 'ok', 'changed']);
  });

  it('what cannot be edited fails before anything is changed, in a check, too', async () => {
    const files: Readonly<Record<string, string>> = {
      zeros: 'a\0b\n',
      one: 'a\u0001b\n',
      open: '# BEGIN tsplay: block\nx\n',
      closed: '# END tsplay: block\nx\n',
      again: 'a\n',
      path: 'dir = C:\\\nb = 1\n',
    };
    for (const [name, content] of Object.entries(files)) writeFileSync(at(name), content);
    mkdirSync(at('folder'));
    const wrong: readonly (readonly [() => unknown, RegExp])[] = [
      [() => line(at('zeros'), { line: 'b' }), /zeros is not text/],
      [() => line(at('one'), { line: 'b' }), /one is not text/],
      [() => block(at('open'), { content: 'b' }), /the block begins in line 1, but it has no end/],
      [() => block(at('closed'), { state: 'absent' }), /the block ends in line 1, but it does not begin/],
      [() => replace(at('again'), { match: 'a', with: 'aa' }), /would be edited again by every run/],
      [() => ini(at('path'), { key: 'dir', value: 'D' }), /the value in line 1 ends in a backslash/],
      [() => line(at('none'), { line: 'b' }), /none does not exist, so it cannot be edited/],
      [() => line(at('no/folder'), { line: 'b' }), /there is no folder/],
      [() => line(at('folder'), { line: 'b' }), /folder is a folder/],
    ];
    for (const [body, message] of wrong) {
      for (const mode of ['check', 'apply'] as const) {
        const run = await play(() => void body(), mode);
        expect(run.statuses).toEqual(['failed']);
        expect(`${messages(run).join(' ')} ${run.stderr}`).toMatch(message);
      }
    }
    for (const [name, content] of Object.entries(files)) expect(text(name)).toBe(content);
    const later = (): void => {
      command('make it', { run: sh`touch ${at('none')}` });
      line(at('none'), { line: 'b' });
    };
    expect((await play(later, 'check')).statuses).toEqual(['changed', 'unknown']);
  });

  it('a file is kept beside, and does not go live where its validation refuses it', async () => {
    writeFileSync(at('conf'), 'a\n');
    const body = (word: string) => (): void =>
      void line(at('conf'), { line: word, backup: true, validate: ['grep', '-q', 'good', '%s'] });
    const refused = await play(body('bad'));
    expect(messages(refused)).toEqual([expect.stringMatching(/did not go live/)]);
    expect(text('conf')).toBe('a\n');
    expect((await play(body('good'))).statuses).toEqual(['changed']);
    expect([text('conf'), text('conf~')]).toEqual(['a\ngood\n', 'a\n']);
    expect((await play(body('good'))).statuses).toEqual(['ok']);
  });

  it('secrets are shown nowhere', async () => {
    writeFileSync(at('conf'), 'user=app\npassword=old secret\n');
    const body = (): void => {
      ini(at('conf'), { key: 'password', value: secret('new secret') });
      line(at('conf'), { line: secret('token new secret 2') });
      block(at('conf'), { content: secret('key new secret 3\n') });
    };
    for (const mode of ['check', 'apply', 'apply'] as const) {
      const run = await play(body, mode);
      expect(JSON.stringify(run.events)).not.toMatch(/(old|new) secret/);
    }
    expect(text('conf')).toBe(
      'user=app\npassword=new secret\ntoken new secret 2\n' +
        '# BEGIN tsplay: block\nkey new secret 3\n# END tsplay: block\n',
    );
    expect(execFileSync('sh', ['-c', `grep -rl 'new secret' ${dir}`], { encoding: 'utf8' })).not.toMatch(
      /\.sh$/m,
    );
  });

  it('what is in sync costs no process of its own', async () => {
    const processes = async (count: number): Promise<number> => {
      const body = (): void => {
        for (let n = 0; n < count; n++) {
          line(at('conf'), { match: `^k${n}=`, line: `k${n}=1` });
          ini(at('ini'), { section: 's', key: `k${n}`, value: n });
          block(at('conf'), { marker: `b${n}`, content: 'x' });
        }
      };
      writeFileSync(at('conf'), '');
      writeFileSync(at('ini'), '');
      await play(body, 'apply', false);
      const log = at('log');
      const under = ['strace', '-f', '-qq', '-e', 'trace=clone,clone3,fork,vfork', '-o', log];
      const run = await runIn(shell, await programOf(body), { home: at('state'), diff: false, under });
      expect(new Set(run.statuses)).toEqual(new Set(['ok']));
      return readFileSync(log, 'utf8')
        .split('\n')
        .filter((one) => /(clone3?|v?fork)\(/.test(one)).length;
    };
    const few = await processes(1);
    expect(await processes(8)).toBe(few);
    expect(few).toBeLessThan(10);
  });
});

it('a file that is written whole is edited by nobody else, and nobody wants two things of one line', async () => {
  const body = (): void => {
    file('/etc/a', { content: 'x' });
    line('/etc//a', { line: 'y' });
    ini('/etc/b', { section: 's', key: 'k', value: 1 });
    ini('/etc/b', { section: 's', key: 'k', value: 2 });
    line('/etc/b', { match: '^x', line: 'x1' });
    line('/etc/b', { match: '^x', line: 'x2' });
    line('/etc/b', { match: '^x', line: 'x1' });
  };
  expect(await problemsOf(body)).toEqual([
    expect.stringContaining('file:/etc/a'),
    expect.stringContaining('[s] k of file:/etc/b'),
    expect.stringContaining('line /^x/ of file:/etc/b'),
  ]);
});
