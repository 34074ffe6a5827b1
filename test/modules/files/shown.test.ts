import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { block, copy, file, ini, line, replace, template } from '../../../modules/index.ts';
import { Forks } from '../../support/forks.ts';
import { problemsOf, programOf } from '../../support/modules.ts';
import { runIn, shellNames, shells, type ShellRun } from '../../support/shells.ts';

/** A secret that stands on the host, and that nobody here knows of. */
const hidden = 'hunter2';
const old = `[db]\npassword=${hidden}\nport=1\n`;
const names = ['file', 'template', 'copy', 'line', 'block', 'replace', 'ini'] as const;

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tsplay-shown-'));
  writeFileSync(join(dir, 'source'), '[db]\nport=2\n');
});
afterEach(() => rmSync(dir, { recursive: true }));
const at = (name: string): string => join(dir, name);

/** Every module that writes text, each on a file that has the secret. */
function edits(o: { readonly diff?: boolean }): void {
  file(at('file'), { content: '[db]\nport=2\n', ...o });
  template(at('template'), { source: 'source', ...o });
  copy(at('copy'), { source: 'source', ...o });
  line(at('line'), { match: '^port=', line: 'port=2', ...o });
  block(at('block'), { content: 'port=2', ...o });
  replace(at('replace'), { match: 'port=1', with: 'port=2', ...o });
  ini(at('ini'), { section: 'db', key: 'port', value: 2, ...o });
}

it('diff is true or false', async () => {
  const call = file as (path: string, options: object) => unknown;
  expect(await problemsOf(() => void call('/x', { content: '', diff: 'no' }))).toEqual([
    expect.stringMatching(/^diff must be true or false/),
  ]);
});

describe.each(shellNames)('what is shown in %s', (shell) => {
  let runs = 0;
  const play = async (body: () => void, mode: 'check' | 'apply', under: readonly string[] = []) => {
    const program = await programOf(body, at('site.ts'));
    runs += 1;
    return runIn(shell, program, { home: at('state'), cwd: '/', mode, under, run: `run${runs}`, diff: true });
  };
  const undo = (): void => {
    const [command, ...words] = shells[shell];
    execFileSync(command, [...words, at(`state/runs/run${runs}/undo.sh`)]);
  };
  const told = ({ events, stderr }: ShellRun): string => JSON.stringify(events) + stderr;
  const texts = ({ events }: ShellRun): readonly unknown[] =>
    events.flatMap((event) => (event.type === 'step' ? [[event.before, event.after]] : []));
  const ground = (mode: number): void => {
    for (const name of names) {
      writeFileSync(at(name), old);
      chmodSync(at(name), mode);
    }
  };

  it('is all of a file that others can read, and counts of one that they cannot', async () => {
    ground(0o640);
    expect(told(await play(() => edits({}), 'check'))).toContain(hidden);
    ground(0o600);
    const check = await play(() => edits({}), 'check');
    const run = await play(() => edits({}), 'apply');
    for (const one of [check, run]) {
      expect(one.statuses).toEqual(names.map(() => 'changed'));
      expect(told(one)).not.toContain(hidden);
    }
    expect(texts(run)).toEqual(texts(check));
    const [first, , , fourth] = texts(check);
    const note = 'not shown: only the owner of the file can read it (diff: true shows it)';
    expect(first).toEqual([`lines: 3, gone: 2\n${note}`, `lines: 2, new: 1\n${note}`]);
    expect(fourth).toEqual([`lines: 3, gone: 1\n${note}`, `lines: 3, new: 1\n${note}`]);
    undo();
    for (const name of names) {
      expect(readFileSync(at(name), 'utf8')).toBe(old);
      expect(statSync(at(name)).mode & 0o777).toBe(0o600);
    }
    expect(told(await play(() => edits({ diff: true }), 'apply'))).toContain(hidden);
  });

  it('is nothing at all with diff: false, what the judge of a file says included', async () => {
    ground(0o644);
    for (const mode of ['check', 'apply'] as const) {
      const run = await play(() => edits({ diff: false }), mode);
      expect(run.statuses).toEqual(names.map(() => 'changed'));
      expect(texts(run)).toEqual(names.map(() => [undefined, undefined]));
      expect(told(run)).not.toContain(hidden);
    }
    undo();
    expect(readFileSync(at('line'), 'utf8')).toBe(old);
    const validate = ['sh', '-c', 'cat "$1"; exit 1', 'sh', '%s'] as const;
    const judged = await play(
      () => void line(at('line'), { match: '^port', line: 'port=3', validate, diff: false }),
      'apply',
    );
    expect(judged.statuses).toEqual(['failed']);
    expect(told(judged)).not.toContain(hidden);
    expect(told(judged)).toContain('is not shown, as diff: false wants it');
  });

  it('is nothing of what becomes private, is made private, or was foretold so', async () => {
    ground(0o644);
    const body = (): void => {
      file(at('file'), { content: `${old}#\n`, mode: '0600' });
      file(at('new'), { content: old, mode: '0400' });
      line(at('made'), { line: `password=${hidden}`, create: true, mode: '0600' });
      line(at('made'), { line: 'port=2' });
    };
    const check = await play(body, 'check');
    const run = await play(body, 'apply');
    expect(texts(check)).toEqual(texts(run));
    expect(texts(run).slice(0, 2)).toEqual([
      [
        expect.stringMatching(/^mode 644\nlines: 3, gone: 0\n/),
        expect.stringMatching(/^mode 600\nlines: 4, new: 1\n/),
      ],
      [undefined, expect.stringMatching(/^lines: 3, new: 3\n/)],
    ]);
    for (const one of [check, run])
      expect(JSON.stringify(one.events.filter(({ type }) => type === 'step'))).not.toContain(hidden);
  });

  it('costs six processes for each file whose content changes, ten where its owner does, too', async () => {
    const forks = new Forks();
    try {
      const counted = async (count: number, o: object): Promise<number> => {
        rmSync(at('state'), { recursive: true, force: true });
        for (let n = 0; n < count; n += 1) {
          rmSync(at(`f${n}`), { force: true });
          writeFileSync(at(`f${n}`), 'old');
        }
        const body = (): void => {
          for (let n = 0; n < count; n += 1) file(at(`f${n}`), { content: 'new', ...o });
        };
        const program = await programOf(body);
        const run = await runIn(shell, program, {
          home: at('state'),
          cwd: '/',
          under: forks.under,
          diff: false,
        });
        expect(run.statuses).toEqual(Array.from({ length: count }, () => 'changed'));
        return forks.count();
      };
      // Busybox forks for an applet that it runs in place of a program, too.
      const more = shell === 'ash' ? 1 : 0;
      expect(((await counted(5, {})) - (await counted(1, {}))) / 4).toBeLessThanOrEqual(6 + more);
      const owned = { owner: 'daemon:adm', mode: '0640' };
      expect(((await counted(5, owned)) - (await counted(1, owned))) / 4).toBeLessThanOrEqual(10 + more);
    } finally {
      forks.close();
    }
  });
});
