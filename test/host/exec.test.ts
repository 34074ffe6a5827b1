import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cli } from '../support/cli.ts';
import { isRunning } from '../support/processes.ts';
import { sshProject, type SshProject } from '../support/ssh-project.ts';

let project: SshProject;
beforeAll(async () => {
  project = await sshProject(['web1', 'web2']);
});
afterAll(() => project.close());

const exec = (...words: readonly string[]) => project.tsplay('exec', '-i', 'test', ...words);
const sorted = (text: string): readonly string[] => text.trim().split('\n').toSorted();

it('passes words on as words, and shows each line with its host', async () => {
  const { code, stdout, stderr } = await exec('all', '--', 'printf', '%s|', '$HOME', 'a  b', '*', '-n');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(sorted(stdout)).toEqual(['web1 | $HOME|a  b|*|-n|', 'web2 | $HOME|a  b|*|-n|']);
});

it('runs as another user', async () => {
  const { code, stdout } = await exec(
    'web1',
    '--become-user',
    'nobody',
    '--timeout',
    '9s',
    '--',
    'id',
    '-un',
  );
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'web1 | nobody\n' });
});

it('leaves no journal and no other trace on the hosts', async () => {
  await exec('web1', 'true');
  expect(existsSync(project.at('state-web1'))).toBe(false);
});

it('gives a text to the shell of the host', async () => {
  const { code, stdout, stderr } = await exec('web1', '--shell', 'x=$((6 * 7)); echo $x; echo oops >&2');
  expect({ code, stdout, stderr }).toEqual({
    code: 0,
    stdout: 'web1 | 42\n',
    stderr: 'web1 stderr | oops\n',
  });
});

it('goes on where one host fails, and says what its status was', async () => {
  const port = project.sshd('web2').port;
  const text = `[ "\${SSH_CONNECTION##* }" != ${port} ] || exit 3; echo fine`;
  const { code, stdout, stderr } = await exec('all', '--shell', text);
  expect({ code, stdout }).toEqual({ code: 1, stdout: 'web1 | fine\n' });
  expect(stderr).toMatch(/^web2: failed: .* ended with status 3\n$/);
});

it('shows what a host said in one piece if it is asked to', async () => {
  const { stdout } = await exec('all', '--grouped', '--', 'printf', 'one\ntwo\n');
  expect(stdout.replaceAll(/web[12]/g, 'web')).toBe('web:\n  one\n  two\nweb:\n  one\n  two\n');
});

it('gives programs all of it, in the order of the inventory', async () => {
  const { code, stdout, stderr } = await exec('all', '--json', '--shell', 'echo out; echo err >&2; exit 4');
  const said = {
    rc: 4,
    stdout: 'out\n',
    stderr: 'err\n',
    problem: expect.stringMatching(/status 4$/) as string,
  };
  expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
  expect(JSON.parse(stdout)).toEqual({ web1: said, web2: said });
  expect(Object.keys(JSON.parse(stdout) as object)).toEqual(['web1', 'web2']);
});

it('ends what takes too long, with all that it has started', async () => {
  const text = 'sleep 300 & echo $!; wait';
  const { code, stdout } = await exec('web1', '--json', '--timeout', '1s', '--shell', text);
  const { web1 } = JSON.parse(stdout) as { web1: { rc: number; stdout: string; problem: string } };
  expect(code).toBe(1);
  expect(web1).toMatchObject({
    problem: 'it took longer than 1 s and was ended',
  });
  expect(isRunning(Number(web1.stdout))).toBe(false);
});

it.each([[[]], [['--timeout', '9s']]])('passes standard input on, with %j', (more) => {
  const words = [cli, 'exec', '-i', 'test', 'all', '--stdin', ...more, '--', 'cat'];
  const { status, stdout } = spawnSync(process.execPath, words, {
    cwd: project.dir,
    input: "it's $HOME\n\0end\n",
    encoding: 'utf8',
  });
  expect(status).toBe(0);
  expect(sorted(stdout)).toEqual([
    'web1 | \\x00end',
    "web1 | it's $HOME",
    'web2 | \\x00end',
    "web2 | it's $HOME",
  ]);
});

it('refuses standard input that is no text', () => {
  const words = [cli, 'exec', '-i', 'test', 'all', '--stdin', '--', 'cat'];
  const input = Buffer.from([0xff, 0xfe]);
  const { status, stderr } = spawnSync(process.execPath, words, { cwd: project.dir, input });
  expect(status).toBe(64);
  expect(stderr.toString()).toContain('it is not text in UTF-8');
});

it('tells of a host that cannot be reached, and runs on the others', async () => {
  project.write(
    'inventory/half.yaml',
    `${project.sshd('web1').inventory('web1')}  gone: { address: 127.0.0.1, port: 1 }\n`,
  );
  const { code, stdout, stderr } = await project.tsplay('exec', '-i', 'half', 'all', 'echo', 'hi');
  expect({ code, stdout }).toEqual({ code: 3, stdout: 'web1 | hi\n' });
  expect(stderr).toContain('gone: UNREACHABLE');
});

it.each([
  [['all'], 'no command was given'],
  [['all', '--shell', 'true', '--', 'true'], '--shell gives the command, and there are words of another one'],
  [['wbe1', 'true'], "'wbe1'"],
])('refuses %j before it connects', async (words, problem) => {
  const { code, stderr } = await exec(...words);
  expect(code).toBe(64);
  expect(stderr).toContain(problem);
});

it('says that there is no such program', async () => {
  const { code, stderr } = await exec('web1', 'no-such-program');
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: 'web1: failed: there is no program no-such-program on this host\n',
  });
});

it('keeps secrets out of what a host says, and escapes what a terminal would act on', async () => {
  project.write(
    'inventory/secret.ts',
    `import { defineInventory, secret } from 'tsplay';
export default defineInventory({ hosts: { here: { connection: 'local', vars: { key: secret('hunter2-hunter2') } } } });`,
  );
  const words = ['exec', '-i', 'secret', 'all', '--', 'printf', 'a hunter2-hunter2\tb\u001b[31m'];
  const { stdout } = await project.tsplay(...words);
  expect(stdout).toBe('here | a ‹secret›\tb\\x1b[31m\n');
});

it('is kept for tsplay show', async () => {
  await exec('web1', '--', 'echo', "it's");
  const { stdout } = await project.tsplay('show', '-v');
  expect(stdout).toContain("play exec echo 'it'\\''s': 1 host");
});
