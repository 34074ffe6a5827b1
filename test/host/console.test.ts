import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cli } from '../support/cli.ts';
import { sshProject, type SshProject } from '../support/ssh-project.ts';
import { onTerminal } from '../support/terminal.ts';

let project: SshProject;
beforeAll(async () => {
  project = await sshProject(['web1', 'web2']);
});
afterAll(() => project.close());

/** What a console says to lines that come through a pipe. */
function piped(lines: readonly string[], ...words: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, 'console', '-i', 'test', ...words], {
    cwd: project.dir,
    input: `${lines.join('\n')}\n`,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

it('runs each line on the hosts, and shows what it came to on each', () => {
  const path = project.at('one');
  const { status, stdout, stderr } = piped(
    ['host.name.length + 1', `file('${path}', { content: 'x' })`, `file('${path}', { content: 'x' })`],
    'web1',
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toBe(`web1  5\nweb1  changed file[${path}]\nweb1  ok file[${path}]\n`);
});

it('goes on over one connection', () => {
  const log = join(project.sshd('web2').dir, 'log');
  const logins = (): number => readFileSync(log, 'utf8').split('Accepted publickey').length;
  const before = logins();
  const line = `(await command('say', { run: ['echo', 'hi'], reads: true }).result()).stdout`;
  const { stdout } = piped([line, line], 'web2');
  expect(stdout).toBe('web2  ok command[say]  hi\n'.repeat(2));
  expect(logins()).toBe(before + 1);
});

it('tells type errors with their line before anything runs, and goes on', () => {
  const path = project.at('typo');
  const { status, stdout, stderr } = piped([`file('${path}', {`, "  contnt: 'x',", '})', "'next'"], 'web1');
  expect(status).toBe(64);
  expect(stderr).toContain("'contnt' does not exist in type");
  expect(stderr).toContain("\n    contnt: 'x',\n    ^\n".replaceAll('\n  ', '\n    '));
  expect(stdout).toBe('web1  next\n');
  expect(existsSync(path)).toBe(false);
});

it('keeps what is declared and imported, and has no module called there', () => {
  const { stdout, stderr } = piped(
    [
      'const names: readonly string[] = ["a", "b"]',
      "import { basename } from 'node:path'",
      'names.map((name) => basename(`/x/${name}`))',
      'const names = 3',
      'names',
      "const made = command('x', { run: ['true'] })",
      'made',
    ],
    'web1',
  );
  expect(stdout).toBe("web1  [ 'a', 'b' ]\nweb1  3\n");
  expect(stderr).toContain('Call modules in a line that declares nothing.');
  expect(stderr).toContain("Cannot find name 'made'");
});

it('checks, shows differences, and goes to other hosts', () => {
  const path = project.at('checked');
  const { stdout } = piped(
    ['.check', '.diff', '.hosts web2', `file('${path}', { content: 'new' })`, '.hosts', '.nope'],
    'all',
  );
  expect(stdout).toBe(
    `changes nothing now\ndifferences are shown now\nweb2\nweb2: would change file[${path}]\n    ${path}: + new\n` +
      `web2  would change file[${path}]\nweb2\nthere is no .nope; .help says what there is\n`,
  );
  expect(existsSync(path)).toBe(false);
});

it('tells what fails on a host, and what is wrong with options', () => {
  const { status, stdout, stderr } = piped(
    ["command('no', { run: ['false'], reads: true })", "file('/x', { content: '', mode: '9' })"],
    'web1',
  );
  expect(status).toBe(1);
  expect(stdout).toContain(
    'web1: FAILED command[no]\n    no ended with status 1\nweb1  failed command[no]\n',
  );
  expect(stderr).toContain("mode must be three or four octal digits between quotes, such as '0644', not '9'");
});

it('knows the variables that tsplay types has written down', async () => {
  project.write('inventory/typed.yaml', 'hosts:\n  here: { connection: local, vars: { motd: hi } }\n');
  expect(await project.tsplay('types', '-i', 'typed')).toMatchObject({ code: 0 });
  const { stdout, stderr } = piped(['vars.motd.length', 'vars.mtod', '.hosts here'], 'web1');
  expect(stderr).toContain("Property 'mtod' does not exist on type");
  expect(stderr).toContain("'here' matches no host");
  expect(stdout).not.toContain('here');
  project.write('inventory/typed.tsplay.d.ts', 'export {};\n');
});

it('refuses hosts that are not there', () => {
  expect(piped([], 'wbe').status).toBe(64);
});

it('on a terminal it prompts, completes, takes several lines, and keeps a history', async () => {
  const path = project.at('typed');
  const words = [process.execPath, cli, 'console', '-i', 'test', 'web1'];
  const { code, shown } = await onTerminal(
    words,
    [
      ['web1> ', `file('${path}', {`],
      ['... ', "  content: 'x'"],
      ['... ', '})'],
      ['web1> ', 'sysc\t'],
      ['sysctl', '\u0003'],
      ['web1> ', "bond('b', { lacp\t"],
      ['lacpRate: ', '\u0003'],
      ['web1> ', '.check'],
      ['web1 (check)> ', "'left ' + host.name"],
      ['left web1', '.exit'],
    ],
    { cwd: project.dir, env: process.env },
  );
  expect({ code, shown }).toEqual({
    code: 0,
    shown: expect.stringContaining(`web1  changed file[${path}]`) as string,
  });
  expect(readFileSync(path, 'utf8')).toBe('x');
  const history = project.at('.tsplay/console-history');
  expect(readFileSync(history, 'utf8')).toContain(".check\n'left ' + host.name\n.exit\n");
  expect(statSync(history).mode & 0o777).toBe(0o600);
});

it('on a terminal Ctrl-C stops the hosts, and the console goes on', async () => {
  const words = [process.execPath, cli, 'console', '-i', 'test', 'web1'];
  const sleeping =
    "console.log('be' + 'gun'); await command('nap', { run: ['sleep', '2'], reads: true }).result(); 0";
  const { code, shown } = await onTerminal(
    words,
    [
      ['web1> ', sleeping],
      ['begun', '\u0003'],
      ['web1> ', "'still ' + host.name"],
      ['still web1', '.exit'],
    ],
    { cwd: project.dir, env: process.env },
  );
  expect(code).toBe(0);
  expect(shown).toContain('Interrupted: every host stops before its next step');
  expect(shown).toContain('web1  still web1');
});
