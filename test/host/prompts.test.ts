import { appendFileSync, chmodSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { temporaryAccount, type Account } from '../support/account.ts';
import { cli, startCli } from '../support/cli.ts';
import { playbookProject, type PlaybookProject } from '../support/playbook-project.ts';
import { keygen, startSshd, type Sshd } from '../support/sshd.ts';
import { onTerminal } from '../support/terminal.ts';

/** Questions that are asked on the terminal, and what a person presses. */
const ctrlC = '\x03';
const ctrlD = '\x04';
const passphrase = 'open sesame';

let sshd: Sshd;
let account: Account;
let other: Account;
let silent: Server;
let project: PlaybookProject;

describe.skipIf(process.getuid?.() !== 0)('a question on the terminal', () => {
  beforeAll(async () => {
    project = playbookProject();
    account = temporaryAccount({ sudo: 'with-password' });
    other = temporaryAccount();
    project.write('open/nothing', '');
    chmodSync(project.dir, 0o755);
    chmodSync(project.at('open'), 0o1777);
    keygen(project.at('locked'), 'ed25519', passphrase);
    sshd = await startSshd([`SetEnv TS_HOME=${project.at('state')}`]);
    appendFileSync(`${sshd.clientKey}.pub`, readFileSync(`${project.at('locked')}.pub`));
    silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    project.write(
      'site.ts',
      `import { play } from 'tsplay';
import { command } from 'tsplay/modules';
export default play('Work', { hosts: 'all' }, () => {
  command('works', { run: ['touch', '${project.at('open/ran')}'], reads: true, become: '${other.name}' });
});
`,
    );
  });
  afterAll(async () => {
    silent.close();
    for (const one of [account, other]) one.remove();
    await sshd.close();
    project.remove();
  });
  beforeEach(() => project.write('known_hosts', readFileSync(sshd.knownHosts, 'utf8')));

  const inventory = (...extra: readonly string[]): void => {
    const settings = [
      'address: 127.0.0.1',
      `port: ${sshd.port}`,
      `user: ${account.name}`,
      `identityFiles: [${sshd.clientKey}]`,
      'knownHostsFiles: [known_hosts]',
      'sshConfigFile: none',
    ];
    project.write('prod.yaml', `hosts:\n  web1: { ${settings.join(', ')} }\n${extra.join('')}`);
  };
  const withLockedKey = (): void => {
    inventory();
    const text = readFileSync(project.at('prod.yaml'), 'utf8');
    project.write('prod.yaml', text.replace(sshd.clientKey, project.at('locked')));
  };

  interface Seen {
    readonly shown: string;
    /** How tsplay ended, and whether the terminal shows what is typed again. */
    readonly status: string;
    readonly ran: boolean;
  }

  /** Runs tsplay on a terminal, and looks at the terminal after it. */
  async function run(
    words: readonly string[],
    answers: readonly (readonly [string, string])[],
  ): Promise<Seen> {
    project.forget('open/ran');
    const line = `"$@"; echo "[status $?]"; stty -a | tr ' ;' '\\n\\n' | grep -x -e '-\\{0,1\\}echo' -e '-\\{0,1\\}icanon' -e '-\\{0,1\\}isig'`;
    const { shown } = await onTerminal(
      ['sh', '-c', line, 'sh', process.execPath, cli, ...words, '-i', 'prod.yaml', '-o', 'plain'],
      answers,
      { cwd: project.dir, env: { ...process.env, SSH_AUTH_SOCK: '', SHELL: '/bin/sh' } },
    );
    const [before = '', after = ''] = shown.split('[status ');
    return {
      shown: before,
      status: after.replaceAll(/\s+/g, ' ').trim(),
      ran: project.has('open/ran'),
    };
  }
  const restored = (status: number): string => `${status}] isig icanon echo`;

  it('for the password of becoming another user is answered, and not shown', async () => {
    inventory();
    const question = 'The password for becoming another user: ';
    const seen = await run(['run', 'site.ts', '-K'], [[question, account.password]]);
    expect(seen).toMatchObject({ status: restored(0), ran: true });
    expect(seen.shown).not.toContain(account.password);
    const wrong = await run(['run', 'site.ts', '-K'], [[question, 'n0t-th4t']]);
    expect(wrong).toMatchObject({ status: restored(1), ran: false });
    expect(wrong.shown).toContain('sudo did not take the password');
    expect(wrong.shown).not.toContain('n0t-th4t');
    for (const key of [ctrlC, ctrlD]) {
      const left = await run(['run', 'site.ts', '-K'], [[question, key]]);
      expect(left).toMatchObject({ status: restored(key === ctrlC ? 130 : 64), ran: false });
    }
  });

  it.each(['ssh2', 'openssh'])(
    'for the passphrase of a key is asked while it runs: %s',
    async (transport) => {
      withLockedKey();
      const words = ['check', 'site.ts', '-K', '--transport', transport];
      const become = ['The password for becoming another user: ', account.password] as const;
      const question = `The passphrase of ${project.at('locked')}: `;
      const seen = await run(words, [become, [question, passphrase]]);
      expect(seen).toMatchObject({ status: restored(0), ran: true });
      expect(seen.shown).not.toContain(passphrase);
      const left = await run(words, [become, [question, ctrlC]]);
      expect(left).toMatchObject({ status: restored(130), ran: false });
      expect(left.shown).toContain('nothing has run there');
      expect(left.shown.split(question)).toHaveLength(2);
    },
  );

  it.each(['ssh2', 'openssh'])('for a host key that is not known: %s', async (transport) => {
    inventory();
    const words = ['check', 'site.ts', '-K', '--transport', transport];
    const become = ['The password for becoming another user: ', account.password] as const;
    for (const [answer, status, learned] of [
      [ctrlC, 130, false],
      [ctrlD, 3, false],
      ['no', 3, false],
      ['yes', 0, true],
    ] as const) {
      project.write('known_hosts', '');
      const seen = await run(words, [become, ['(yes/no) ', answer]]);
      expect({ answer, status: seen.status }).toEqual({ answer, status: restored(status) });
      expect(readFileSync(project.at('known_hosts'), 'utf8') !== '').toBe(learned);
    }
  });

  it('is not put, and said to be missing, where there is no terminal', async () => {
    const ask = async (...words: readonly string[]) => {
      const { code, stderr, stdout } = await startCli([...words, '-i', 'prod.yaml', '-o', 'json'], {
        cwd: project.dir,
        env: { SSH_AUTH_SOCK: '' },
      }).ended;
      return { code, text: `${stdout}${stderr}` };
    };
    inventory();
    expect(await ask('run', 'site.ts', '-K')).toMatchObject({
      code: 64,
      text: expect.stringContaining('there is no terminal to ask for the password for becoming') as string,
    });
    withLockedKey();
    expect(await ask('run', 'site.ts')).toMatchObject({
      code: 3,
      text: expect.stringContaining('key-encrypted') as string,
    });
    project.write('known_hosts', '');
    inventory();
    expect(await ask('run', 'site.ts')).toMatchObject({
      code: 3,
      text: expect.stringContaining('host-key-unknown') as string,
    });
  });

  it('Ctrl-C waits for no host that does not answer, and nothing runs on one that would have come', async () => {
    const address = silent.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    inventory(`  dead: { address: 127.0.0.1, port: ${port}, sshConfigFile: slow }\n`);
    project.write('slow', 'ConnectTimeout 600\n');
    project.forget('open/ran');
    const { child, ended } = startCli(['run', 'site.ts', '-i', 'prod.yaml', '-l', 'dead', '-o', 'json'], {
      cwd: project.dir,
      line: (line) => line.includes('"connecting"') && child.kill('SIGINT'),
    });
    const { code, stdout } = await ended;
    expect(code).toBe(130);
    expect(stdout).toContain('nothing has run there');
    expect(project.has('open/ran')).toBe(false);
  });
});
