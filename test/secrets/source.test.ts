import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { TsplayErrors } from '../../src/errors/tsplay-error.ts';
import { openInventory } from '../../src/playbook/open-inventory.ts';
import { openDeclared, openSecrets } from '../../src/secrets/sealed.ts';
import { reveal, Secret, secretFrom } from '../../src/secrets/secret.ts';
import { sourceProblem, type SecretSource } from '../../src/secrets/source-type.ts';
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

/** A program in the project, as PATH or a path finds it. */
function program(name: string, text: string): void {
  mkdirSync(project.path('bin'), { recursive: true });
  writeFileSync(project.path(`bin/${name}`), `#!/bin/sh\n${text}\n`);
  chmodSync(project.path(`bin/${name}`), 0o755);
  vi.stubEnv('PATH', `${project.path('bin')}:${process.env['PATH']}`);
}

/** The variables of the host `a`, of which all are secrets or texts. */
async function varsOf(text: string, name = 'a.yaml'): Promise<Readonly<Record<string, string>>> {
  project.write({ [name]: text });
  const { vars = {} } = (await openInventory(name, project.dir)).hosts.get('a') ?? {};
  const problems = await openSecrets(vars);
  if (problems.length > 0) throw problems[0];
  return Object.fromEntries(
    Object.entries(vars).map(([name, value]) => [
      name,
      value instanceof Secret ? reveal(value) : `open ${String(value)}`,
    ]),
  );
}

