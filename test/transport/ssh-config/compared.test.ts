import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { TsplayError, TsplayErrors } from '../../../src/errors/tsplay-error.ts';
import { sshConfigOf, type Keyword, type SshConfig } from '../../../src/transport/ssh-config/index.ts';

/** ssh is the judge: what it says with -G is what we have to say. */
let dir = '';
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'tsplay-ssh-config-'));
  vi.stubEnv('SHELL', '/bin/sh');
  vi.stubEnv('TSPLAY_TEST_KEYS', '/keys');
});
beforeEach(({ task }) => mkdirSync(join(dir, task.id)));
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(dir, { recursive: true });
});

interface Asked {
  readonly host?: string;
  readonly user?: string;
  readonly port?: number;
}

let names = 0;
/** Writes files; `DIR` in them stands for their folder. Gives the first. */
function write(files: Readonly<Record<string, string>>): string {
  names += 1;
  const folder = join(dir, `config${names}`);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text.replaceAll('DIR', folder), { mode: 0o600 });
  }
  return join(folder, Object.keys(files)[0] ?? '');
}

/** Runs `ssh -G` and gives its lines by keyword. */
function ssh(file: string, { host = 'web1', user, port }: Asked): ReadonlyMap<string, readonly string[]> {
  const words = [
    ...(user === undefined ? [] : ['-l', user]),
    ...(port === undefined ? [] : ['-p', `${port}`]),
  ];
  const text = execFileSync('ssh', ['-F', file, ...words, '-G', '--', host], {
    encoding: 'utf8',
    stdio: 'pipe',
  });
  const lines = new Map<string, readonly string[]>();
  for (const line of text.trim().split('\n')) {
    const [, keyword = '', rest = ''] = /^(\S+) ?(.*)$/.exec(line) ?? [];
    lines.set(keyword, [...(lines.get(keyword) ?? []), rest]);
  }
  return lines;
}

const usualKeys = ['id_rsa', 'id_ecdsa', 'id_ecdsa_sk', 'id_ed25519', 'id_ed25519_sk', 'id_xmss', 'id_dsa'];

function theirs(lines: ReadonlyMap<string, readonly string[]>) {
  const one = (keyword: string): string | undefined => lines.get(keyword)?.[0];
  const keys = lines.get('identityfile') ?? [];
  const areUsual = keys.every((key) => usualKeys.includes(key.replace('~/.ssh/', '')));
  return {
    host: one('hostname'),
    port: Number(one('port')),
    user: one('user'),
    identityFiles: areUsual ? undefined : keys.filter((key) => key !== 'none').map(tilde),
    identitiesOnly: one('identitiesonly') === 'yes',
    identityAgent: one('identityagent'),
    forwardAgent: one('forwardagent') !== 'no',
    jump: one('proxyjump'),
    proxyCommand: one('proxycommand')
      ?.replace('%h', one('hostname') ?? '')
      .replace('%p', one('port') ?? ''),
    userKnownHostsFiles: one('userknownhostsfile'),
    globalKnownHostsFiles: one('globalknownhostsfile'),
    strict: one('stricthostkeychecking'),
    hash: one('hashknownhosts') === 'yes',
    update: one('updatehostkeys') === 'true',
    alias: one('hostkeyalias'),
    timeout: one('connecttimeout') === 'none' ? undefined : Number(one('connecttimeout')),
    alive: [Number(one('serveraliveinterval')), Number(one('serveralivecountmax'))],
    family: one('addressfamily'),
    bind: one('bindaddress'),
  };
}

const tilde = (path: string): string => path.replace(/^~(?=\/)/, homedir());

