import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TsplayErrors } from '../../src/errors/tsplay-error.ts';
import type { Inventory } from '../../src/inventory/inventory.ts';
import { loadInventory } from '../../src/inventory/load.ts';
import { formatError } from '../../src/report/format-error.ts';
import { concealed } from '../../src/secrets/conceal.ts';
import { openInventory } from '../../src/playbook/open-inventory.ts';
import { openDeclared, openSecrets } from '../../src/secrets/sealed.ts';
import { reveal, secret, Secret } from '../../src/secrets/secret.ts';
import { tempProject, type TempProject } from '../playbook/load/temp-project.ts';
import { ageKey, yamlBlock, type AgeKey } from '../support/age.ts';

let project: TempProject;
let key: AgeKey;
beforeEach(async () => {
  project = tempProject();
  key = await ageKey(project.dir);
  vi.stubEnv('TSPLAY_IDENTITY', key.file);
});
afterEach(() => {
  vi.unstubAllEnvs();
  project.remove();
});

const load = (name: string, text: string): Promise<Inventory> => {
  project.write({ [name]: text });
  return openInventory(name, project.dir);
};

/** The variables of a host, with secrets as what they are. */
async function varsOf(inventory: Inventory, host: string): Promise<unknown> {
  const vars = inventory.hosts.get(host)?.vars;
  expect(await openSecrets(vars)).toEqual([]);
  const shown = (value: unknown): unknown => {
    if (value instanceof Secret) return `secret ${reveal(value)}`;
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map(shown);
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, shown(one)]));
  };
  return shown(vars);
}

describe('an inventory with encrypted values', () => {
  it('has a secret for each, tagged or not, wherever it stands', async () => {
    const yaml = await load(
      'a.yaml',
      `vars:
  tagged: !age ${yamlBlock(await key.encrypt('one'), 2)}
  plain: ${yamlBlock(await key.encrypt('two'), 2)}
  folded: &anchor ${JSON.stringify(await key.encrypt('three\n'))}
  again: *anchor
  list: [1, { deep: !age ${JSON.stringify(await key.encrypt('four'))} }]
  open: text
hosts:
  a: { vars: { own: ${JSON.stringify(await key.encrypt('five'))} } }
`,
    );
    expect(await varsOf(yaml, 'a')).toEqual({
      tagged: 'secret one',
      plain: 'secret two',
      folded: 'secret three\n',
      again: 'secret three\n',
      list: [1, { deep: 'secret four' }],
      open: 'text',
      own: 'secret five',
    });
  });

  it('may be JSON', async () => {
    const data = { hosts: { a: { vars: { pin: await key.encrypt('0042') } } } };
    expect(await varsOf(await load('a.json', JSON.stringify(data, undefined, '\t')), 'a')).toEqual({
      pin: 'secret 0042',
    });
  });

  it('may have the password of becoming another user, which stands in no other file of data', async () => {
    const text = `hosts: { a: { becomePassword: ${JSON.stringify(await key.encrypt('pw'))} } }`;
    const password = (await load('a.yaml', text)).hosts.get('a')?.becomePassword;
    await openSecrets(password);
    expect(password && reveal(password)).toBe('pw');
  });

  it('is read without any key, which only those need whose secrets are opened', async () => {
    vi.stubEnv('TSPLAY_IDENTITY', project.path('nowhere'));
    const value = JSON.stringify(await key.encrypt('x'));
    const { hosts } = await load('a.yaml', `hosts: { a: { vars: { x: ${value}, y: ${value} } }, b: }`);
    expect(await openSecrets(hosts.get('b')?.vars)).toEqual([]);
    // Both fail by the same, which is told once.
    expect(await openSecrets(hosts.get('a')?.vars)).toMatchObject([{ code: 'no-identity' }]);
    const { x } = hosts.get('a')?.vars ?? {};
    expect(() => reveal(x as Secret)).toThrow('there is no key to open what is encrypted with age');
  });

  it('tells all that cannot be opened, each with its place', async () => {
    const other = await ageKey(project.dir, 'other');
    const damaged = (await key.encrypt('x'.repeat(100))).replace(/\n[^\n]+(?=\n----)/, '');
    const { hosts } = await load(
      'a.yaml',
      `vars:\n  x: ${JSON.stringify(await other.encrypt('x'))}\n  y: !age ${yamlBlock(damaged, 2)}hosts: { a: , b: }\n`,
    );
    const file = project.path('a.yaml');
    expect(await openSecrets([...hosts.values()].map(({ vars }) => vars))).toMatchObject([
      { code: 'age-other-key', where: { file, line: 2, column: 6 } },
      { code: 'age-damaged', where: { file, line: 3, column: 11 } },
    ]);
  });

  it('is refused where a tag stands before what anybody can read', async () => {
    const error: unknown = await load('a.yaml', 'vars:\n  x: !age hunter2hunter2\n  y: !age [1]\n').catch(
      (error: unknown) => error,
    );
    expect((error as TsplayErrors).errors).toMatchObject([
      {
        code: 'not-armored',
        where: { line: 2, column: 11 },
        message: 'what is tagged !age is not encrypted',
      },
      { code: 'not-armored', where: { line: 3, column: 11 } },
    ]);
    expect(formatError(error, { color: false, conceal: concealed })).not.toContain('hunter2');
  });

  it('may be one of Ansible, with its files of variables', async () => {
    project.write({
      'group_vars/all.yml': `pw: !age ${yamlBlock(await key.encrypt('one'), 0)}`,
      'host_vars/a.yml': `own: { list: [!age ${JSON.stringify(await key.encrypt('two'))}] }\n`,
    });
    expect(await varsOf(await load('hosts.ini', '[web]\na\n'), 'a')).toEqual({
      pw: 'secret one',
      own: { list: ['secret two'] },
    });
  });

  it('may be in TypeScript, where only the secrets of hosts that are run on are opened', async () => {
    const other = await ageKey(project.dir, 'other');
    const data = {
      hosts: {
        a: { vars: { pw: secret(await key.encrypt('one')) } },
        b: { vars: { pw: secret(await other.encrypt('two')) } },
      },
    };
    const file = project.path('a.ts');
    const files = [{ kind: 'typescript', file }] as const;
    const inventory = await loadInventory(
      { kind: 'files', paths: [file], files, folders: [project.dir] },
      () => data,
    );
    expect(await varsOf(inventory, 'a')).toEqual({ pw: 'secret one' });
    expect(() => reveal(data.hosts.b.vars.pw)).toThrow('this secret is still encrypted where it is used');
    expect(await openSecrets(inventory.hosts.get('b')?.vars)).toMatchObject([
      { code: 'age-other-key', where: { file: expect.stringContaining('inventory.test.ts') as string } },
    ]);
  });
});

