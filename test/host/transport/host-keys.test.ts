import { execFileSync, spawn } from 'node:child_process';
import { text as readAll } from 'node:stream/consumers';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TsplayError } from '../../../src/errors/tsplay-error.ts';
import { ssh2Transport } from '../../../src/transport/ssh2-transport.ts';
import type { Target } from '../../../src/transport/transport.ts';
import {
  hostKeyTypes,
  keygen,
  publicKey,
  startSshd,
  type HostKeyType,
  type Sshd,
} from '../../support/sshd.ts';

type Verdict = 'known' | 'unknown' | 'changed' | 'revoked';
type Keys = Readonly<Record<HostKeyType, string>>;

let sshd: Sshd;
/** The host's public keys, and keys that are not the host's, as they stand in known_hosts. */
let own: Keys;
let other: Keys;

beforeAll(async () => {
  sshd = await startSshd();
  for (const type of hostKeyTypes) keygen(join(sshd.dir, `other_${type}`), type);
  keygen(join(sshd.dir, 'stranger'), 'ed25519');
  const keys = (file: (type: HostKeyType) => string): Keys => ({
    ed25519: publicKey(file('ed25519')),
    ecdsa: publicKey(file('ecdsa')),
    rsa: publicKey(file('rsa')),
  });
  own = keys((type) => sshd.hostKeys[type]);
  other = keys((type) => join(sshd.dir, `other_${type}`));
});
afterAll(() => sshd.close());