function ours(config: SshConfig): object {
  const usual = (files: readonly string[] | undefined, otherwise: string): string =>
    files === undefined ? otherwise : files.join(' ') || 'none';
  const known = `${homedir()}/.ssh/known_hosts`;
  return {
    host: config.host,
    port: config.port,
    user: config.user,
    identityFiles: config.identityFiles,
    identitiesOnly: config.identitiesOnly,
    identityAgent: config.identityAgent === '' ? 'none' : config.identityAgent,
    forwardAgent: config.forwardAgent,
    jump:
      config.jumps.length === 0
        ? undefined
        : config.jumps
            .map(({ user, host, port }) => {
              const where =
                port === undefined && !host.includes(':')
                  ? host
                  : `[${host}]${port === undefined ? '' : `:${port}`}`;
              return (user === undefined ? '' : `${user}@`) + where.replace(/^\[([^:]+)\]:/, '$1:');
            })
            .join(','),
    proxyCommand: config.proxyCommand,
    userKnownHostsFiles: usual(config.userKnownHostsFiles, `${known} ${known}2`),
    globalKnownHostsFiles: usual(
      config.globalKnownHostsFiles,
      '/etc/ssh/ssh_known_hosts /etc/ssh/ssh_known_hosts2',
    ),
    strict: { yes: 'true', off: 'false', ask: 'ask', 'accept-new': 'accept-new' }[
      config.strictHostKeyChecking
    ],
    hash: config.hashKnownHosts,
    update: config.updateHostKeys,
    alias: config.hostKeyAlias,
    timeout: config.connectTimeout === undefined ? undefined : config.connectTimeout / 1000,
    alive: [(config.serverAliveInterval ?? 0) / 1000, config.serverAliveCountMax],
    family: config.addressFamily,
    bind: config.bindAddress,
  };
}

function ask(file: string, { host = 'web1', user, port }: Asked): Promise<SshConfig> {
  const given = new Map<Keyword, readonly string[]>();
  if (user !== undefined) given.set('user', [user]);
  if (port !== undefined) given.set('port', [`${port}`]);
  return sshConfigOf({ host, given, file });
}

const me = userInfo().username;

