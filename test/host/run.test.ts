import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startCli } from '../support/cli.ts';
import { eventStream } from '../support/event-stream.ts';
import { sshProject, type SshProject } from '../support/ssh-project.ts';

let project: SshProject;
let target = '';

beforeAll(async () => {
  project = await sshProject(['web1']);
  target = project.at('target');
});
afterAll(() => project.close());
beforeEach(() => {
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target);
});

const tsplay: SshProject['tsplay'] = (...args) => project.tsplay(...args);

function playbook(body: string, name = 'site.ts'): string {
  project.write(
    name,
    `import { play, attempt, and, not, rc, sh, stdout, v } from 'tsplay';
import { command, file } from 'tsplay/modules';
export default play('Test', { hosts: 'all' }, async () => {
${body}
});
void [attempt, and, not, rc, sh, stdout, v, command, file];
`,
  );
  return name;
}

const summary = (stdout: string): unknown => eventStream(stdout).at(-1);
interface SomeEvent {
  readonly type: string;
  readonly status: string;
  readonly roundTrips: number;
}
const eventsOf = (stdout: string, type: string): readonly SomeEvent[] =>
  (eventStream(stdout) as unknown as readonly SomeEvent[]).filter((event) => event.type === type);
const statuses = (stdout: string): readonly string[] => eventsOf(stdout, 'task').map((event) => event.status);
const roundTrips = (stdout: string): number | undefined => eventsOf(stdout, 'session')[0]?.roundTrips;

const counts = { ok: 0, changed: 0, failed: 0, skipped: 0, unknown: 0, unreachable: false };

