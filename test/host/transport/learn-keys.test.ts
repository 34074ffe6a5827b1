import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Host } from '../../../src/inventory/inventory.ts';
import { connect, type ConnectOptions } from '../../../src/transport/index.ts';
import { nobody } from '../../../src/transport/target.ts';
import { hostKeyTypes, keygen, publicKey, startSshd, type Sshd } from '../../support/sshd.ts';

let sshd: Sshd;
let dir = '';
let other = '';
beforeAll(async () => {
  sshd = await startSshd();
  dir = mkdtempSync(join(tmpdir(), 'tsplay-learn-'));
  keygen(join(dir, 'other'), 'rsa');
  other = publicKey(join(dir, 'other'));
});
afterAll(async () => {
  await sshd.close();
  rmSync(dir, { recursive: true });
});

let files = 0;
interface Setup {
  readonly file: string;
  readonly config: string;
}
/** A known_hosts with these lines, and an ssh_config that names it. */
function setup(lines: string | undefined, config: string): Setup {
  files += 1;
  const file = join(dir, `known${files}`, 'hosts');
  if (lines !== undefined) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, lines.replaceAll('HOST', `[127.0.0.1]:${sshd.port}`));
  }
  const path = join(dir, `config${files}`);
  const usual = `UserKnownHostsFile ${file}\nGlobalKnownHostsFile none\nIdentityFile ${sshd.clientKey}\nIdentitiesOnly yes\n`;
  writeFileSync(path, `${config}\n${usual}`, { mode: 0o600 });
  return { file, config: path };
}

const host = (config: string): Host => ({
  name: 'web1',
  connection: 'ssh',
  address: '127.0.0.1',
  port: sshd.port,
  user: userInfo().username,
  sshConfigFile: config,
  vars: {},
  groups: ['all'],
});

async function tsplay({ config }: Setup, options: ConnectOptions = {}): Promise<string> {
  try {
    const connection = await connect(host(config), options);
    const channel = await connection.exec('true');
    channel.stdout.resume();
    channel.stderr.resume();
    await channel.exit;
    // What the host tells of its other keys has to be proved first.
    await new Promise((resolve) => setTimeout(resolve, 200));
    await connection.close();
    return 'in';
  } catch (error) {
    return (error as { code: string }).code;
  }
}

function ssh({ config }: Setup): string {
  const words = ['-F', config, '-p', `${sshd.port}`, '-o', 'BatchMode=yes', '127.0.0.1', 'sleep 0.2'];
  const { status, stderr } = spawnSync('ssh', words, { encoding: 'utf8' });
  return status === 0 ? 'in' : stderr;
}

/** Lines in an order of their own: a name and a key, without comments. */
function lines(file: string): readonly string[] {
  if (!existsSync(file)) return [];
  const all = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  return all.map((line) => line.split(' ').slice(0, 3).join(' ')).toSorted();
}

const key = (type: (typeof hostKeyTypes)[number]): string => publicKey(sshd.hostKeys[type]);

describe('a file of known hosts becomes what ssh makes of it', () => {
  // The keys stand for themselves, so that the table can be made before the server is there.
  const table: Readonly<Record<string, readonly [string, string]>> = {
    'accept-new with an empty file': ['', 'StrictHostKeyChecking accept-new'],
    'accept-new for a known host': ['HOST ED\n', 'StrictHostKeyChecking accept-new'],
    'accept-new for a changed one': ['HOST OTHER\n', 'StrictHostKeyChecking accept-new'],
    'accept-new for a revoked one': ['@revoked HOST ED\n', 'StrictHostKeyChecking accept-new'],
    'accept-new under an alias': ['', 'StrictHostKeyChecking accept-new\nHostKeyAlias Web1.example'],
    'a strict one': ['', 'StrictHostKeyChecking yes'],
    'one that asks, and nobody there': ['', 'StrictHostKeyChecking ask'],
    'nothing said, and nobody there': ['', ''],
    'the other keys of a known host': ['HOST ED\n', 'UpdateHostKeys yes'],
    'a key that the host has no longer': ['HOST ED\nHOST OTHER\n', 'UpdateHostKeys yes'],
    'a key that it has no longer, and another host has': [
      'HOST ED\nHOST OTHER\nweb2 OTHER\n',
      'UpdateHostKeys yes',
    ],
    'a key that another host has too': ['HOST ED\nweb2 ED\n', 'UpdateHostKeys yes'],
    'the other keys, not wanted': ['HOST ED\n', 'UpdateHostKeys no'],
    'the other keys, the file being another': ['HOST ED\n', ''],
    'the other keys of a new host': ['', 'StrictHostKeyChecking accept-new\nUpdateHostKeys yes'],
    'a host that is known by a pattern': ['[127.0.0.*]:* ED\n', 'UpdateHostKeys yes'],
    'a host that is known with others': ['HOST,web2 ED\n', 'UpdateHostKeys yes'],
    'a host with a key that is revoked': ['HOST ED\n@revoked * RSA\n', 'UpdateHostKeys yes'],
    'comments and other lines': ['# one\n\nweb2 OTHER a comment\nHOST ED\n', 'UpdateHostKeys yes'],
  };
  it.each(Object.entries(table))('%s', async (_name, [text, config]) => {
    const keys = text
      ?.replaceAll('ED', key('ed25519'))
      .replaceAll('RSA', key('rsa'))
      .replaceAll('OTHER', other);
    const [theirs, ours] = [setup(keys, config), setup(keys, config)];
    const isIn = ssh(theirs) === 'in';
    expect((await tsplay(ours)) === 'in').toBe(isIn);
    expect(lines(ours.file)).toEqual(lines(theirs.file));
  });

  it('hashed names are made, found again, and brought up to date', async () => {
    const config = 'StrictHostKeyChecking accept-new\nHashKnownHosts yes\nUpdateHostKeys yes';
    const ours = setup(undefined, config);
    expect(await tsplay(ours)).toBe('in');
    expect(lines(ours.file)).toHaveLength(1);
    expect(readFileSync(ours.file, 'utf8')).not.toContain('127.0.0.1');
    writeFileSync(ours.config, readFileSync(ours.config, 'utf8').replace('accept-new', 'yes'));
    expect(await tsplay(ours)).toBe('in');
    expect(lines(ours.file)).toHaveLength(hostKeyTypes.length);
    expect(ssh(ours)).toBe('in');
    expect(lines(ours.file)).toHaveLength(hostKeyTypes.length);
  });
});

