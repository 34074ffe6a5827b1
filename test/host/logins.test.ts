import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { action, present, sh } from '../../src/steps/index.ts';
import { temporaryAccount, type Account } from '../support/account.ts';
import { runOver, type SessionResult } from '../support/session.ts';
import { program } from '../support/shells.ts';
import { startSshd, type Sshd } from '../support/sshd.ts';

let sshd: Sshd;
let dir = '';
let account: Account | undefined;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'tsplay-logins-'));
  chmodSync(dir, 0o755);
  writeFileSync(join(dir, 'banner'), 'Authorized users only\nTS_FAIL=1\n');
  symlinkSync(
    execFileSync('sh', ['-c', 'command -v busybox'], { encoding: 'utf8' }).trim(),
    join(dir, 'ash'),
  );
  sshd = await startSshd([`Banner ${dir}/banner`, 'PrintMotd yes', 'PermitUserEnvironment yes']);
});
afterAll(async () => {
  await sshd.close();
  rmSync(dir, { recursive: true });
});
afterEach(() => account?.remove());

/** Makes an account with this login shell, and the files in its home. */
function login(shell: string, files: Readonly<Record<string, string>> = {}): Account {
  account = temporaryAccount({ shell: shell === 'ash' ? join(dir, 'ash') : shell });
  for (const [name, text] of Object.entries(files)) {
    execFileSync(
      'su',
      [account.name, '-s', '/bin/sh', '-c', 'cd && mkdir -p "${1%/*}" && cat >"$1"', 'sh', `./${name}`],
      {
        input: text,
      },
    );
  }
  return account;
}

/** Two tasks: one that changes something, one that says something. */
function run({ name }: Account, helloTimeout?: number): Promise<SessionResult> {
  const what = program(
    { steps: [present('flag', { test: sh`[ -e "$HOME/flag" ]`, create: sh`: >"$HOME/flag"` })] },
    { steps: [action('says', { run: sh`echo out; echo "it's" >&2; echo *` })] },
  );
  return runOver(
    sshd.target({ user: name }),
    [what, what],
    helloTimeout === undefined ? {} : { helloTimeout },
  );
}

// On both streams, long, and with all that could be taken for a beginning.
const noise = `echo Welcome; echo welcome >&2; printf '\\036%032d hello 1\\n\\036' 0
printf '%s\\n' '{ ts_frame finish' "it's" '"' >&2
n=0; while [ $n -lt 2000 ]; do echo "$n motd motd motd motd motd"; n=$((n + 1)); done
`;
const odd = `export IFS=x ENV=/nowhere CDPATH=/tmp LANG=C.UTF-8 POSIXLY_CORRECT=1; alias printf=false 2>/dev/null
umask 777; set -u
`;

const shells: readonly (readonly [string, string, Readonly<Record<string, string>>])[] = [
  ['dash', '/bin/dash', {}],
  ['bash', '/bin/bash', {}],
  ['bash that talks and sets odd things', '/bin/bash', { '.bashrc': `${noise}${odd}`, '.profile': 'exit 7' }],
  ['busybox ash', 'ash', {}],
  ['zsh that talks', '/bin/zsh', { '.zshenv': noise, '.zshrc': 'exit 7' }],
  [
    'fish that talks',
    '/usr/bin/fish',
    { '.config/fish/config.fish': 'echo Welcome; echo welcome >&2; set -x IFS x' },
  ],
  ['tcsh that talks', '/bin/tcsh', { '.cshrc': 'echo Welcome; setenv IFS x; set noclobber; umask 777' }],
  ['csh', '/bin/csh', {}],
];

describe.skipIf(process.getuid?.() !== 0)('a login shell', () => {
  it.each(shells)('%s gives a session, and what it says is no part of it', async (_name, shell, files) => {
    const { statuses, outcomes, events } = await run(login(shell, files));
    expect(statuses).toEqual(['changed', 'changed', 'ok', 'changed']);
    expect(outcomes.get(2)).toMatchObject({ stdout: 'out\n*\n', stderr: "it's\n" });
    const output = events.flatMap((event) => (event.type === 'output' ? [event.text] : []));
    expect(output.join('')).not.toMatch(/elcome|motd|Authorized/);
  });

  it.each([
    ['/bin/false', {}, 'it ended with status 1'],
    ['/usr/sbin/nologin', {}, 'This account is currently not available.'],
    ['/bin/rbash', {}, 'restricted'],
    ['/bin/bash', { '.bashrc': 'echo Closed for repairs; exit 3' }, 'status 3. It said: Closed for repairs'],
    [
      '/bin/bash',
      { '.bashrc': 'n=0; while [ $n -lt 500 ]; do printf "%03d;" $n; n=$((n+1)); done; exit 3' },
      ' 000;001;',
    ],
    ['/bin/bash', { '.bashrc': 'echo Wait; exec sleep 60' }, 'it did not answer. It said: Wait'],
  ] as const)(
    '%s %j that gives none is told with what it says, and with what to do',
    async (shell, files, words) => {
      const failure = await run(login(shell, files), 3000).catch((error: unknown) => error);
      expect(failure).toMatchObject({
        code: 'no-shell',
        exit: 3,
        message: expect.stringContaining(words),
        hint: expect.stringContaining('ssh by hand'),
      });
      // The first 500 bytes of it.
      const { message } = failure as Error;
      expect(message).toMatch(/^web1: 'exec sh' gave no shell: /);
      expect(message).not.toContain('125;');
      expect(message.length).toBeLessThan(650);
    },
  );

  it('is not used where the host forces a command, which is told likewise', async () => {
    const forced = await startSshd([`ForceCommand echo This account is for backups only`]);
    try {
      const failure = await runOver(forced.target(), [program()], {}).catch((error: unknown) => error);
      expect(failure).toMatchObject({
        code: 'no-shell',
        exit: 3,
        message:
          "web1: 'exec sh' gave no shell: it ended with status 0. It said: This account is for backups only",
        hint: expect.stringContaining('A forced command'),
      });
    } finally {
      await forced.close();
    }
  });
});