/** A configuration, what is asked, and a part of the answer, so that the two do not agree on nothing. */
const table: Readonly<Record<string, readonly [string | Record<string, string>, Asked, object]>> = {
  'an empty file': ['', {}, { host: 'web1', port: 22, user: me }],
  'the first value counts': ['Port 1\nPort 2\nHost *\nPort 3\nUser a\n', {}, { port: 1, user: 'a' }],
  'what is given counts more': ['User a\nPort 5\n', { user: 'b', port: 6 }, { user: 'b', port: 6 }],
  'a block for another': ['Host db*\nPort 1\nHost web*\nPort 2\n', {}, { port: 2 }],
  'several patterns and an exception': ['Host web* !web1\nPort 1\nHost x web?\nPort 2\n', {}, { port: 2 }],
  'an exception alone': ['Host !web2\nPort 1\n', {}, { port: 22 }],
  'patterns mind capitals': ['Host WEB1\nPort 1\nHost web1\nPort 2\n', {}, { port: 2 }],
  'a host in capitals': ['Host web1\nPort 1\n', { host: 'WEB1' }, { host: 'web1' }],
  'equals signs, blanks and quotes': [
    '\tPort=7\n  User = "a b"\nHostName\t"x.example"  \r\nIdentityFile "/k 1"\n',
    {},
    { port: 7, user: 'a b', host: 'x.example', identityFiles: ['/k 1'] },
  ],
  comments: ['# Port 1\nPort 2 # Port 3\n  #\nUser a#b\n', {}, { port: 2, user: 'a#b' }],
  'keywords in any letters': ['pOrT 9\nHOST Web1 web1\nuser u\n', {}, { port: 9, user: 'u' }],
  HostName: ['Host web1\nHostName %h.example.ORG\n', {}, { host: 'web1.example.org' }],
  'HostName with a percent sign': ['HostName a%%b\n', {}, { host: 'a%b' }],
  'HostName that is an address': ['HostName 2001:DB8:0::1\n', {}, { host: '2001:db8::1' }],
  'an address': ['Host 10.*\nPort 4\n', { host: '10.0.0.1' }, { port: 4 }],
  'several keys': [
    'Host web1\nIdentityFile ~/.ssh/one\nIdentityFile /two\nHost *\nIdentityFile /three\nIdentityFile /two\n',
    {},
    { identityFiles: [`${homedir()}/.ssh/one`, '/two', '/three'] },
  ],
  'no keys': ['IdentityFile none\n', {}, { identityFiles: [] }],
  IdentitiesOnly: ['IdentitiesOnly yes\nIdentityFile /k\n', {}, { identitiesOnly: true }],
  IdentityAgent: ['IdentityAgent /run/agent\n', {}, { identityAgent: '/run/agent' }],
  'no agent': ['IdentityAgent none\n', {}, { identityAgent: 'none' }],
  ForwardAgent: ['ForwardAgent yes\n', {}, { forwardAgent: true }],
  'Match host': ['Match host web*,!web2\nPort 2\n', {}, { port: 2 }],
  'Match host after HostName': [
    'HostName x\nMatch host x\nPort 2\nMatch originalhost web1\nUser u\n',
    {},
    { port: 2, user: 'u' },
  ],
  'Match host minds no capitals': ['Match host WEB1\nPort 2\n', {}, { port: 2 }],
  'Match user': [
    'Match user deploy\nPort 2\nMatch user !deploy,*\nPort 3\n',
    { user: 'deploy' },
    { port: 2 },
  ],
  'Match user of the file': ['User deploy\nMatch user deploy host web1\nPort 2\n', {}, { port: 2 }],
  'Match localuser': [`Match localuser ${me}\nPort 2\n`, {}, { port: 2 }],
  'Match not': ['Match !host web1\nPort 2\nMatch !user x\nPort 3\n', {}, { port: 3 }],
  'Match all': ['Host x\nPort 1\nMatch all\nPort 2\n', {}, { port: 2 }],
  'Match exec': [
    'Match exec "test %h = web1 -a %p = 22"\nPort 2\nMatch exec false\nUser a\nMatch exec "exit 0"\nUser b\n',
    {},
    { port: 2, user: 'b' },
  ],
  'Match exec that is not needed': ['Match host db exec "touch DIR/ran"\nPort 2\n', {}, { port: 22 }],
  'Match exec with tokens': [
    `User r\nMatch exec "test '%n %r %u %d %i %%' = 'web1 r ${me} ${homedir()} ${process.getuid?.()} %%'"\nPort 2\n`,
    {},
    { port: 2 },
  ],
  'Match final': ['Match final\nPort 2\nHost web1\nUser u\nPort 3\n', {}, { port: 3, user: 'u' }],
  'Match final with a name that came out': [
    'Host web1\nHostName web1.example.org\nHost *.example.org\nUser u\nMatch final host *.example.org\nPort 5\n',
    {},
    { port: 5, user: 'u' },
  ],
  'Match canonical without': [
    'Match canonical\nPort 2\nMatch !canonical\nUser u\n',
    {},
    { port: 22, user: 'u' },
  ],
  'a canonical name that is none': ['CanonicalizeHostname yes\nMatch canonical\nPort 2\n', {}, { port: 2 }],
  'Match with an equals sign in quotes': ['Match host "web1" user "*"\nPort 2\n', {}, { port: 2 }],
  Include: [{ config: 'Include DIR/more\nPort 3\n', more: 'Port 2\n' }, {}, { port: 2 }],
  'Include in a block': [
    {
      config: 'Host db\nInclude DIR/more\nHost web1\nInclude DIR/web\n',
      more: 'Port 2\nHost *\nPort 9\n',
      web: 'Port 3\n',
    },
    {},
    { port: 3 },
  ],
  'Include does not end a block': [
    { config: 'Host web1\nInclude DIR/more\nPort 3\n', more: 'Host db\nPort 2\n' },
    {},
    { port: 3 },
  ],
  'Include with a pattern': [
    {
      config: 'Include "DIR/d/*.conf" DIR/none\n',
      'd/20.conf': 'Port 2\n',
      'd/10.conf': 'Port 1\n',
      'd/05.txt': 'Port 5\n',
    },
    {},
    { port: 1 },
  ],
  'Include within what is included': [
    {
      config: 'Include DIR/a\n',
      a: 'Host web1\nInclude DIR/b\n',
      b: 'Match user x\nPort 1\nMatch all\nPort 2\n',
    },
    {},
    { port: 2 },
  ],
  ProxyJump: ['ProxyJump bastion\nProxyCommand nc %h %p\n', {}, { jump: 'bastion', proxyCommand: undefined }],
  'ProxyJump with several': [
    'ProxyJump a@one:2201,two,ssh://c@three:2203\n',
    {},
    { jump: 'a@one:2201,two,c@three:2203' },
  ],
  'no ProxyJump': ['Host web1\nProxyJump none\nHost *\nProxyJump bastion\n', {}, { jump: undefined }],
  ProxyCommand: [
    'ProxyCommand = nc -x "a b" %h %p # no comment\nProxyJump bastion\n',
    {},
    { jump: undefined },
  ],
  'no ProxyCommand': [
    'ProxyCommand none\nProxyJump bastion\n',
    {},
    { proxyCommand: undefined, jump: undefined },
  ],
  'known hosts': [
    'UserKnownHostsFile ~/.ssh/one /two\nUserKnownHostsFile /three\nGlobalKnownHostsFile /four\n',
    {},
    { userKnownHostsFiles: `${homedir()}/.ssh/one /two`, globalKnownHostsFiles: '/four' },
  ],
  'known hosts with tokens': [
    'UserKnownHostsFile /known/%h-%p-%r\nPort 3\nUser u\n',
    {},
    { userKnownHostsFiles: '/known/web1-3-u' },
  ],
  'known hosts with a variable': [
    'UserKnownHostsFile ${TSPLAY_TEST_KEYS}/known\n',
    {},
    { userKnownHostsFiles: '/keys/known' },
  ],
  ...Object.fromEntries(
    ['yes', 'no', 'off', 'ask', 'accept-new', 'true'].map((word) => [
      `StrictHostKeyChecking ${word}`,
      [`StrictHostKeyChecking ${word}\n`, {}, {}],
    ]),
  ),
  HostKeyAlias: ['HostKeyAlias Web1.example\n', {}, { alias: 'web1.example' }],
  times: [
    'ConnectTimeout 1m30s\nServerAliveInterval 2m\nServerAliveCountMax 5\n',
    {},
    { timeout: 90, alive: [120, 5] },
  ],
  AddressFamily: ['AddressFamily inet6\nBindAddress 127.0.0.2\n', {}, { family: 'inet6', bind: '127.0.0.2' }],
  UpdateHostKeys: ['UpdateHostKeys yes\nHashKnownHosts yes\n', {}, { update: true, hash: true }],
  'UpdateHostKeys where the file is another': ['UserKnownHostsFile /x\n', {}, { update: false }],
  IgnoreUnknown: ['IgnoreUnknown foo*,bar\nFooBar 1\nPort 2\n', {}, { port: 2 }],
  'keywords that do not matter': [
    'Compression yes\nSendEnv LANG LC_*\nForwardX11 no\nControlMaster auto\nLocalForward 1 a:2\n',
    {},
    {},
  ],
};