/** Knows the host only if the login is what fails: the key is a stranger's. */
async function ssh(target: Target): Promise<Verdict> {
  const alias = target.hostKeyAlias === undefined ? [] : ['-o', `HostKeyAlias=${target.hostKeyAlias}`];
  const options = {
    StrictHostKeyChecking: 'yes',
    UserKnownHostsFile: target.knownHostsFiles.join(' '),
    GlobalKnownHostsFile: '/dev/null',
    BatchMode: 'yes',
    IdentitiesOnly: 'yes',
  };
  const words = Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  const child = spawn(
    'ssh',
    [
      '-F',
      '/dev/null',
      ...words,
      ...alias,
      '-i',
      join(sshd.dir, 'stranger'),
      '-p',
      `${target.port}`,
      target.address,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const said = await readAll(child.stderr);
  if (said.includes('Permission denied (publickey)')) return 'known';
  if (said.includes('REVOKED')) return 'revoked';
  if (said.includes('HAS CHANGED')) return 'changed';
  if (/No \S+ host key is known/.test(said)) return 'unknown';
  throw new Error(`ssh said something else: ${said}`);
}

async function tsplay(target: Target): Promise<Verdict> {
  try {
    (await ssh2Transport.open(target)).destroy();
    return 'known';
  } catch (error) {
    if (!(error instanceof TsplayError)) throw error;
    switch (error.code) {
      case 'host-key-unknown':
      case 'host-key-by-authority':
        return 'unknown';
      case 'host-key-changed':
        return 'changed';
      case 'host-key-revoked':
        return 'revoked';
      default:
        throw error;
    }
  }
}

/** known_hosts with these lines; `HOST` stands for the name and port under which the host is looked up. */
function knownHosts(lines: string): readonly string[] {
  const file = join(sshd.dir, 'table');
  writeFileSync(file, lines.replaceAll('HOST', `[127.0.0.1]:${sshd.port}`));
  return [file];
}

function hashed(lines: string): readonly string[] {
  const [file = ''] = knownHosts(lines);
  execFileSync('ssh-keygen', ['-q', '-H', '-f', file], { stdio: 'ignore' });
  expect(readFileSync(file, 'utf8')).toContain('|1|');
  return [file];
}

describe('known_hosts is read as ssh reads it', () => {
  interface Case {
    readonly verdict: Verdict;
    readonly files: () => readonly string[];
    readonly alias?: string;
  }
  const table: Readonly<Record<string, Case>> = {
    'no file': { verdict: 'unknown', files: () => [join(sshd.dir, 'none')] },
    'an empty file': { verdict: 'unknown', files: () => knownHosts('') },
    'its ed25519 key': { verdict: 'known', files: () => knownHosts(`HOST ${own.ed25519}\n`) },
    'its ecdsa key only': { verdict: 'known', files: () => knownHosts(`HOST ${own.ecdsa}\n`) },
    'its rsa key only': { verdict: 'known', files: () => knownHosts(`HOST ${own.rsa}\n`) },
    'all its keys': {
      verdict: 'known',
      files: () => knownHosts(`HOST ${own.rsa}\nHOST ${own.ecdsa}\nHOST ${own.ed25519}\n`),
    },
    'another ed25519 key': { verdict: 'changed', files: () => knownHosts(`HOST ${other.ed25519}\n`) },
    'another rsa key': { verdict: 'changed', files: () => knownHosts(`HOST ${other.rsa}\n`) },
    'another and its own key of one type': {
      verdict: 'known',
      files: () => knownHosts(`HOST ${other.ed25519}\nHOST ${own.ed25519}\n`),
    },
    'another ed25519 key and its own rsa key': {
      verdict: 'changed',
      files: () => knownHosts(`HOST ${other.ed25519}\nHOST ${own.rsa}\n`),
    },
    'its own ed25519 key and another rsa key': {
      verdict: 'known',
      files: () => knownHosts(`HOST ${own.ed25519}\nHOST ${other.rsa}\n`),
    },
    'its key in the second file': {
      verdict: 'known',
      files: () => [join(sshd.dir, 'none'), ...knownHosts(`HOST ${own.ed25519}\n`)],
    },
    'its key, revoked': { verdict: 'revoked', files: () => knownHosts(`@revoked HOST ${own.ed25519}\n`) },
    'its key, known and revoked everywhere': {
      verdict: 'revoked',
      files: () => knownHosts(`HOST ${own.ed25519}\n@revoked * ${own.ed25519}\n`),
    },
    'its key, revoked for others': {
      verdict: 'known',
      files: () => knownHosts(`HOST ${own.ed25519}\n@revoked other ${own.ed25519}\n`),
    },
    'another key, revoked': {
      verdict: 'known',
      files: () => knownHosts(`HOST ${own.ed25519}\n@revoked * ${other.ed25519}\n`),
    },
    'a certificate authority': {
      verdict: 'unknown',
      files: () => knownHosts(`@cert-authority HOST ${own.ed25519}\n`),
    },
    'a certificate authority and its key': {
      verdict: 'known',
      files: () => knownHosts(`@cert-authority * ${other.ed25519}\nHOST ${own.ed25519}\n`),
    },
    'its key, hashed': { verdict: 'known', files: () => hashed(`HOST ${own.ed25519}\n`) },
    'another key, hashed': { verdict: 'changed', files: () => hashed(`HOST ${other.ed25519}\n`) },
    'another host, hashed': { verdict: 'unknown', files: () => hashed(`[127.0.0.2]:22 ${own.ed25519}\n`) },
    'a list of names': { verdict: 'known', files: () => knownHosts(`web1,HOST,web2 ${own.ed25519}\n`) },
    'a wildcard': { verdict: 'known', files: () => knownHosts(`[127.0.*]:* ${own.ed25519}\n`) },
    'question marks': {
      verdict: 'known',
      files: () => knownHosts(`[127.0.0.?]:${'?'.repeat(`${sshd.port}`.length)} ${own.ed25519}\n`),
    },
    'a wildcard that does not fit': {
      verdict: 'unknown',
      files: () => knownHosts(`[127.1.*]:* ${own.ed25519}\n`),
    },
    'a wildcard with an exception': {
      verdict: 'unknown',
      files: () => knownHosts(`[*]:*,!HOST ${own.ed25519}\n`),
    },
    'an exception first': {
      verdict: 'unknown',
      files: () => knownHosts(`!HOST,[*]:* ${own.ed25519}\n`),
    },
    'an exception for the port, but a wildcard for the name': {
      verdict: 'known',
      files: () => knownHosts(`*,!HOST ${own.ed25519}\n`),
    },
    'an exception for others': { verdict: 'known', files: () => knownHosts(`!web1,* ${own.ed25519}\n`) },
    'its key, known without the port': {
      verdict: 'known',
      files: () => knownHosts(`127.0.0.1 ${own.ed25519}\n`),
    },
    'another key, known without the port': {
      verdict: 'unknown',
      files: () => knownHosts(`127.0.0.1 ${other.ed25519}\n`),
    },
    'its rsa key, known without the port': {
      verdict: 'unknown',
      files: () => knownHosts(`127.0.0.1 ${own.rsa}\n`),
    },
    'another key with, its own without the port': {
      verdict: 'changed',
      files: () => knownHosts(`HOST ${other.ed25519}\n127.0.0.1 ${own.ed25519}\n`),
    },
    'another port': { verdict: 'unknown', files: () => knownHosts(`[127.0.0.1]:1 ${own.ed25519}\n`) },
    'its alias': {
      verdict: 'known',
      files: () => knownHosts(`web1.example.org ${own.ed25519}\n`),
      alias: 'web1.example.org',
    },
    'its alias in other letters': {
      verdict: 'known',
      files: () => knownHosts(`Web1.Example.org ${own.ed25519}\n`),
      alias: 'WEB1.example.ORG',
    },
    'its address and port, where the alias counts': {
      verdict: 'unknown',
      files: () => knownHosts(`HOST ${own.ed25519}\n`),
      alias: 'web1.example.org',
    },
    'its address without the port, where the alias counts': {
      verdict: 'unknown',
      files: () => knownHosts(`127.0.0.1 ${own.ed25519}\n`),
      alias: 'web1.example.org',
    },
    'its alias with the port': {
      verdict: 'unknown',
      files: () => knownHosts(`[web1]:${sshd.port} ${own.ed25519}\n`),
      alias: 'web1',
    },
    'a comment behind the key': {
      verdict: 'known',
      files: () => knownHosts(`# web1\n\n  HOST\t${own.ed25519} root@web1 2026\n`),
    },
    'lines that end with CR': { verdict: 'known', files: () => knownHosts(`HOST ${own.ed25519}\r\n`) },
    'no newline at the end': { verdict: 'known', files: () => knownHosts(`HOST ${own.ed25519}`) },
    'damaged lines before the key': {
      verdict: 'known',
      files: () =>
        knownHosts(
          `HOST\nHOST ssh-ed25519\nHOST ssh-foo AAAA\nHOST ssh-ed25519 !!!\n@maybe HOST ${own.rsa}\nHOST ${own.ed25519}\n`,
        ),
    },
    'a damaged line only': {
      verdict: 'unknown',
      files: () => knownHosts(`HOST ${own.ed25519.slice(0, -3)}\n`),
    },
    'a key under the name of another type': {
      verdict: 'unknown',
      files: () => knownHosts(`HOST ssh-rsa ${own.ed25519.split(' ')[1]}\n`),
    },
    'a revoked line that is damaged': {
      verdict: 'known',
      files: () => knownHosts(`HOST ${own.ed25519}\n@revoked HOST ssh-ed25519 AAAA\n`),
    },
  };

  it.each(Object.entries(table))('%s', async (_name, { verdict, files, alias }) => {
    const target = sshd.target({ knownHostsFiles: files(), hostKeyAlias: alias });
    expect({ ssh: await ssh(target), tsplay: await tsplay(target) }).toEqual({
      ssh: verdict,
      tsplay: verdict,
    });
  });
});

describe('a refusal', () => {
  const refusal = async (target: Target): Promise<TsplayError> => {
    try {
      (await ssh2Transport.open(target)).destroy();
    } catch (error) {
      if (error instanceof TsplayError) return error;
      throw error;
    }
    throw new Error('it was let in');
  };
  const print = (type: HostKeyType): string =>
    execFileSync('ssh-keygen', ['-lf', `${sshd.hostKeys[type]}.pub`], { encoding: 'utf8' }).split(' ')[1] ??
    '';

  it('of an unknown key shows its fingerprint and a command that makes exactly this key known', async () => {
    const file = join(sshd.dir, "it's new");
    const target = sshd.target({ knownHostsFiles: [file] });
    const error = await refusal(target);
    expect(error).toMatchObject({ code: 'host-key-unknown', exit: 3, host: 'web1' });
    expect(error.message).toContain(print('ed25519'));
    expect(error.message).toContain(file);
    accept(error);
    expect(await tsplay(target)).toBe('known');
  });

  it('of an unknown key under an alias gives a command for the alias', async () => {
    const target = sshd.target({
      knownHostsFiles: [join(sshd.dir, 'alias')],
      hostKeyAlias: 'web1.example.org',
    });
    accept(await refusal(target));
    expect(await tsplay(target)).toBe('known');
    expect(await ssh(target)).toBe('known');
  });

  it('of a changed key names every line that knows another one', async () => {
    const [file = ''] = knownHosts(`# first\nHOST ${other.rsa}\nHOST ${other.ed25519}\n`);
    const error = await refusal(sshd.target({ knownHostsFiles: [file] }));
    expect(error.message).toContain('HAS CHANGED');
    expect(error.message).toContain(print('ed25519'));
    expect(error.message).toContain(`${file}:2, ${file}:3`);
    expect(error.hint).toContain(`${file}:2, ${file}:3`);
  });

  it('of a revoked key names the line, and gives no way around it', async () => {
    const [file = ''] = knownHosts(`HOST ${own.ed25519}\n@revoked HOST ${own.ed25519}\n`);
    const error = await refusal(sshd.target({ knownHostsFiles: [file] }));
    expect(error.message).toContain(`REVOKED at ${file}:2`);
    expect(error.hint).not.toContain('ssh-keyscan');
  });

  it('tells of lines that could not be read', async () => {
    const [file = ''] = knownHosts(`HOST ssh-ed25519 AAAA\n`);
    const error = await refusal(sshd.target({ knownHostsFiles: [file] }));
    expect(error.message).toContain(`${file}:1: the key is damaged`);
  });

  it('comes where known_hosts cannot be read, since nothing can be compared', async () => {
    expect(await refusal(sshd.target({ knownHostsFiles: [sshd.dir] }))).toMatchObject({
      code: 'known-hosts-unreadable',
      exit: 3,
    });
  });

  it('comes before any login is tried', async () => {
    const before = logins();
    await refusal(sshd.target({ knownHostsFiles: knownHosts('') }));
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(logins()).toBe(before);
    expect(await tsplay(sshd.target())).toBe('known');
    await expect.poll(logins).toBe(before + 1);
  });

  it('is decided by what stands in the file now', async () => {
    const file = join(sshd.dir, 'grows');
    const target = sshd.target({ knownHostsFiles: [file] });
    writeFileSync(file, '');
    expect(await tsplay(target)).toBe('unknown');
    appendFileSync(file, `[127.0.0.1]:${sshd.port} ${own.ed25519}\n`);
    expect(await tsplay(target)).toBe('known');
  });

  /** Runs the command that a refusal advises. */
  function accept({ hint = '' }: TsplayError): void {
    const command = /ssh-keyscan .*/.exec(hint)?.[0] ?? 'false';
    execFileSync('sh', ['-c', command], { stdio: 'ignore' });
  }

  function logins(): number {
    return readFileSync(join(sshd.dir, 'log'), 'utf8').split('Accepted publickey').length - 1;
  }
});