describe('a secret that is kept elsewhere', () => {
  it('is in the environment, in a file, or with a program, relative to the inventory', async () => {
    vi.stubEnv('MY_PASSWORD', "it's $HOME\n");
    program('pass', 'echo "$# $* in $(pwd)"');
    project.write({
      'inventory/key.pem': 'one\ntwo\n',
      'inventory/token.age': await key.encrypt('sealed\n'),
      'inventory/own.sh': '#!/bin/sh\nprintf %s "$0"\n',
    });
    chmodSync(project.path('inventory/own.sh'), 0o755);
    const text = `vars:
  env: { $secret: { env: MY_PASSWORD } }
  command: &x { $secret: { command: [pass, show, "a b; $(id)"] } }
  again: *x
  own: { $secret: { command: [./own.sh] } }
  file: { $secret: { file: key.pem } }
  sealed: { $secret: { file: token.age } }
hosts: { a: }
`;
    const inventory = project.path('inventory');
    expect(await varsOf(text, 'inventory/a.yaml')).toEqual({
      env: "it's $HOME",
      command: `2 show a b; $(id) in ${inventory}`,
      again: `2 show a b; $(id) in ${inventory}`,
      own: `${inventory}/own.sh`,
      file: 'one\ntwo\n',
      sealed: 'sealed',
    });
    // Nobody who is started from here has it.
    expect(process.env['MY_PASSWORD']).toBeUndefined();
    expect(await varsOf(`hosts: { a: { vars: { env: { $secret: { env: MY_PASSWORD } } } } }`)).toEqual({
      env: "it's $HOME",
    });
  });

  it('may be said in JSON, and by inventories of Ansible', async () => {
    vi.stubEnv('MY_PASSWORD', 'one');
    const data = { hosts: { a: { vars: { pw: { $secret: { env: 'MY_PASSWORD' } } } } } };
    expect(await varsOf(JSON.stringify(data), 'a.json')).toEqual({ pw: 'one' });
    project.write({ 'group_vars/all.yml': 'pw: { $secret: { env: MY_PASSWORD } }\n' });
    expect(await varsOf('[web]\na\n', 'hosts.ini')).toEqual({ pw: 'one' });
  });

  it('is fetched once, and only for hosts that are run on', async () => {
    const log = project.path('log');
    program('pass', `echo "$1" >>${log}; echo "pw of $1"`);
    project.write({
      'a.yaml': `vars: { all: { $secret: { command: [pass, all] } } }
hosts:
  a: { vars: { own: { $secret: { command: [pass, a] } } } }
  b: { vars: { own: { $secret: { command: [pass, b] } } } }
`,
    });
    const { hosts } = await openInventory('a.yaml', project.dir);
    expect(existsSync(log)).toBe(false);
    expect(await openSecrets([hosts.get('a')?.vars, hosts.get('a')?.vars])).toEqual([]);
    expect(readFileSync(log, 'utf8').split('\n').toSorted()).toEqual(['', 'a', 'all']);
  });

  it('never is what a program prints that gives an inventory: that would run what others have written', async () => {
    const data = {
      web: { hosts: ['a'], vars: { pw: { $secret: { command: ['touch', project.path('ran')] } } } },
      _meta: { hostvars: {} },
    };
    project.write({ 'hosts.sh': `#!/bin/sh\ncat <<'END'\n${JSON.stringify(data)}\nEND\n` });
    chmodSync(project.path('hosts.sh'), 0o755);
    const { vars } = (await openInventory('hosts.sh', project.dir)).hosts.get('a') ?? {};
    expect(await openSecrets(vars)).toEqual([]);
    expect(vars).toEqual(data.web.vars);
    expect(existsSync(project.path('ran'))).toBe(false);
  });

  it.each<[string, SecretSource, string]>([
    [
      'that is not set',
      { env: 'NO_SUCH_VARIABLE' },
      'the environment variable NO_SUCH_VARIABLE, where a secret is kept, is not set',
    ],
    [
      'of a program that fails',
      { command: ['sh', '-c', 'echo hunter2; exit 3'] },
      "exit 3', where a secret is kept, ended with status 3",
    ],
    [
      'of a program that is not there',
      { command: ['no-such-program', 'x'] },
      "the command 'no-such-program x', where a secret is kept, is not there",
    ],
    [
      'of a program that prints nothing',
      { command: ['true'] },
      "the command 'true', where a secret is kept, gives nothing",
    ],
    ['of a program that prints no text', { command: ['printf', String.raw`\377`] }, 'is not text in UTF-8'],
    [
      'in a file that is not there',
      { file: 'nowhere' },
      'nowhere, where a secret is kept, cannot be read: ENOENT',
    ],
  ])('is told with its place, one %s', async (_, source, message) => {
    const text = `vars:\n  x: { $secret: ${JSON.stringify(source)} }\nhosts: { a: }\n`;
    const error = (await varsOf(text).catch((error: unknown) => error)) as Error;
    expect(error).toMatchObject({
      exit: 64,
      where: { file: project.path('a.yaml'), line: 2, column: 6 },
      message: expect.stringContaining(message) as string,
    });
    expect(error.message.replace('echo hunter2', '')).not.toContain('hunter2');
  });

  it.each<[string, unknown]>([
    ['it must be a mapping', 'pass show x'],
    ['it must have one of env, command, file', {}],
    ['it must have one of env, command, file, and not comand; did you mean command?', { comand: ['x'] }],
    ['it must have one of env, command, file', { env: 'A', file: 'b' }],
    ['its command must be a list of words, as [pass, show, db]', { command: 'pass show db' }],
    ['its command must be a list of words, as [pass, show, db]', { command: [] }],
    ['its command must be a list of words, as [pass, show, db]', { command: ['a', 1] }],
    ['its env must be text', { env: 5 }],
    ['its env cannot be the name of a variable', { env: 'A-B' }],
    ['its file must be text', { file: '' }],
  ])('is refused: %s', (problem, source) => {
    expect(sourceProblem(source)).toBe(problem);
  });

  it('is refused in an inventory with its place, all of them at once', async () => {
    const text = 'vars:\n  a: { $secret: pass }\n  b:\n    $secret: { env: 1 }\nhosts: { a: }\n';
    const error = await varsOf(text).catch((error: unknown) => error);
    expect((error as TsplayErrors).errors).toMatchObject([
      { code: 'bad-source', where: { line: 2, column: 6 } },
      { code: 'bad-source', where: { line: 4, column: 5 } },
    ]);
  });

  it('may be declared in TypeScript', async () => {
    vi.stubEnv('MY_PASSWORD', 'one');
    const value = secretFrom({ env: 'MY_PASSWORD' });
    const missing = secretFrom({ env: 'NO_SUCH_VARIABLE' });
    expect(() => reveal(value)).toThrow('still encrypted');
    await openDeclared();
    expect(reveal(value)).toBe('one');
    expect(() => reveal(missing)).toThrow('NO_SUCH_VARIABLE, where a secret is kept, is not set');
    expect(() => secretFrom({ comand: ['x'] } as unknown as SecretSource)).toThrow('did you mean command?');
  });
});