describe('what ssh_config says is what ssh takes from it', () => {
  it.each(Object.entries(table))('%s', async (_name, [files, asked, part]) => {
    const file = write(typeof files === 'string' ? { config: files } : files);
    const expected = theirs(ssh(file, asked));
    expect(ours(await ask(file, asked))).toEqual(expected);
    expect(expected).toMatchObject(part);
  });
});

describe('what ssh refuses is refused, with its line', () => {
  const wrong: Readonly<Record<string, readonly [string, number, string]>> = {
    'a word that is no keyword': [
      'User a\nProxyJmp x\n',
      2,
      'proxyjmp is not a keyword of OpenSSH; did you mean proxyjump?',
    ],
    'a keyword alone': ['\nPort\n', 2, 'nothing behind port'],
    'a port that is none': ['Port 70000\n', 1, "port must be a port from 1 to 65535, not '70000'"],
    'a choice that is none': [
      'StrictHostKeyChecking maybe\n',
      1,
      "must be yes, no, true, false, off, ask or accept-new, not 'maybe'",
    ],
    'a time that is none': ['ConnectTimeout soon\n', 1, 'must be a time'],
    'a quote that is open': ['User "a\n', 1, 'a quote is not closed'],
    'too many words': ['Port 1 2\n', 1, 'must be a port'],
    'an unknown criterion': ['Match hots x\n', 1, 'hots is not a criterion of Match'],
    'a criterion without a value': ['Match host\n', 1, 'nothing behind host'],
    'a wrong line in a block for others': ['Host db\nPort x\n', 2, 'must be a port'],
  };
  it.each(Object.entries(wrong))('%s', async (_name, [text, line, message]) => {
    const file = write({ config: text });
    expect(() => ssh(file, {})).toThrow(/Command failed/);
    const error = await ask(file, {}).then(
      () => undefined,
      (problem: TsplayError | TsplayErrors) => ('errors' in problem ? problem.errors[0] : problem),
    );
    expect(error).toMatchObject({
      exit: 64,
      message: expect.stringContaining(message),
      where: { file, line },
    });
  });

  it('and all of it at once', async () => {
    const file = write({ config: 'Port x\nFoo 1\nUser\n' });
    await expect(ask(file, {})).rejects.toMatchObject({ errors: [{}, {}, {}] });
  });

  it('a file of the user that others may write', async () => {
    const file = write({ config: 'Include DIR/more\n', more: 'Port 2\n' });
    execFileSync('chmod', ['666', join(dirname(file), 'more')]);
    expect(() => ssh(file, {})).toThrow(/Bad owner or permissions/);
    await expect(ask(file, {})).rejects.toMatchObject({
      errors: [
        { code: 'ssh-config-unsafe', message: expect.stringContaining('more may be written by others') },
      ],
    });
  });
});
