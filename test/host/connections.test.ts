import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryAccount, type Account } from '../support/account.ts';
import { cli } from '../support/cli.ts';
import { playbookProject, type PlaybookProject } from '../support/playbook-project.ts';
import { startSshd, type Sshd } from '../support/sshd.ts';

let sshd: Sshd;
let bastion: Sshd;
let account: Account;
let project: PlaybookProject;

// It takes root to make an account.
describe.skipIf(process.getuid?.() !== 0)('a run', () => {
  beforeAll(async () => {
    project = playbookProject();
    [sshd, bastion] = await Promise.all([startSshd(), startSshd()]);
    account = temporaryAccount({ sudo: 'without-password' });
    project.write(
      'site.ts',
      `import { play } from 'tsplay';
import { command } from 'tsplay/modules';
export default play('Who', { hosts: 'all' }, () => {
  command('who', { run: ['id', '-un'], reads: true });
  command('root', { run: ['id', '-un'], reads: true, become: true });
});
`,
    );
    project.write('inventory/test.yaml', 'hosts:\n  web1: { sshConfigFile: ../ssh_config }\n');
  }, 300_000);
  afterAll(async () => {
    account.remove();
    await Promise.all([sshd.close(), bastion.close()]);
    project.remove();
  });

  const config = (more = ''): string =>
    `${more}Host web1\n  HostName 127.0.0.1\n  Port ${sshd.port}\n  User ${account.name}\n  IdentityFile ${sshd.clientKey}\n` +
    `Host bastion\n  HostName 127.0.0.1\n  Port ${bastion.port}\n  IdentityFile ${bastion.clientKey}\n` +
    `Host *\n  IdentitiesOnly yes\n  UserKnownHostsFile ${sshd.knownHosts} ${bastion.knownHosts}\n`;

  interface Result {
    readonly status: number | null;
    readonly stderr: string;
    readonly events: readonly Record<string, unknown>[];
  }
  function tsplay(...words: readonly string[]): Result {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [cli, 'run', 'site.ts', '-i', 'test', '-o', 'json', ...words],
      { cwd: project.dir, encoding: 'utf8' },
    );
    const events = stdout.split('\n').filter(Boolean);
    return { status, stderr, events: events.map((line) => JSON.parse(line) as Record<string, unknown>) };
  }
  const said = ({ events }: Result): readonly unknown[] =>
    events.filter(({ type }) => type === 'output').map(({ text }) => text);
  const warnings = ({ events }: Result): readonly unknown[] =>
    events.filter(({ type }) => type === 'warning').map(({ message }) => message);

  it('logs in as the user that ssh_config names, and becomes root from there', () => {
    project.write('ssh_config', config());
    const result = tsplay();
    expect(said(result)).toEqual([`${account.name}\n`, 'root\n']);
    expect(warnings(result)).toEqual([]);
    expect(result.status).toBe(0);
  });

  it('needs no become where ssh_config names root already', () => {
    project.write('ssh_config', config('Host web1\n  User root\n'));
    expect(said(tsplay())).toEqual(['root\n', 'root\n']);
  });

  it('goes through a jump host, over every transport that is forced', () => {
    project.write('ssh_config', config('Host web1\n  ProxyJump bastion\n'));
    const logins = (): number => readFileSync(join(bastion.dir, 'log'), 'utf8').split('Accepted').length;
    for (const transport of ['ssh2', 'openssh']) {
      const before = logins();
      const result = tsplay('--transport', transport);
      expect(said(result)).toEqual([`${account.name}\n`, 'root\n']);
      expect(logins()).toBe(before + 1);
    }
  });

  it("says why it takes the system's ssh", () => {
    project.write('ssh_config', config('KexAlgorithms sntrup761x25519-sha512@openssh.com\n'));
    const result = tsplay();
    expect(said(result)).toEqual([`${account.name}\n`, 'root\n']);
    expect(warnings(result)).toEqual([
      "it is reached with the system's ssh, since ssh2 knows none of the algorithms in ssh_config's KexAlgorithms",
    ]);
    const forced = tsplay('--transport', 'ssh2');
    expect(forced.status).toBe(3);
    expect(forced.events).toContainEqual(
      expect.objectContaining({
        type: 'unreachable',
        error: expect.objectContaining({ code: 'beyond-ssh2' }),
      }),
    );
  });

  it('stays on this machine where that is forced', () => {
    project.write('ssh_config', config());
    expect(said(tsplay('--transport', 'local'))).toEqual(['root\n', 'root\n']);
  });

  it('does not begin where ssh_config is wrong: all of it is told, with the lines', () => {
    project.write('ssh_config', config('Host web1\n  Prot 22\n  ConnectTimeout soon\n'));
    const { status, stderr, events } = tsplay();
    expect({ status, events }).toEqual({ status: 64, events: [] });
    expect(stderr).toContain('prot is not a keyword of OpenSSH; did you mean port?');
    expect(stderr).toContain("connecttimeout must be a time, such as 30, 30s or 1m, not 'soon'");
    expect(stderr).toMatch(/ssh_config:2:3/);
    expect(stderr).toMatch(/ssh_config:3:3/);
  });
});
