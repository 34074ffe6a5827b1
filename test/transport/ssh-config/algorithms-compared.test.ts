import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sshConfigOf } from '../../../src/transport/ssh-config/index.ts';

let dir = '';
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'tsplay-algorithms-'));
});
afterAll(() => rmSync(dir, { recursive: true }));

/** The keyword, and under which name ssh2 has a list of the same. */
const kinds = {
  KexAlgorithms: 'kex',
  Ciphers: 'cipher',
  MACs: 'hmac',
  HostKeyAlgorithms: 'serverHostKey',
  PubkeyAcceptedAlgorithms: 'publicKey',
} as const;
type Keyword = keyof typeof kinds;

/** What ssh2 knows on this Node, of which some is off unless it is asked for. */
const { SUPPORTED_KEX, SUPPORTED_CIPHER, SUPPORTED_MAC, SUPPORTED_SERVER_HOST_KEY } = createRequire(
  import.meta.url,
)('ssh2/lib/protocol/constants.js') as Readonly<Record<string, readonly string[]>>;
const ssh2: Readonly<Record<Keyword, readonly string[] | undefined>> = {
  KexAlgorithms: SUPPORTED_KEX,
  Ciphers: SUPPORTED_CIPHER,
  MACs: SUPPORTED_MAC,
  HostKeyAlgorithms: SUPPORTED_SERVER_HOST_KEY,
  PubkeyAcceptedAlgorithms: SUPPORTED_SERVER_HOST_KEY,
};

function theirs(file: string, keyword: Keyword): readonly string[] {
  const text = execFileSync('ssh', ['-F', file, '-G', 'web1'], { encoding: 'utf8', stdio: 'pipe' });
  const line = text.split('\n').find((one) => one.startsWith(`${keyword.toLowerCase()} `)) ?? '';
  return line
    .slice(keyword.length + 1)
    .split(',')
    .filter((name) => ssh2[keyword]?.includes(name));
}

it.each([
  ['KexAlgorithms', '+diffie-hellman-group1-sha1'],
  ['KexAlgorithms', '+diffie-hellman-group14-sha1,diffie-hellman-group-exchange-sha1,curve25519-sha256'],
  ['KexAlgorithms', '-curve25519*,ecdh-sha2-nistp???'],
  ['KexAlgorithms', '^diffie-hellman-group18-sha512,ecdh-sha2-nistp521'],
  ['KexAlgorithms', 'ecdh-sha2-nistp384,curve25519-sha256,sntrup761x25519-sha512@openssh.com'],
  ['KexAlgorithms', '-*'],
  ['Ciphers', '+aes128-cbc,3des-cbc'],
  ['Ciphers', '-chacha20-poly1305@openssh.com,*-ctr'],
  ['Ciphers', '^aes256-gcm@openssh.com'],
  ['Ciphers', 'aes256-ctr,aes192-cbc'],
  ['MACs', '+hmac-md5,hmac-sha1-96'],
  ['MACs', '-*-etm@openssh.com,umac*'],
  ['MACs', '^hmac-sha1'],
  ['HostKeyAlgorithms', '+ssh-rsa'],
  ['HostKeyAlgorithms', '+ssh-*'],
  ['HostKeyAlgorithms', '-ecdsa-*'],
  ['HostKeyAlgorithms', '^rsa-sha2-256'],
  ['HostKeyAlgorithms', 'rsa-*,ssh-ed25519'],
  ['PubkeyAcceptedAlgorithms', '+ssh-rsa,ssh-dss'],
  ['PubkeyAcceptedAlgorithms', '-rsa-sha2-256'],
  ['PubkeyAcceptedAlgorithms', 'ssh-ed25519,rsa-sha2-512'],
] as const)('%s %s leaves what ssh -G has of what ssh2 knows', async (keyword, list) => {
  // Files are read once.
  const file = join(dir, `${keyword}${list.replaceAll(/\W/g, '_')}`);
  writeFileSync(file, `${keyword} ${list}\n`, { mode: 0o600 });
  const { algorithms, reasons } = await sshConfigOf({ host: 'web1', given: new Map(), file });
  const expected = theirs(file, keyword);
  expect(algorithms[kinds[keyword]]).toEqual(expected);
  expect(reasons.filter((reason) => reason.includes(keyword))).toHaveLength(expected.length === 0 ? 1 : 0);
});
