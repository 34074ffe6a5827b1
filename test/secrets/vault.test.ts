import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { openInventory } from '../../src/playbook/open-inventory.ts';
import { openSecrets } from '../../src/secrets/sealed.ts';
import { reveal, secret, type Secret } from '../../src/secrets/secret.ts';
import { decryptVault, useVaultIds } from '../../src/secrets/vault-passwords.ts';
import { tempProject, type TempProject } from '../playbook/load/temp-project.ts';
import { yamlBlock } from '../support/age.ts';

let dir = '';
const at = (name: string): string => join(dir, name);
const write = (name: string, text: string, mode = 0o600): string => {
  writeFileSync(at(name), text);
  chmodSync(at(name), mode);
  return at(name);
};

/** What ansible-vault itself makes of a text: of version 1.1, or of 1.2 with a vault id. */
function encrypted(text: string, password: string, label = ''): string {
  const id = [
    '--vault-id',
    `${label}@${write('password', password)}`,
    '--encrypt-vault-id',
    label || 'default',
  ];
  const input = write('plain', text);
  return execFileSync('ansible-vault', ['encrypt', ...id, '--output', '-', input], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

const canary = 'hunter2 ‹ü› $(id)\n';
let one = '';
let two = '';
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'tsplay-vault-'));
  one = encrypted(canary, 'first', '');
  two = encrypted('of prod\n', "it's ‹ü›", 'prod');
});
afterAll(() => rmSync(dir, { recursive: true }));
beforeEach(() => useVaultIds([]));
afterEach(() => {
  vi.unstubAllEnvs();
  useVaultIds([]);
});

const where = { file: '/inventory/prod.yaml', line: 3, column: 5 };
const open = async (text: string): Promise<string> =>
  (await decryptVault(text, { what: 'this secret', where })).toString();
const use = (...ids: readonly string[]): void => useVaultIds(ids);

describe('what ansible-vault has encrypted', () => {
  it('is of both versions, and opens with the password', async () => {
    expect(one).toMatch(/^\$ANSIBLE_VAULT;1\.1;AES256\n/);
    expect(two).toMatch(/^\$ANSIBLE_VAULT;1\.2;AES256;prod\n/);
    use(write('one', 'first\n'), `prod@${write('two', "it's ‹ü›")}`);
    expect(await open(one)).toBe(canary);
    expect(await open(two)).toBe('of prod\n');
    // As it is indented in YAML, and with the line ends of another system.
    expect(await open(one.replaceAll('\n', '\r\n    '))).toBe(canary);
  });

  it.each([1, 16])('opens with a length of %d', async (length) => {
    use(write('one', 'first'));
    const text = 'x'.repeat(length);
    expect(await open(encrypted(text, 'first'))).toBe(text);
  });

  it('opens with another vault id than its own too, as with Ansible', async () => {
    use(`other@${write('two', "it's ‹ü›")}`);
    expect(await open(two)).toBe('of prod\n');
  });

  it('tries the password of its vault id first', async () => {
    const asked = at('asked');
    const program = (name: string, password: string): string =>
      write(name, `#!/bin/sh\necho ${name} "$@" >>${asked}\necho "${password}"\n`, 0o700);
    use(`dev@${program('dev-client.sh', 'wrong')}`, `prod@${program('prod-client', "it's ‹ü›")}`);
    expect(await Promise.all([open(two), open(two)])).toEqual(['of prod\n', 'of prod\n']);
    // Once, and not for one that nobody needed.
    expect(readFileSync(asked, 'utf8')).toBe('prod-client --vault-id prod\n');
  });

  it.each<[string, (file: (text: string, mode?: number) => string) => void]>([
    ['a file', (file) => use(file('first\n'))],
    ['a file with a vault id', (file) => use(`dev@${file('first')}`)],
    ['a program', (file) => use(file('#!/bin/sh\n[ $# = 0 ] && echo first\n', 0o700))],
    [
      'an environment variable',
      () => {
        vi.stubEnv('MY_VAULT_PASSWORD', 'first');
        use('dev@env:MY_VAULT_PASSWORD');
      },
    ],
    [
      'the variable of Ansible for a file',
      (file) => void vi.stubEnv('ANSIBLE_VAULT_PASSWORD_FILE', file('first')),
    ],
    [
      'the variable of Ansible for vault ids',
      (file) => void vi.stubEnv('ANSIBLE_VAULT_IDENTITY_LIST', `dev@${file('first')}, x@/nowhere`),
    ],
  ])('opens with a password from %s', async (_, give) => {
    give((text, mode) => write('given', text, mode));
    expect(await open(one)).toBe(canary);
    expect(process.env['MY_VAULT_PASSWORD']).toBeUndefined();
  });

  it.each<[string, () => void, string, RegExp]>([
    [
      'with another password',
      () => use(write('wrong', 'wrong')),
      'vault-other-password',
      /^this secret is encrypted with another password of Ansible Vault than .*; its vault id is prod$/,
    ],
    ['without a terminal to ask on', () => {}, 'no-terminal', /ask for the password of Ansible Vault$/],
    ['from a file that is not there', () => use('/nowhere/x'), 'no-vault-password', /ENOENT/],
    ['from a file with nothing in it', () => use(write('empty', '\n')), 'no-vault-password', /it is empty$/],
    [
      'from a program that fails',
      () => use(write('fails', '#!/bin/sh\necho hunter2; exit 3', 0o700)),
      'no-vault-password',
      /fails: it ended with status 3$/,
    ],
    [
      'from a variable that is not set',
      () => use('env:NO_SUCH_VARIABLE'),
      'no-vault-password',
      /it is not set$/,
    ],
  ])('does not open %s', async (_, give, code, message) => {
    give();
    const thrown = (await open(two).catch((error: unknown) => error)) as Error;
    expect(thrown).toMatchObject({ code, message: expect.stringMatching(message) as string });
    expect(thrown.message).not.toContain('hunter2');
  });

  it.each<[string, (text: string) => string, string]>([
    ['lacks a line', (text) => text.replace(/\n\w{80}(?=\n)/, ''), ''],
    ['has a letter too many', (text) => `${text}a`, 'it is damaged'],
    ['has nothing behind its first line', (text) => text.split('\n')[0] ?? '', 'it is damaged'],
    [
      'is of version 1.0',
      (text) => text.replace('1.1;AES256', '1.0;AES'),
      'it is of version 1.0, which is not safe',
    ],
    ['is of version 2', (text) => text.replace('1.1', '2'), 'it is of version 2, and 1.1 and 1.2 are known'],
    ['has another cipher', (text) => text.replace('AES256', 'ROT13'), 'its cipher is ROT13'],
  ])('is told of where it %s', async (_, damage, problem) => {
    use(write('one', 'first'));
    await expect(open(damage(one))).rejects.toMatchObject({
      where,
      message: expect.stringContaining(problem) as string,
    });
  });
});

