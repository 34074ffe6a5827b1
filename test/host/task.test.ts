import { existsSync, readFileSync, statSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { sshProject, type SshProject } from '../support/ssh-project.ts';

let project: SshProject;
let path = '';
beforeAll(async () => {
  project = await sshProject(['web1']);
});
afterAll(() => project.close());
beforeEach(async () => {
  path = project.at(`file-${Math.random().toString(36).slice(2)}`);
  await Promise.resolve();
});

const task = (...words: readonly string[]) => project.tsplay('task', '-i', 'test', 'web1', ...words);

it('is a play with one call: check, run, nothing to do, undo', async () => {
  const call = ['file', path, 'content=hello', 'mode=0640'];
  const check = await task(...call, '--check', '--diff');
  expect(check.code).toBe(2);
  expect(check.stdout).toContain('+ hello');
  expect(existsSync(path)).toBe(false);
  expect((await task(...call)).code).toBe(0);
  expect(readFileSync(path, 'utf8')).toBe('hello');
  expect(statSync(path).mode & 0o777).toBe(0o640);
  const again = await task(...call);
  expect(again.code).toBe(0);
  expect(again.stdout).toContain('ok 1    changed 0');
  project.undo('web1');
  expect(existsSync(path)).toBe(false);
});

it('tells all that is wrong with the options before it connects', async () => {
  const { code, stdout, stderr } = await task('file', path, 'contnt=x', 'mode=9');
  expect({ code, stdout }).toEqual({ code: 64, stdout: '' });
  expect(stderr).toContain("there is no option 'contnt'; did you mean content?");
  expect(stderr).toContain('mode must be three or four octal digits');
});

it('says of what takes code that only a playbook can give it', async () => {
  const { code, stderr } = await task('command', 'x', 'run=ls -l', 'when=true');
  expect(code).toBe(64);
  const hint = 'Shell text, functions and conditions can be given in a playbook only';
  expect(stderr.split(hint)).toHaveLength(3);
});

it('suggests modules', async () => {
  const { code, stderr } = await task('fiel', path, 'content=x');
  expect(code).toBe(64);
  expect(stderr).toContain('tsplay/modules has no module fiel; did you mean file?');
});

it('calls a module of the project, after the compiler has seen it', async () => {
  project.write(
    'modules/mine.ts',
    `import { defineModule, file } from 'tsplay/steps';
export const note = defineModule<{ text: string }>('note', { steps: (name, o) => [file(name, { content: o.text })] });`,
  );
  expect((await task('note', path, 'text=mine', '--from', './modules/mine.ts')).code).toBe(0);
  expect(readFileSync(path, 'utf8')).toBe('mine');
  project.write('modules/mine.ts', `export const note: number = 'no';`);
  const { code, stderr } = await task('note', path, 'text=mine', '--from', './modules/mine.ts');
  expect(code).toBe(64);
  expect(stderr).toContain('TS2322');
});

it('takes options from a file, and finds sources relative to the working folder', async () => {
  project.write('page.hbs', 'from a source\n');
  project.write('options.yaml', 'source: page.hbs\nmode: "0600"\n');
  expect((await task('template', path, '@options.yaml')).code).toBe(0);
  expect(readFileSync(path, 'utf8')).toBe('from a source\n');
});
