import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { encrypt } from '../../src/secrets/age.ts';
import { decryptText, identityFile } from '../../src/secrets/identity.ts';
import { ageKey, withPassphrase, type AgeKey } from '../support/age.ts';

let dir = '';
let key: AgeKey;
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'tsplay-identity-'));
  key = await ageKey(dir);
  vi.stubEnv('TSPLAY_IDENTITY', key.file);
  return () => rmSync(dir, { recursive: true });
});
afterEach(() => void vi.unstubAllEnvs());

const where = { file: '/inventory/prod.yaml', line: 3, column: 5 };
const open = (text: string): Promise<string> => decryptText(text, { what: 'this secret', where });

/** A key file with this text, which is then the one that is used. */
function use(text: string, mode = 0o600): string {
  const file = join(dir, 'other');
  writeFileSync(file, text);
  chmodSync(file, mode);
  vi.stubEnv('TSPLAY_IDENTITY', file);
  return file;
}

describe('the file with the keys', () => {
  it('is what TSPLAY_IDENTITY names, else one in the folder for settings', () => {
    expect(identityFile()).toBe(key.file);
    vi.stubEnv('TSPLAY_IDENTITY', undefined);
    vi.stubEnv('XDG_CONFIG_HOME', undefined);
    vi.stubEnv('HOME', '/home/ada');
    expect(identityFile()).toBe('/home/ada/.config/tsplay/identity');
    vi.stubEnv('XDG_CONFIG_HOME', '/etc/xdg');
    expect(identityFile()).toBe('/etc/xdg/tsplay/identity');
  });

  it.each<[string, string, string]>([
    ['nothing in it', '# only words\n\n', 'there is no key in it'],
    ['something else', '# key\nhunter2hunter2\n', 'line 2 is no key of age'],
    ['a key that was cut', 'AGE-SECRET-KEY-1QQQQ\n', 'line 1 is damaged'],
    ['the key of a plugin', 'AGE-PLUGIN-YUBIKEY-1QQQQ\n', 'line 1 is for a plugin of age'],
    ['a key of ssh', '-----BEGIN OPENSSH PRIVATE KEY-----\nb3Blb\n', 'it is a key of ssh'],
  ])('is refused with %s, which is not shown', async (_, text, problem) => {
    const file = use(text);
    const error = (await open(await key.encrypt('x')).catch((error: unknown) => error)) as Error;
    expect(error).toMatchObject({ code: 'bad-identity', exit: 64 });
    expect(error.message).toContain(`${file} cannot be used: ${problem}`);
    expect(error.message).not.toMatch(/hunter2|QQQQ/);
  });

  it('is refused if others can read it, or it is a folder, or not there', async () => {
    const text = await key.encrypt('x');
    use(`${key.identity}\n`, 0o640);
    await expect(open(text)).rejects.toMatchObject({
      code: 'open-identity',
      message: expect.stringContaining('its mode is 0640') as string,
    });
    mkdirSync(join(dir, 'folder'));
    vi.stubEnv('TSPLAY_IDENTITY', join(dir, 'folder'));
    await expect(open(text)).rejects.toMatchObject({ code: 'bad-identity' });
    vi.stubEnv('TSPLAY_IDENTITY', join(dir, 'nowhere'));
    await expect(open(text)).rejects.toMatchObject({
      code: 'no-identity',
      message: `there is no key to open what is encrypted with age: no file ${join(dir, 'nowhere')}`,
    });
  });

  it('needs a terminal where it has a passphrase', async () => {
    const file = use(await withPassphrase(`${key.identity}\n`, 'open sesame'));
    await expect(open(await key.encrypt('x'))).rejects.toMatchObject({
      code: 'no-terminal',
      message: `there is no terminal to ask for the passphrase of ${file}`,
    });
  });
});

describe('what is encrypted with age', () => {
  it('opens for one of several keys, from a file with several', async () => {
    const others = await Promise.all(['a', 'b', 'c'].map((name) => ageKey(dir, name)));
    const text = await encrypt("it's ‹ü›\n\0", [others[0]?.recipient ?? '', others[2]?.recipient ?? '']);
    use(`${key.identity}\n# and\n${others[2]?.identity}\r\n`);
    expect(await open(text)).toBe("it's ‹ü›\n\0");
  });

  it('may be indented, and have the line ends of another system', async () => {
    const text = await key.encrypt('x'.repeat(200));
    expect(await open(text.replaceAll(/^/gm, '      '))).toBe('x'.repeat(200));
    expect(await open(`\r\n${text.replaceAll('\n', '\r\n')}`)).toBe('x'.repeat(200));
  });

  it('is not for us, and says whom it is for', async () => {
    const other = await ageKey(dir, 'a');
    await expect(open(await other.encrypt('x'))).rejects.toMatchObject({
      code: 'age-other-key',
      where,
      message: `this secret is not encrypted for any key in ${key.file}`,
    });
    await expect(open(await withPassphrase('x', 'open sesame'))).rejects.toMatchObject({
      code: 'age-other-key',
      message: `this secret is not encrypted for any key in ${key.file}; it is for a passphrase`,
    });
  });

  it.each<[string, (text: string) => string]>([
    ['is cut', (text) => text.slice(0, -60)],
    ['has lost a line', (text) => text.replace(/\n[^\n]+(?=\n----)/, '')],
    ['has a letter too many', (text) => text.replace(/(\n[^\n]{64})/, '$1A')],
    ['has another header', (text) => text.replace('YWdlLWVuY3J5cHRpb24', 'YWdlLWVuY3J5cHRpb25')],
    ['has markers of a merge', (text) => text.replace('\n', '\n<<<<<<< HEAD\n')],
  ])('is damaged: it %s', async (_, damage) => {
    const text = await key.encrypt('a secret of some length, so that it has several lines');
    await expect(open(damage(text))).rejects.toMatchObject({ code: 'age-damaged', where });
  });

  it('is damaged: a byte is another one, anywhere', async () => {
    const text = await key.encrypt('hunter2');
    for (let at = 50; at < text.length - 40; at += 7) {
      const other = text[at] === 'A' ? 'B' : 'A';
      if (text[at] === '\n') continue;
      const damaged = text.slice(0, at) + other + text.slice(at + 1);
      await expect(open(damaged)).rejects.toMatchObject({ exit: 64 });
    }
  });

  it('must be text', async () => {
    await expect(open(await key.encrypt(new Uint8Array([0xff, 0xfe])))).rejects.toMatchObject({
      code: 'secret-not-text',
      message: 'this secret is not text in UTF-8 once it is decrypted',
    });
  });
});
