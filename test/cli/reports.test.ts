import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { LocalProject, type Result } from '../support/local-project.ts';

let project: LocalProject;
beforeEach(() => {
  project = new LocalProject(
    `file(process.cwd() + '/app.conf', { content: 'port = 1\\n' });
     if (vars.slow) command('slow', { run: ['sh', '-c', 'echo begun; exec sleep 1'], reads: true });
     if (vars.bad) command('bad', { run: ['sh', '-c', 'echo why >&2; exit 3'] });`,
  );
  mkdirSync(project.at('out'));
  return () => project.remove();
});

const run = (...args: readonly string[]): Result => project.tsplay('run', 'site.ts', '-i', 'here', ...args);
const check = (...args: readonly string[]): Result =>
  project.tsplay('check', 'site.ts', '-i', 'here', ...args);
const text = (name: string): string => readFileSync(project.at(name), 'utf8');

const reports = ['out/audit.html', 'out/x.xml', 'out/events.jsonl', 'out/log.txt'];
const flags = reports.flatMap((name) => ['--report', name]);

describe('--report', () => {
  it('writes several at once, beside what is shown', () => {
    const { status, stdout, stderr } = check(...flags);
    expect({ status, stderr }).toEqual({ status: 2, stderr: '' });
    expect(text('out/log.txt')).toBe(stdout);
    expect(text('out/events.jsonl')).toBe(project.tsplay('show', '--output', 'json').stdout);
    expect(text('out/x.xml')).toContain('<failure message="drift of file');
    expect(text('out/x.xml')).toContain('+port = 1');
    expect(text('out/audit.html')).toContain('+port = 1');
    expect(readdirSync(project.at('out'))).toHaveLength(4);
    // What is shown does not get longer by it.
    expect(stdout).not.toContain('port = 1');
  });

  it('takes a kind before the name', () => {
    expect(
      check('--report', 'junit:out/a', '--report', 'json:out/b.txt', '--report', 'plain:out/c').status,
    ).toBe(2);
    expect(text('out/a')).toMatch(/^<\?xml/);
    expect(text('out/b.txt')).toMatch(/^{"type":"run"/);
    expect(text('out/c')).toMatch(/^check site.ts on here/);
  });

  it('annotates for GitHub where its log is read', () => {
    const annotation = /::warning title=drift of file\[.*\],file=site.ts,line=5,col=1::on here%0A.*\n/.source;
    // What hosts print between the first line and the third is no command, whatever it begins with.
    const around = (log: string): void => {
      const [, token = ''] = /^::stop-commands::([0-9a-f]{32})\n/.exec(log) ?? [];
      expect(log).toMatch(new RegExp(`\n::${token}::\n${annotation}$`));
    };
    around(check('--report', 'github').stdout);
    const { stdout, stderr } = check('--report', 'github', '--output', 'json');
    around(stderr);
    for (const line of stdout.trimEnd().split('\n')) JSON.parse(line);
    expect(check('--report', 'github').stdout).not.toContain(stderr.split('\n')[0]);
  });

  it('writes them when a task fails, and replaces those that were there', () => {
    for (const name of reports) project.write(name, 'old');
    expect(run(...flags, '-e', 'bad:=true').status).toBe(1);
    expect(text('out/x.xml')).toContain('<system-err>why');
    for (const name of reports) expect(text(name)).toMatch(/bad ended with status 3/);
  });

  /** A run with reports that is interrupted so often in the middle of its second task. */
  async function interrupted(times: 1 | 2): Promise<void> {
    const vars = ['-e', 'slow:=true', '-e', 'bad:=true'];
    const child = await project.start('begun', 'run', 'site.ts', '-i', 'here', '-v', ...vars, ...flags);
    child.kill('SIGINT');
    await once(child.stderr, 'data');
    if (times === 2) child.kill('SIGINT');
    expect(await once(child, 'exit')).toEqual([130, null]);
  }

  it.each([1, 2] as const)('writes them when the run is interrupted %d times', async (times) => {
    await interrupted(times);
    expect(text('out/log.txt')).toContain('run site.ts on here');
    expect(text('out/x.xml')).toContain('command[slow]');
    expect(text('out/audit.html')).toContain('command[slow]');
  });

  it('tells what an interrupted run has left', async () => {
    await interrupted(1);
    expect(text('out/log.txt')).toMatch(/\nleft: here\n.*--rerun left\n/);
    expect(text('out/x.xml')).toContain('<skipped message="left: interrupted">');
    expect(text('out/audit.html')).toContain('The run was ended early: interrupted.');
  });

  it('leaves a former report alone where nothing was run', () => {
    for (const name of reports) project.write(name, 'old');
    project.write('site.ts', 'nonsense');
    expect(check(...flags).status).toBe(64);
    for (const name of reports) expect(text(name)).toBe('old');
  });

  it.each([
    [['a'], 'a: its name does not tell which report it is'],
    [['html:'], 'html:: there is no name of a file'],
    [['none/a.html'], /none\/a.html: there is no folder .*\/none\n/],
    [['dir.html'], /dir.html: .*\/dir.html is a folder/],
    [['a.html', 'html:a.html'], 'html:a.html: there are two reports for this file'],
  ])('refuses %j before anything runs', (names, message) => {
    mkdirSync(project.at('dir.html'));
    const { status, stdout, stderr } = check(...names.flatMap((name) => ['--report', name]));
    expect({ status, stdout }).toEqual({ status: 64, stdout: '' });
    expect(stderr).toMatch(message);
  });

  it('says so when one cannot be written in the end', () => {
    const late = "\nimport { rmSync } from 'node:fs';\nrmSync('gone', { recursive: true });\n";
    mkdirSync(project.at('gone'));
    project.write('site.ts', text('site.ts') + late);
    project.write('app.conf', 'port = 1\n');
    const { status, stderr } = check('--report', 'gone/a.html', '--report', 'out/x.xml');
    expect(status).toBe(1);
    expect(stderr).toMatch(/^warning: a report could not be written: ENOENT/);
    expect(text('out/x.xml')).toContain('</testsuites>');
  });

  it('is made of a run that is on record, too', () => {
    check('--diff');
    const { status, stdout } = project.tsplay('show', 'last', ...flags);
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
    expect(text('out/x.xml')).toContain('+port = 1');
    expect(project.tsplay('show', '--report', 'out/x.xml', '--output', 'plain').stdout).toContain('recap');
  });
});