describe('a person who is asked', () => {
  const asked = async (yes: boolean) => {
    const ours = setup(undefined, 'StrictHostKeyChecking ask');
    const questions: string[] = [];
    const agree = async (question: string): Promise<boolean> => {
      questions.push(question);
      return yes;
    };
    const result = await tsplay(ours, { asking: { ...nobody, agree } });
    return { result, questions, known: lines(ours.file) };
  };

  it('sees the fingerprint, and if it is the right one the key is learned', async () => {
    const { result, questions, known } = await asked(true);
    expect(result).toBe('in');
    const print = spawnSync('ssh-keygen', ['-lf', `${sshd.hostKeys.ed25519}.pub`], {
      encoding: 'utf8',
    }).stdout;
    expect(questions).toEqual([expect.stringContaining(print.split(' ')[1] ?? '?')]);
    expect(known).toEqual([`[127.0.0.1]:${sshd.port} ${key('ed25519')}`]);
  });

  it('may say no, and then it is as if nobody had been there', async () => {
    expect(await asked(false)).toMatchObject({ result: 'host-key-unknown', known: [] });
  });

  it('is not asked about a key that has changed', async () => {
    const ours = setup(`HOST ${other}\n`, 'StrictHostKeyChecking no');
    const agree = (): Promise<boolean> => Promise.reject(new Error('it was asked'));
    expect(await tsplay(ours, { asking: { ...nobody, agree } })).toBe('host-key-changed');
  });

  it('is not asked in batch mode', async () => {
    const ours = setup('', 'BatchMode yes');
    const agree = (): Promise<boolean> => Promise.reject(new Error('it was asked'));
    expect(await tsplay(ours, { asking: { ...nobody, agree } })).toBe('host-key-unknown');
  });

  it('answers ssh too, where that is the way', async () => {
    const ours = setup('', 'StrictHostKeyChecking ask');
    const questions: string[] = [];
    const agree = async (question: string): Promise<boolean> => questions.push(question) > 0;
    expect(await tsplay(ours, { asking: { ...nobody, agree }, transport: 'openssh' })).toBe('in');
    expect(questions).toEqual([expect.stringMatching(/SHA256:/)]);
    expect(lines(ours.file)).toEqual([`[127.0.0.1]:${sshd.port} ${key('ed25519')}`]);
  });
});

describe('the file itself', () => {
  it('that ends within a line is gone on with behind it', async () => {
    const ours = setup(`web2 ${other}`, 'StrictHostKeyChecking accept-new');
    expect(await tsplay(ours)).toBe('in');
    expect(readFileSync(ours.file, 'utf8')).toBe(
      `web2 ${other}\n[127.0.0.1]:${sshd.port} ${key('ed25519')}\n`,
    );
  });

  it('is made for its owner only', async () => {
    const ours = setup(undefined, 'StrictHostKeyChecking accept-new');
    expect(await tsplay(ours)).toBe('in');
    expect(statSync(ours.file).mode & 0o777).toBe(0o600);
    expect(statSync(join(ours.file, '..')).mode & 0o777).toBe(0o700);
  });

  it('keeps its mode and what leads to it', async () => {
    const ours = setup(`HOST ${key('ed25519')}\n`, 'UpdateHostKeys yes');
    const real = `${ours.file}.real`;
    writeFileSync(real, readFileSync(ours.file), { mode: 0o640 });
    rmSync(ours.file);
    symlinkSync(real, ours.file);
    expect(await tsplay(ours)).toBe('in');
    expect(lines(real)).toHaveLength(hostKeyTypes.length);
    expect(statSync(real).mode & 0o777).toBe(0o640);
  });

  it('that is /dev/null stays that', async () => {
    const ours = setup('', 'StrictHostKeyChecking no\nUserKnownHostsFile /dev/null');
    expect(await tsplay(ours)).toBe('in');
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
  });

  it('learns from many hosts at once, and loses none', async () => {
    const ours = setup(
      '',
      'StrictHostKeyChecking accept-new\nHost alias*\n  HostName 127.0.0.1\n  HostKeyAlias %h\nHost *',
    );
    const names = Array.from({ length: 12 }, (_, n) => `alias${n}`);
    await Promise.all(
      names.map(async (name) => {
        const which = { ...host(ours.config), name, hostKeyAlias: name };
        await (await connect(which)).close();
      }),
    );
    expect(lines(ours.file).map((line) => line.split(' ')[0])).toEqual(names.toSorted());
  });
});