const metadata = async (): Promise<string> => `sops:
    age:
        - recipient: ${key.recipient}
          enc: ${yamlBlock(await key.encrypt('0123456789abcdef'), 10)}    lastmodified: "2024-01-01T00:00:00Z"
    mac: ENC[AES256_GCM,data:AAAA,iv:BBBB,tag:CCCC,type:str]
    version: 3.9.0
`;
const value = (type: string): string => `ENC[AES256_GCM,data:AAAA,iv:BBBB,tag:CCCC,type:${type}]`;

describe('a file of sops', () => {
  const plain = { pw: 'one', pin: 42, on: true, open: 'text', deep: { list: ['x', { a: 'two' }] } };
  const write = async (): Promise<void> =>
    project.write({
      'hosts.ini': 'a\nb\n',
      'host_vars/a.yml': `pw: ${value('str')}
pin: ${value('int')}
on: ${value('bool')}
open: text
deep:
    list:
        - x
        - a: ${value('str')}
${await metadata()}`,
    });
  const load = async (): Promise<Readonly<Record<string, unknown>>> =>
    (await openInventory('hosts.ini', project.dir)).hosts.get('a')?.vars ?? {};

  it('is decrypted by sops, once, when a secret of it is needed', async () => {
    await write();
    program(
      'sops',
      `printf '%s\\n' "$@" >>${project.path('log')}; echo '${JSON.stringify(plain).replace('42', '12345678901234567890')}'`,
    );
    const vars = await load();
    expect(existsSync(project.path('log'))).toBe(false);
    // What sops has left open, everybody may see.
    expect(JSON.stringify(vars)).toBe(
      '{"pw":"‹secret›","pin":"‹secret›","true":"‹secret›","open":"text","deep":{"list":["x",{"a":"‹secret›"}]}}',
    );
    expect(await openSecrets(vars)).toEqual([]);
    const { pw, pin, true: on, deep } = vars as unknown as typeof plain & { readonly true: boolean };
    const secrets = [pw, pin, on, (deep.list[1] as { a: string }).a] as unknown as readonly Secret[];
    expect(secrets.map(reveal)).toEqual(['one', '12345678901234567890', 'true', 'two']);
    expect(readFileSync(project.path('log'), 'utf8').trim().split('\n')).toEqual([
      '--decrypt',
      '--input-type',
      'yaml',
      '--output-type',
      'json',
      project.path('host_vars/a.yml'),
    ]);
  });

  it.each<[string, string, RegExp]>([
    [
      'fails',
      'echo no key could decrypt it >&2; exit 128',
      /^sops cannot decrypt .*a\.yml: it ended with status 128\. It said: no key could decrypt it$/,
    ],
    ['prints something else', 'echo hunter2', /it prints no JSON$/],
    ['has no such value', 'echo {}', /it gives no value for /],
  ])('is told of where sops %s', async (_, text, message) => {
    await write();
    program('sops', text);
    const problems = await openSecrets(await load());
    expect(problems[0]).toMatchObject({
      code: 'sops-failed',
      message: expect.stringMatching(message) as string,
    });
    expect(JSON.stringify(problems.map((one) => one.message))).not.toContain('hunter2');
  });

  it('needs sops only where a secret is needed, and says so', async () => {
    await write();
    mkdirSync(project.path('empty'));
    vi.stubEnv('PATH', project.path('empty'));
    const vars = await load();
    expect(await openSecrets(vars)).toMatchObject([
      {
        code: 'no-sops',
        message: `${project.path('host_vars/a.yml')} is encrypted with sops, which is not installed here`,
      },
    ]);
  });
});