describe('a file that is encrypted as a whole', () => {
  it('has variables whose texts and numbers are secrets', async () => {
    const all = 'text: one\npin: 0042\nflag: yes\nnothing: ~\nlist: [two, { a: 3.10 }]\nansible_port: 23\n';
    project.write({
      'group_vars/all/open.yml': 'open: text\n',
      'group_vars/all/vault.yml.age': await key.encrypt(all),
      'host_vars/a.yaml': await key.encrypt('own: four\n'),
    });
    const inventory = await load('hosts.ini', '[web]\na\n');
    expect(await varsOf(inventory, 'a')).toEqual({
      open: 'text',
      text: 'secret one',
      pin: 'secret 0042',
      flag: true,
      nothing: null,
      list: ['secret two', { a: 'secret 3.10' }],
      own: 'secret four',
    });
    // A setting has to be known for the connection.
    expect(inventory.hosts.get('a')?.port).toBe(23);
  });

  it('may be an inventory, whose hosts and addresses are seen', async () => {
    const text =
      'hosts: { a: { address: 192.0.2.1, password: 0042, becomePassword: pw, vars: { pin: 12 } } }\nvars: { x: y }\n';
    const inventory = await load('a.yaml', await key.encrypt(text));
    expect(await varsOf(inventory, 'a')).toEqual({ pin: 'secret 12', x: 'secret y' });
    const { address, password, becomePassword } = inventory.hosts.get('a') ?? {};
    expect(address).toBe('192.0.2.1');
    expect([password, becomePassword].map((one) => one && reveal(one))).toEqual(['0042', 'pw']);
    const ini = "[web]\na ansible_host=192.0.2.2 pin=0042 flag=True\n[web:vars]\nx = 'y'\n";
    const ansible = await load('hosts', await key.encrypt(ini));
    expect(await varsOf(ansible, 'a')).toEqual({ pin: 'secret 0042', flag: true, x: 'secret y' });
    expect(ansible.hosts.get('a')?.address).toBe('192.0.2.2');
  });

  it.each([
    ['a.yaml', 'vars: [hunter2\n*hunter2'],
    ['a.yaml', 'web: { hosts: { a: { x: hunter2 } }, hunter2: [ }'],
    ['hosts', '[web]\na hunter2\n[hunter2]]\n'],
  ])('is told of without a word of it, where it cannot be read: %s with %j', async (name, text) => {
    const error: unknown = await load(name, await key.encrypt(text)).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(TsplayErrors);
    expect(formatError(error, { color: false })).not.toContain('hunter2');
  });

  it('is no inventory without the key', async () => {
    const other = await ageKey(project.dir, 'other');
    await expect(load('a.yaml', await other.encrypt('hosts: { a: }'))).rejects.toMatchObject({
      errors: [{ code: 'age-other-key', where: { file: project.path('a.yaml'), line: 1, column: 1 } }],
    });
  });
});

describe('a secret that a playbook declares', () => {
  it('is opened before the bodies run, and so is what is made of it', async () => {
    const password = secret(await key.encrypt('pw'));
    const url = secret`db://${password}@db1`;
    expect(() => reveal(url)).toThrow('still encrypted');
    await openDeclared();
    expect(reveal(url)).toBe('db://pw@db1');
  });

  it('says why it could not be opened only where it is used', async () => {
    const other = await ageKey(project.dir, 'other');
    const password = secret(await other.encrypt('pw'));
    const url = secret`db://${password}@db1`;
    await openDeclared();
    expect(() => reveal(url)).toThrow('not encrypted for any key');
  });
});
