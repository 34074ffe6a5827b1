import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import * as v from 'valibot';
import { beforeEach, describe, expect, it } from 'vitest';
import { eventSchema } from '../../src/report/event-schema.ts';
import { LocalProject, type Result } from '../support/local-project.ts';

let project: LocalProject;
beforeEach(() => {
  project = new LocalProject(
    `file(process.cwd() + '/app.conf', { content: 'port = 1\\n' });
     if (vars.slow) command('slow', { run: ['sh', '-c', 'echo begun; exec sleep ' + (vars.more ? 1 : 20)], reads: true });
     if (vars.more) command('more', { run: ['true'] });`,
  );
  return () => project.remove();
});

const tsplay = (...args: readonly string[]): Result => project.tsplay(...args);
const check = (...args: readonly string[]): Result => tsplay('check', 'site.ts', '-i', 'here', ...args);

/** Puts the project under Git. */
function commit(): string {
  project.write('.gitignore', 'node_modules\nstate\napp.conf\n');
  const git = (...args: readonly string[]): string =>
    project.run('git', '-c', 'user.name=a', '-c', 'user.email=a@b', ...args).stdout;
  git('init', '-q', '-b', 'main');
  git('add', '.');
  git('commit', '-qm', 'all');
  return git('rev-parse', 'HEAD').trim();
}

describe('what happened', () => {
  it('is shown again as it was shown then, with who ran it and from what', () => {
    const id = commit();
    const first = check('--diff');
    expect(first.status).toBe(2);
    const again = tsplay('show', '--diff');
    expect(again).toMatchObject({ status: 0, stderr: '' });
    const [by = '', ...others] = again.stdout.split('\n').slice(1);
    expect(by).toMatch(new RegExp(`^by .*@.*, commit ${id.slice(0, 12)} of main, tsplay \\d`));
    expect(others.join('\n')).toBe(first.stdout.split('\n').slice(1).join('\n'));
    project.write('new.ts', '');
    check();
    expect(tsplay('show').stdout).toContain(`commit ${id.slice(0, 12)} of main, with changes`);
  });

  it('is on record as the events that --output json gave', () => {
    const { stdout } = check('--output', 'json');
    expect(tsplay('show', 'last', '--output', 'json').stdout).toBe(stdout);
    const [run, ...others] = stdout
      .trimEnd()
      .split('\n')
      .map((line) => v.parse(eventSchema, JSON.parse(line)));
    expect(run).not.toHaveProperty('at');
    for (const event of others) expect(event.at).toBeTypeOf('number');
    expect(others.at(-1)?.type).toBe('summary');
    expect(others.filter(({ type }) => type === 'origin')).toHaveLength(1);
  });

  it('is listed, without Git too', () => {
    expect(tsplay('history')).toEqual({ status: 0, stdout: '', stderr: '' });
    check();
    tsplay('run', 'site.ts', '-i', 'here');
    tsplay('rollback', '-i', 'here');
    const lines = tsplay('history').stdout.trimEnd().split('\n');
    expect(
      lines.map((line) => line.replace(/^\d{8}T\d{9}Z-[0-9a-f]{8} +/, '').replace(/ +\S+@\S+$/, '')),
    ).toEqual([
      'check site.ts on here  1 host  drift on 1',
      'run site.ts on here    1 host  changed on 1',
      'rollback on here       1 host  undone on 1',
    ]);
    expect(tsplay('history', '-n', '1').stdout.split('  ')[0]).toBe(lines[2]?.split('  ')[0]);
    const [one] = JSON.parse(tsplay('history', '--json').stdout) as readonly unknown[];
    expect(one).toMatchObject({ run: { mode: 'check' }, summary: { hosts: { here: { changed: 1 } } } });
    expect(readFileSync(project.at('.tsplay/.gitignore'), 'utf8')).toBe('*\n');
  });

  it('carries the name that its journal has on the host', () => {
    tsplay('run', 'site.ts', '-i', 'here');
    const [record] = readdirSync(project.at('.tsplay/runs'));
    expect(readdirSync(project.at('state/runs'))).toEqual([record?.replace('.jsonl', '')]);
  });

  it('is not kept with --no-record, nor where nothing has run', () => {
    expect(check('--no-record').status).toBe(2);
    expect(tsplay('check', 'site.ts', '-i', 'none').status).toBe(64);
    expect(existsSync(project.at('.tsplay/runs'))).toBe(false);
    expect(tsplay('show')).toMatchObject({
      status: 64,
      stderr: expect.stringContaining('there is no record') as string,
    });
  });

  it('is on record as far as it went when the process is killed', async () => {
    const child = await project.start('begun', 'run', 'site.ts', '-i', 'here', '-v', '-e', 'slow:=true');
    child.kill('SIGKILL');
    await once(child, 'exit');
    const { status, stdout } = tsplay('show');
    expect(status).toBe(0);
    expect(stdout).toContain('warning: the record ends here: the run was cut off, or still goes on\n');
    expect(stdout).toContain(`here: changed file[${project.at('app.conf')}]\n`);
    expect(tsplay('history').stdout).toContain('cut off');
  });

  it('does not call a run unchanged that was ended before it came to something', async () => {
    project.write('app.conf', 'port = 1\n');
    const vars = ['-e', 'slow:=true', '-e', 'more:=true'];
    const child = await project.start('begun', 'run', 'site.ts', '-i', 'here', '-v', ...vars);
    child.kill('SIGINT');
    expect(await once(child, 'exit')).toEqual([130, null]);
    expect(tsplay('history').stdout).toContain('1 host  left on 1');
  });

  it('says what has drifted since another audit', () => {
    tsplay('run', 'site.ts', '-i', 'here');
    expect(check().status).toBe(0);
    project.write('app.conf', 'port = 2\n');
    expect(check('--diff').status).toBe(2);
    const { status, stdout } = tsplay('show', 'last', '--against', 'last~1', '--diff');
    expect(status).toBe(0);
    expect(stdout).toContain(`here: in sync -> drift file[${project.at('app.conf')}]\n`);
    expect(stdout).toMatch(/ -port = 2\n +\+port = 1\n\ntasks: 1 drifted since, 0 in sync again, 0 still/);
    const json = JSON.parse(tsplay('show', '--against', 'last~1', '-o', 'json').stdout) as unknown;
    expect(json).toMatchObject({ differences: [{ host: 'here', was: 'ok', is: 'changed' }], still: 0 });
    expect(tsplay('show', 'last', '--against', 'last~2')).toMatchObject({
      status: 64,
      stderr: expect.stringContaining('is a run, and only checks can be compared') as string,
    });
  });
});