describe('an inventory of Ansible with secrets', () => {
  let project: TempProject;
  beforeEach(() => {
    project = tempProject();
    return () => project.remove();
  });

  it('moves over as it is', async () => {
    const string = execFileSync(
      'ansible-vault',
      ['encrypt_string', '--vault-id', `dev@${write('one', 'first')}`, '--name', 'inline', 'in YAML'],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
    );
    expect(string).toMatch(/^inline: !vault \|\n {10}\$ANSIBLE_VAULT/);
    project.write({
      'hosts.ini': '[web]\na\n',
      'group_vars/all/plain.yml': `open: text\n${string}\nlist:\n  - !vault-encrypted ${yamlBlock(one, 2)}`,
      'group_vars/all/vault.yml': encrypted('vault_pin: 0042\nansible_become_password: pw\n', 'first'),
      'group_vars/web.json': JSON.stringify({ json: { __ansible_vault: two } }),
    });
    use(`dev@${at('one')}`, `prod@${write('two', "it's ‹ü›")}`);
    const inventory = await openInventory('hosts.ini', project.dir);
    const { vars = {}, becomePassword } = inventory.hosts.get('a') ?? {};
    expect(await openSecrets([vars, becomePassword])).toEqual([]);
    expect(JSON.stringify(vars)).toBe(
      '{"open":"text","inline":"‹secret›","list":["‹secret›"],"vault_pin":"‹secret›","json":"‹secret›"}',
    );
    const { inline, list, vault_pin: pin, json } = vars;
    const secrets = [inline, (list as readonly unknown[])[0], pin, json, becomePassword] as readonly Secret[];
    expect(secrets.map(reveal)).toEqual(['in YAML', canary, '0042', 'of prod\n', 'pw']);
  });

  it('may print them from a program', async () => {
    const data = { web: { hosts: ['a'], vars: { pw: { __ansible_vault: one } } }, _meta: { hostvars: {} } };
    project.write({ 'hosts.sh': `#!/bin/sh\ncat <<'END'\n${JSON.stringify(data)}\nEND\n` });
    chmodSync(project.path('hosts.sh'), 0o755);
    use(write('one', 'first'));
    const inventory = await openInventory('hosts.sh', project.dir);
    const { pw } = inventory.hosts.get('a')?.vars ?? {};
    expect(await openSecrets(pw)).toEqual([]);
    expect(reveal(pw as Secret)).toBe(canary);
  });

  it('needs no password where no secret is needed', async () => {
    project.write({ 'hosts.ini': 'a\nb\n', 'host_vars/a.yml': `pw: !vault ${yamlBlock(one, 0)}` });
    use('/nowhere/x');
    const { hosts } = await openInventory('hosts.ini', project.dir);
    expect(await openSecrets(hosts.get('b')?.vars)).toEqual([]);
    expect(await openSecrets(hosts.get('a')?.vars)).toMatchObject([{ code: 'no-vault-password' }]);
  });

  it('is refused with a tag before what anybody can read', async () => {
    project.write({ 'hosts.ini': 'a\n', 'host_vars/a.yml': 'pw: !vault hunter2\n' });
    await expect(openInventory('hosts.ini', project.dir)).rejects.toMatchObject({
      errors: [{ code: 'not-vaulted', where: { line: 1, column: 12 } }],
    });
  });

  it('may have such values in TypeScript too', async () => {
    use(write('one', 'first'));
    const value = secret(one);
    expect(await openSecrets(value)).toEqual([]);
    expect(reveal(value)).toBe(canary);
  });
});

// The last one: what was in the environment is remembered.
describe('the password of tsplay itself', () => {
  it('is in a variable that no other process gets', async () => {
    vi.stubEnv('TSPLAY_VAULT_PASSWORD', 'first');
    useVaultIds([]);
    expect(await open(one)).toBe(canary);
    expect(process.env['TSPLAY_VAULT_PASSWORD']).toBeUndefined();
  });
});