describe('tsplay over a real sshd', () => {
  it('predicts, applies, and finds nothing to do the second time', async () => {
    const site = playbook(`
      const conf = file('${target}/conf', { content: "it's \${HOME}\\n", mode: '0600' });
      command('reload', { run: ['touch', '${target}/reloaded'], when: conf.changed });
      command('kernel', { run: ['uname', '-s'], reads: true });`);
    const check = await tsplay('check', site, '-i', 'test', '--output', 'json');
    expect(check).toMatchObject({ code: 2, stderr: '' });
    expect(summary(check.stdout)).toMatchObject({
      type: 'summary',
      hosts: { web1: { ...counts, ok: 1, changed: 2 } },
    });
    expect(existsSync(`${target}/conf`)).toBe(false);

    const run = await tsplay('run', site, '-i', 'test', '--output', 'json');
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(summary(run.stdout)).toMatchObject({
      type: 'summary',
      hosts: { web1: { ...counts, ok: 1, changed: 2 } },
    });
    expect(readFileSync(`${target}/conf`, 'utf8')).toBe("it's ${HOME}\n");
    expect(statSync(`${target}/conf`).mode & 0o777).toBe(0o600);
    expect(existsSync(`${target}/reloaded`)).toBe(true);

    const again = await tsplay('run', site, '-i', 'test', '--output', 'json');
    expect(summary(again.stdout)).toMatchObject({
      type: 'summary',
      hosts: { web1: { ...counts, ok: 2, skipped: 1 } },
    });
    const session = again.stdout.split('\n').find((line) => line.includes('"type":"session"'));
    expect(JSON.parse(session ?? '')).toMatchObject({ roundTrips: 2 });
  });

  it('goes on with what a barrier gave, at one more round trip', async () => {
    const site = playbook(`
      const kernel = await command('kernel', { run: ['uname', '-s'], reads: true }).result();
      file('${target}/kernel', { content: kernel.stdout });`);
    const run = await tsplay('run', site, '-i', 'test', '--output', 'json');
    expect(run.code).toBe(0);
    expect(readFileSync(`${target}/kernel`, 'utf8')).toBe('Linux\n');
    expect(roundTrips(run.stdout)).toBe(3);
    const verbose = await tsplay('run', site, '-i', 'test', '--output', 'plain', '-v');
    expect(verbose.stdout).toMatch(/web1 .* 3 round trips, \d+ bytes sent, \d+ received/);
  });

  it('throws a failure at the barrier, where the body can catch it', async () => {
    const site = playbook(`
      try {
        await command('fails', { run: ['sh', '-c', 'echo why >&2; exit 7'], reads: true }).result();
      } catch (error) {
        file('${target}/caught', { content: String((error as Error).message) });
      }`);
    const run = await tsplay('run', site, '-i', 'test', '--output', 'plain');
    expect(run.code).toBe(1);
    expect(run.stdout).toContain('stderr: why');
    expect(readFileSync(`${target}/caught`, 'utf8')).toContain('ended with status 7');
  });

  it('reports all that is wrong at once, with places, before it connects', async () => {
    const bad = playbook(`
      file('relative', { content: 'x' });
      const unused = file('/etc/tsplay-test', { content: 'x', mode: '999' }).changed;
      void unused;
      command('nul', { run: ['echo', 'a\\0b'] });`);
    const run = await tsplay('run', bad, '-i', 'test');
    expect(run.code).toBe(64);
    expect(run.stdout).toBe('');
    expect(run.stderr).toContain('the path must be absolute');
    expect(run.stderr).toContain("not '999'");
    expect(run.stderr).toMatch(/site\.ts:5:7/);
    expect(run.stderr).toContain('is not used by any task');
    expect(run.stderr).toMatch(/nul.* contains a NUL byte[^]*site\.ts:8:7/);
    expect(run.stderr).toContain('4 problems; nothing was run.');
  });

  it('reports what a body throws beside what was wrong before that', async () => {
    const bad = playbook(`
      file('relative', { content: 'x' });
      throw new TypeError('no such luck');`);
    const run = await tsplay('run', bad, '-i', 'test');
    expect(run.code).toBe(64);
    expect(run.stderr).toMatch(/must be absolute[^]*site\.ts:5:7/);
    expect(run.stderr).toMatch(/no such luck[^]*site\.ts:6:13/);
    expect(run.stderr).toContain('2 problems; nothing was run.');
  });

  it('refuses a playbook with type errors, with line, column and code', async () => {
    const bad = playbook(`
      const conf = file('/etc/x', { content: 'x', mod: '0644' });
      if (conf.changed) command('x', { run: ['true'] });`);
    const run = await tsplay('run', bad, '-i', 'test');
    expect(run.code).toBe(64);
    expect(run.stderr).toMatch(/site\.ts:5:51/);
    expect(run.stderr).toContain("'mod' does not exist");
    expect(run.stderr).toContain('This condition will always return true');
  });

  it('refuses an unknown and a changed host key, and says what to do', async () => {
    const site = playbook(`command('x', { run: ['touch', '${target}/x'] });`);
    const sshd = project.sshd('web1');
    const known = readFileSync(sshd.knownHosts, 'utf8');
    try {
      writeFileSync(sshd.knownHosts, '');
      const unknown = await tsplay('run', site, '-i', 'test', '--output', 'plain');
      expect(unknown.code).toBe(3);
      expect(unknown.stdout).toContain('ssh-keyscan');
      writeFileSync(
        sshd.knownHosts,
        known.replace(/AAAA\S+/, readFileSync(`${sshd.clientKey}.pub`, 'utf8').split(' ')[1] ?? ''),
      );
      const changed = await tsplay('run', site, '-i', 'test', '--output', 'plain');
      expect(changed.code).toBe(3);
      expect(changed.stdout).toContain('HAS CHANGED');
    } finally {
      writeFileSync(sshd.knownHosts, known);
    }
    expect(existsSync(`${target}/x`)).toBe(false);
  });

  it('prints the program without connecting', async () => {
    const site = playbook(`file('/etc/motd', { content: 'hi' });`);
    const compiled = await tsplay('compile', site, '-i', 'test', '--limit', 'web1');
    expect(compiled.code).toBe(0);
    expect(compiled.stdout).toContain("ts_file 1 '/etc/motd' '/etc/motd'");
    expect(await tsplay('compile', site, '-i', 'test')).toEqual(compiled);
  });

  it('stops at the next step boundary when it is interrupted', async () => {
    const site = playbook(`
      command('slow', { run: sh\`touch ${target}/began; sleep 2; touch ${target}/ended\` });
      command('next', { run: ['touch', '${target}/next'] });`);
    const { child, ended } = startCli(['run', site, '-i', 'test', '--output', 'plain'], { cwd: project.dir });
    while (!existsSync(`${target}/began`)) await new Promise((resolve) => setTimeout(resolve, 50));
    child.kill('SIGINT');
    const { code, stdout } = await ended;
    expect(code).toBe(130);
    expect(stdout).toContain('interrupted');
    expect(existsSync(`${target}/ended`)).toBe(true);
    expect(existsSync(`${target}/next`)).toBe(false);
  });

  it('tells what a body throws behind a barrier, and fails', async () => {
    const site = playbook(`
      await command('kernel', { run: ['uname'], reads: true }).result();
      file('relative', { content: 'x' });
      throw new Error('no such luck');`);
    const run = await tsplay('run', site, '-i', 'test', '--output', 'plain');
    expect(run.code).toBe(1);
    expect(run.stdout).toContain('no such luck');
  });

  it('lets the host decide by predicates what a command came to', async () => {
    const site = playbook(`
      const yes = command('yes', { run: ['echo', 'updated 3 rows'], changedWhen: stdout.matches('^updated [1-9]') });
      command('no', { run: ['echo', 'updated 0 rows'], changedWhen: stdout.matches('^updated [1-9]') });
      command('rc', { run: ['sh', '-c', 'exit 2'], failedWhen: rc.notIn(0, 2), changedWhen: rc.notIn(2) });
      command('after', { run: ['touch', '${target}/after'], when: yes.changed });
      command('bad', { run: ['echo', 'ERROR: x'], failedWhen: stdout.matches('^ERROR') });`);
    const check = await tsplay('check', site, '-i', 'test', '--output', 'json');
    expect(summary(check.stdout)).toMatchObject({ hosts: { web1: { unknown: 4, changed: 1, failed: 0 } } });
    const run = await tsplay('run', site, '-i', 'test', '--output', 'json');
    expect(run.code).toBe(1);
    expect(statuses(run.stdout)).toEqual(['changed', 'ok', 'ok', 'changed', 'failed']);
    expect(roundTrips(run.stdout)).toBe(2);
  });

  it('lets functions decide here, at one round trip each, and goes on from there', async () => {
    const site = playbook(`
      const a = command('a', { run: ['echo', '7'], changedWhen: (r) => Number(r.stdout) > 5 });
      const b = command('b', { run: ['echo', '3'], changedWhen: (r) => Number(r.stdout) > 5 });
      command('c', { run: ['true'], when: a.changed });
      command('d', { run: ['true'], when: b.changed });
      command('e', { run: ['sh', '-c', 'exit 3'], failedWhen: (r) => r.rc !== 3 });
      command('f', { run: ['echo', 'x'], failedWhen: () => true });
      command('g', { run: ['true'] });`);
    const run = await tsplay('run', site, '-i', 'test', '--output', 'json');
    expect(statuses(run.stdout)).toEqual([
      'changed',
      'ok',
      'changed',
      'skipped',
      'changed',
      'failed',
      'skipped',
    ]);
    expect(roundTrips(run.stdout)).toBe(6);
    expect(run.code).toBe(1);
  });

  it('does not guess in a check what a command would have said', async () => {
    const site = playbook(`
      const kernel = await command('kernel', { run: ['uname', '-s'], reads: true }).result();
      command('known', { run: ['touch', '${target}/' + kernel.stdout.trim()], creates: '${target}/Linux' });
      const list = command('list', { run: ['echo', 'none'] });
      let names: readonly string[] = ['guessed'];
      try {
        names = (await list.result()).stdout.trim().split(' ');
      } catch {
        names = ['caught'];
      }
      for (const name of names) command(name, { run: ['touch', '${target}/' + name] });`);
    const check = await tsplay('check', site, '-i', 'test', '--output', 'json');
    expect(check.code).toBe(2);
    expect(statuses(check.stdout)).toEqual(['ok', 'changed', 'changed', 'unknown']);
    expect(eventsOf(check.stdout, 'task').at(-1)).toMatchObject({
      task: 'play[Test]',
      reason: 'what follows depends on the result of command[list], which a check does not run',
    });
    const run = await tsplay('run', site, '-i', 'test', '--output', 'json');
    expect(statuses(run.stdout)).toEqual(['ok', 'changed', 'changed', 'changed']);
    expect(existsSync(`${target}/none`)).toBe(true);
  });
});
