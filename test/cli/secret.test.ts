import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { beforeEach, describe, expect, it } from 'vitest';
import { ageKey, type AgeKey } from '../support/age.ts';
import { onTerminal } from '../support/terminal.ts';

const main = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url));

let folder = '';
let key: AgeKey;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tsplay-secret-'));
  key = await ageKey(folder);
  write('package.json', '{}');
  write('.age-recipients', `# me\n${key.recipient}\n`);
  return () => rmSync(folder, { recursive: true });
});

const path = (name: string): string => join(folder, name);
const read = (name: string): string => readFileSync(path(name), 'utf8');
function write(name: string, text: string): void {
  writeFileSync(path(name), text);
}

interface Result {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const env = (more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => {
  const { PATH = '' } = process.env;
  return { PATH, HOME: folder, TSPLAY_IDENTITY: key.file, ...more };
};

function secret(words: readonly string[], input = '', more: NodeJS.ProcessEnv = {}): Result {
  const options = { cwd: folder, encoding: 'utf8', env: env(more), input } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, 'secret', ...words], options);
  return { status, stdout, stderr };
}

/** An editor that puts its edit through sed, and keeps what it found in a file. */
function editor(script: string): NodeJS.ProcessEnv {
  write(
    'editor',
    `#!/bin/sh\nstat -c '%a %n' "$1" "\${1%/*}" >${folder}/seen\ncat "$1" >>${folder}/seen\n${script}\n`,
  );
  chmodSync(path('editor'), 0o755);
  return { EDITOR: path('editor') };
}

/** What age itself makes of something. */
const byAge = (text: string): string =>
  execFileSync('age', ['--decrypt', '-i', key.file], { input: text, encoding: 'utf8' });

describe('tsplay secret keygen', () => {
  it('makes a key that nobody else can read, and prints its recipient alone', () => {
    const made = secret(['keygen'], '', { TSPLAY_IDENTITY: '' });
    expect(made).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^age1[a-z0-9]{58}\n$/) as string,
    });
    const file = path('.config/tsplay/identity');
    expect(made.stderr).toContain(file);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(path('.config/tsplay')).mode & 0o777).toBe(0o700);
    expect(execFileSync('age-keygen', ['-y', file], { encoding: 'utf8' })).toBe(made.stdout);
    write('.age-recipients', made.stdout);
    const value = secret(['encrypt'], 'hunter2\n', { TSPLAY_IDENTITY: '' }).stdout;
    expect(secret(['decrypt'], value, { TSPLAY_IDENTITY: '' })).toMatchObject({ stdout: 'hunter2' });
  });

  it('never takes the place of a key', () => {
    expect(secret(['keygen', '--output', 'identity'])).toMatchObject({
      status: 64,
      stdout: '',
      stderr: expect.stringContaining('there is a key in') as string,
    });
    expect(read('identity')).toContain(key.identity);
  });

  it('can ask for a passphrase, and decrypting then asks for it too, once', async () => {
    const options = { cwd: folder, env: env({ TSPLAY_IDENTITY: path('mine') }) };
    const call = (...words: readonly string[]) => [process.execPath, main, 'secret', ...words];
    const unequal = await onTerminal(
      call('keygen', '--passphrase'),
      [
        ['The new passphrase: ', 'open sesame'],
        ['The same again: ', 'open sesam'],
      ],
      options,
    );
    expect(unequal).toMatchObject({ code: 64, shown: expect.stringContaining('something else') as string });
    expect(existsSync(path('mine'))).toBe(false);
    const made = await onTerminal(
      call('keygen', '--passphrase'),
      [
        ['The new passphrase: ', 'open sesame'],
        ['The same again: ', 'open sesame'],
      ],
      options,
    );
    expect(made.code).toBe(0);
    expect(read('mine')).toMatch(/^-----BEGIN AGE ENCRYPTED FILE-----\n/);
    write('.age-recipients', /age1\w+/.exec(made.shown)?.[0] ?? '');
    for (const name of ['a', 'b']) write(name, name.repeat(3));
    expect(secret(['encrypt', 'a', 'b'])).toMatchObject({ status: 0 });
    const opened = await onTerminal(
      call('decrypt', 'a', 'b'),
      [
        ['The passphrase of ', 'open sesam'],
        ['The passphrase of ', 'open sesame\x7fe'],
      ],
      options,
    );
    expect(opened.code).toBe(0);
    expect(opened.shown).toContain('aaabbb');
    expect(opened.shown.match(/The passphrase of/g)).toHaveLength(2);
    expect(opened.shown).not.toContain('sesam');
  });
});

describe('tsplay secret encrypt', () => {
  it('prints a value as it is pasted into an inventory', () => {
    const { stdout } = secret(['encrypt', '--name', 'password'], 'hunter2\n');
    expect(stdout).toMatch(
      /^password: !age \|\n {2}-----BEGIN AGE ENCRYPTED FILE-----\n( {2}[\w+/=]+\n)+ {2}-----END/,
    );
    expect(byAge((parse(stdout, { logLevel: 'silent' }) as { password: string }).password)).toBe('hunter2');
    const json = secret(['encrypt', '--json', '--name', 'password'], 'hunter2').stdout;
    expect(byAge((JSON.parse(`{${json}}`) as { password: string }).password)).toBe('hunter2');
  });

  it('leaves the newlines of what has several lines', () => {
    expect(secret(['decrypt'], secret(['encrypt'], 'a\nb\n').stdout).stdout).toBe('a\nb\n');
  });

  it('encrypts files where they are, for all recipients, and keeps links and permissions', async () => {
    const other = await ageKey(folder, 'other');
    write('.age-recipients', `# me\n${key.recipient}\n\n # other\n${other.recipient}\n`);
    write('all.yaml', 'pin: 0042\n');
    chmodSync(path('all.yaml'), 0o640);
    symlinkSync('all.yaml', path('link.yaml'));
    expect(secret(['encrypt', 'link.yaml'])).toEqual({
      status: 0,
      stdout: 'encrypted link.yaml\n',
      stderr: '',
    });
    expect(byAge(read('all.yaml'))).toBe('pin: 0042\n');
    expect(statSync(path('all.yaml')).mode & 0o777).toBe(0o640);
    expect(readdirSync(folder).toSorted()).toEqual(
      ['.age-recipients', 'all.yaml', 'identity', 'link.yaml', 'other', 'package.json'].toSorted(),
    );
    expect(secret(['decrypt', 'all.yaml'], '', { TSPLAY_IDENTITY: other.file }).stdout).toBe('pin: 0042\n');
    expect(secret(['encrypt', 'all.yaml'])).toMatchObject({
      status: 64,
      stderr: expect.stringContaining('is encrypted already') as string,
    });
  });

  it('encrypts the values in a file that are tagged', () => {
    const yaml = `# a comment
hosts:
  a: { vars: { pin: !secret "0042", open: text } }
vars:
  password: !secret hunter2 # mine
  key: !secret |
    one
    two
  list:
    - !secret &x 'three'
    - *x
`;
    write('prod.yaml', yaml);
    expect(secret(['encrypt', '--values', 'prod.yaml'])).toMatchObject({ status: 0, stderr: '' });
    const made = read('prod.yaml');
    expect(made).toMatch(
      /^# a comment\nhosts:\n {2}a: \{ vars: \{ pin: !age "-----BEGIN.*", open: text \} \}\nvars:/,
    );
    expect(made).toContain('# mine');
    const { hosts, vars } = parse(made, { logLevel: 'silent' }) as {
      readonly hosts: { readonly a: { readonly vars: Readonly<Record<string, string>> } };
      readonly vars: { readonly password: string; readonly key: string; readonly list: readonly string[] };
    };
    const values = [hosts.a.vars['pin'], vars.password, vars.key, ...vars.list];
    expect(values.map((value) => byAge(value ?? ''))).toEqual([
      '0042',
      'hunter2',
      'one\ntwo\n',
      'three',
      'three',
    ]);
    write('none.yaml', 'a: b\n');
    expect(secret(['encrypt', '--values', 'none.yaml'])).toMatchObject({ status: 64 });
    write('prod.json', '{ "a": !secret "x", "b": 1 }');
    expect(secret(['encrypt', '--values', 'prod.json'])).toMatchObject({ status: 0 });
    expect(byAge((JSON.parse(read('prod.json')) as { a: string }).a)).toBe('x');
  });

  it.each([
    ['no recipients', '', 'there is no file .age-recipients in'],
    ['nobody', '# nobody\n', 'it names nobody'],
    ['a key of ssh', 'ssh-ed25519 AAAA me\n', 'this is a key of ssh'],
    ['a secret key', 'AGE-SECRET-KEY-1QQQ\n', 'this is a secret key'],
    ['a damaged one', 'age1qqqq\n', 'this recipient is damaged'],
    ['a word', 'me\n', 'this is no recipient of age'],
  ])('refuses %s, and changes nothing', (_, text, problem) => {
    if (text === '') rmSync(path('.age-recipients'));
    else write('.age-recipients', `# us\n${text}`);
    write('a', 'one');
    const { status, stdout, stderr } = secret(['encrypt', 'a']);
    expect({ status, stdout }).toEqual({ status: 64, stdout: '' });
    expect(stderr).toContain(problem);
    expect(stderr).not.toContain('QQQ');
    expect(read('a')).toBe('one');
  });

  it('takes the recipients nearest to the file, and none from above the project', async () => {
    const other = await ageKey(folder, 'other');
    mkdirSync(path('project/prod'), { recursive: true });
    write('project/package.json', '{}');
    write('project/a', 'one');
    write('project/prod/a', 'two');
    expect(secret(['encrypt', 'project/a'])).toMatchObject({ status: 64 });
    write('project/.age-recipients', key.recipient);
    write('project/prod/.age-recipients', other.recipient);
    expect(secret(['encrypt', 'project/a', 'project/prod/a'])).toMatchObject({ status: 0 });
    expect(byAge(read('project/a'))).toBe('one');
    expect(secret(['decrypt', 'project/prod/a'], '', { TSPLAY_IDENTITY: other.file }).stdout).toBe('two');
    write('b', 'three');
    expect(secret(['encrypt', '--recipients', 'project/prod/.age-recipients', 'b'])).toMatchObject({
      status: 0,
    });
    expect(secret(['decrypt', 'b'])).toMatchObject({ status: 64, stdout: '' });
  });
});

describe('tsplay secret decrypt', () => {
  it('prints what age itself has encrypted, as it is', () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, n) => n));
    writeFileSync(path('a.age'), execFileSync('age', ['-r', key.recipient], { input: bytes }));
    const options = { cwd: folder, env: env() };
    expect(
      spawnSync(process.execPath, [main, 'secret', 'decrypt', 'a.age'], options).stdout.equals(bytes),
    ).toBe(true);
  });

  it('leaves a file without encryption on demand, for its owner alone', async () => {
    write('a.yaml', await key.encrypt('one'));
    expect(secret(['decrypt', '--in-place', 'a.yaml'])).toMatchObject({ status: 0, stdout: '' });
    expect(read('a.yaml')).toBe('one');
    expect(statSync(path('a.yaml')).mode & 0o777).toBe(0o600);
  });

  it('shows encrypted values of a file with a mark', async () => {
    const [one, key2] = [await key.encrypt('one'), await key.encrypt('two\n\nthree\n')];
    const block = key2.trimEnd().replaceAll('\n', '\n    ');
    write('a.yaml', `vars:\n  a: ${JSON.stringify(one)} # first\n  b: &x !age |\n    ${block}\n  c: d\n`);
    const { stdout } = secret(['decrypt', 'a.yaml']);
    expect(stdout).toBe(
      'vars:\n  a: !secret "one" # first\n  b: &x !secret |\n    two\n\n    three\n  c: d\n',
    );
    // And what is marked can be encrypted again.
    write('a.yaml', stdout);
    expect(secret(['encrypt', '--values', 'a.yaml'])).toMatchObject({ status: 0 });
    expect(secret(['decrypt', 'a.yaml']).stdout).toBe(stdout);
  });

  it('reads what Ansible Vault has encrypted, which others write', async () => {
    write('password', 'open sesame');
    write('all.yml', 'pin: 0042\n');
    const ansible = ['encrypt', '--vault-id', 'prod@password', '--output', 'vault.yml', 'all.yml'];
    execFileSync('ansible-vault', ansible, { cwd: folder, stdio: 'ignore' });
    write(
      'some.yml',
      `pw: !vault |\n  ${read('vault.yml').trimEnd().replaceAll('\n', '\n  ')}\nopen: text\n`,
    );
    expect(secret(['decrypt', '--vault-id', 'password', 'vault.yml', 'some.yml'])).toEqual({
      status: 0,
      stdout: 'pin: 0042\npw: !secret |\n  pin: 0042\nopen: text\n',
      stderr: '',
    });
    const typed = await onTerminal(
      [process.execPath, main, 'secret', 'decrypt', 'vault.yml', 'some.yml'],
      [['The password of Ansible Vault: ', 'open sesame']],
      { cwd: folder, env: env() },
    );
    expect(typed).toMatchObject({ code: 0, shown: expect.stringContaining('pin: 0042') as string });
    expect(typed.shown).not.toContain('sesame');
    expect(secret(['edit', 'vault.yml'], '', editor(''))).toMatchObject({
      status: 64,
      stderr: expect.stringContaining('which tsplay reads only') as string,
    });
    // What is encrypted otherwise is left alone.
    expect(secret(['rekey', 'vault.yml', 'some.yml'])).toMatchObject({ status: 64 });
  });

  it('refuses what is not encrypted', () => {
    write('a', 'one');
    for (const result of [secret(['decrypt', 'a']), secret(['decrypt'], 'one')]) {
      expect(result).toMatchObject({ status: 64, stdout: '' });
      expect(result.stderr).toContain('is not encrypted');
    }
    expect(secret(['decrypt', 'nowhere'])).toMatchObject({ status: 64, stdout: '' });
  });
});

describe('tsplay secret edit', () => {
  it('opens a file in a folder of its own, in memory, and encrypts what was made of it', async () => {
    write('a.yaml.age', await key.encrypt('one: 1\n'));
    const result = secret(['edit', 'a.yaml.age'], '', editor(`sed -i s/one/two/ "$1"; : >"$1~"`));
    expect(result).toEqual({ status: 0, stdout: 'encrypted a.yaml.age\n', stderr: '' });
    expect(byAge(read('a.yaml.age'))).toBe('two: 1\n');
    const [, file = '', place = ''] = /^600 (\S+)\n700 (\S+)\none: 1\n$/.exec(read('seen')) ?? [];
    expect(file).toMatch(/^\/dev\/shm\/tsplay-\w+\/a\.yaml$/);
    expect(existsSync(place)).toBe(false);
  });

  it('leaves alone what was not changed, or not saved', async () => {
    const before = await key.encrypt('one: 1\n');
    write('a.yaml', before);
    expect(secret(['edit', 'a.yaml'], '', editor(''))).toMatchObject({
      status: 0,
      stdout: 'a.yaml is as it was\n',
    });
    expect(secret(['edit', 'a.yaml'], '', editor('echo two >"$1"; exit 3'))).toMatchObject({
      status: 64,
      stderr: expect.stringContaining('ended with status 3') as string,
    });
    expect(read('a.yaml')).toBe(before);
  });

  it('makes a file that is not there, for an editor with arguments', () => {
    const { EDITOR = '' } = editor('[ "$1" = --wait ] && shift; echo one >"$1"');
    expect(secret(['edit', 'new.yaml'], '', { EDITOR: 'vi', VISUAL: `'${EDITOR}' --wait` })).toMatchObject({
      status: 0,
    });
    expect(byAge(read('new.yaml'))).toBe('one\n');
  });

  it('edits values, and leaves those as they are that say the same', async () => {
    const [one, two] = [await key.encrypt('one'), await key.encrypt('two')];
    write('a.yaml', `a: ${JSON.stringify(one)}\nb: ${JSON.stringify(two)}\nopen: text\n`);
    const script = `sed -i 's/"two"/"three"/; s/text/!secret four/' "$1"`;
    expect(secret(['edit', 'a.yaml'], '', editor(script))).toMatchObject({ status: 0, stderr: '' });
    expect(read('seen')).toContain('a: !secret "one"\nb: !secret "two"\nopen: text\n');
    const { a, b, open } = parse(read('a.yaml'), { logLevel: 'silent' }) as Readonly<Record<string, string>>;
    expect(a).toBe(one);
    expect([b, open].map((value) => byAge(value ?? ''))).toEqual(['three', 'four']);
    expect(read('a.yaml')).not.toMatch(/three|four/);
  });

  it('keeps what was written, if it is no YAML any more: nothing is changed', async () => {
    write('a.yaml', `a: ${JSON.stringify(await key.encrypt('one'))}\n`);
    const before = read('a.yaml');
    const bad = secret(['edit', 'a.yaml'], '', editor(`echo 'hunter2: [' >>"$1"`));
    expect(bad).toMatchObject({ status: 64, stdout: '' });
    expect(bad.stderr).not.toContain('hunter2');
    expect(read('a.yaml')).toBe(before);
    // On a terminal it may be mended.
    const script = `if [ -e ${folder}/again ]; then echo 'a: !secret two' >"$1"; else : >${folder}/again; echo 'b: [' >>"$1"; fi`;
    const mended = await onTerminal(
      [process.execPath, main, 'secret', 'edit', 'a.yaml'],
      [['Edit it again?', 'y']],
      { cwd: folder, env: env(editor(script)) },
    );
    expect(mended.code).toBe(0);
    expect(secret(['decrypt', 'a.yaml']).stdout).toBe('a: !secret "two"\n');
  });

  it('does not write over what others have written meanwhile', async () => {
    write('a.yaml', await key.encrypt('one'));
    const result = secret(['edit', 'a.yaml'], '', editor(`echo mine >"$1"; echo theirs >${folder}/a.yaml`));
    expect(result).toMatchObject({ status: 64 });
    expect(result.stderr).toContain('was changed by others');
    expect(read('a.yaml')).toBe('theirs\n');
    expect(byAge(read('a.yaml.edited'))).toBe('mine\n');
  });

  it.each(['SIGTERM', 'SIGHUP'] as const)('leaves nothing behind when it is ended by %s', async (signal) => {
    write('a.yaml', await key.encrypt('hunter2'));
    const before = read('a.yaml');
    const options = { cwd: folder, env: env(editor(`echo more >>"$1"; : >${folder}/open; exec sleep 60`)) };
    const child = spawn(process.execPath, [main, 'secret', 'edit', 'a.yaml'], options);
    while (!existsSync(path('open'))) await new Promise((resolve) => setTimeout(resolve, 20));
    const [, place = ''] = /^700 (\S+)$/m.exec(read('seen')) ?? [];
    expect(readdirSync(place)).toEqual(['a.yaml']);
    // Ctrl-C is for the editor.
    child.kill('SIGINT');
    child.kill(signal);
    expect(await once(child, 'exit')).toEqual([signal === 'SIGTERM' ? 143 : 129, null]);
    expect(existsSync(place)).toBe(false);
    expect(read('a.yaml')).toBe(before);
  });
});

describe('tsplay secret rekey', () => {
  it('encrypts files and values of any text anew, for those who may read today', async () => {
    const other = await ageKey(folder, 'other');
    const [one, two, three, four] = await Promise.all(
      ['one', 'two', 'three', 'four'].map((text) => key.encrypt(text)),
    );
    mkdirSync(path('inventory/.hidden'), { recursive: true });
    write('inventory/whole.age', one ?? '');
    const block = (two ?? '').trimEnd().replaceAll('\n', '\n      ');
    write(
      'inventory/a.yaml',
      `a: 1 # x\nlist:\n  - b: !age |\n      ${block}\n    c: "${JSON.stringify(three).slice(1, -1)}"\n`,
    );
    write('inventory/site.ts', `const key = secret(\`${(four ?? '').trimEnd()}\`);\n`);
    write('inventory/open', 'text\n');
    write('inventory/.hidden/x', one ?? '');
    const before = ['whole.age', 'a.yaml', 'site.ts', 'open'].map((name) => read(`inventory/${name}`));
    write('.age-recipients', other.recipient);
    const { status, stdout, stderr } = secret(['rekey', 'inventory']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout.split('\n')).toEqual([
      `encrypted anew: ${path('inventory/a.yaml')} (2 values)`,
      `encrypted anew: ${path('inventory/site.ts')} (1 value)`,
      `encrypted anew: ${path('inventory/whole.age')}`,
      '',
    ]);
    const blocks = /-----BEGIN[^]*?END AGE ENCRYPTED FILE-----/g;
    for (const [index, name] of ['whole.age', 'a.yaml', 'site.ts', 'open'].entries()) {
      const text = read(`inventory/${name}`);
      // Nothing but what is encrypted has changed, not even how it is written.
      expect(text.replaceAll(blocks, '…').trimEnd()).toBe(before[index]?.replaceAll(blocks, '…').trimEnd());
      expect(text === before[index]).toBe(name === 'open');
    }
    const theirs = { TSPLAY_IDENTITY: other.file };
    expect(secret(['decrypt', 'inventory/whole.age'], '', theirs).stdout).toBe('one');
    expect(secret(['decrypt', 'inventory/a.yaml'], '', theirs).stdout).toBe(
      'a: 1 # x\nlist:\n  - b: !secret "two"\n    c: !secret "three"\n',
    );
    expect(secret(['decrypt', 'inventory/whole.age'])).toMatchObject({ status: 64 });
    expect(read('inventory/.hidden/x')).toBe(one);
  });

  it('leaves the files of sops alone, which keep keys of their own encrypted with age', async () => {
    const own = (await key.encrypt('0123456789abcdef')).trimEnd().replaceAll('\n', '\n        ');
    const sealed = 'ENC[AES256_GCM,data:AAAA,iv:BBBB,tag:CCCC,type:str]';
    const text = `pw: ${sealed}\nsops:\n    age:\n      - enc: |\n        ${own}\n    mac: ${sealed}\n`;
    write('sops.yaml', text);
    for (const command of ['rekey', 'decrypt', 'edit']) {
      expect(secret([command, 'sops.yaml'], '', editor('echo x >"$1"'))).toMatchObject({
        status: 64,
        stdout: '',
      });
    }
    expect(secret(['decrypt', 'sops.yaml']).stderr).toContain(
      'is encrypted with sops, which tsplay reads only',
    );
    expect(read('sops.yaml')).toBe(text);
  });

  it('changes everything or nothing, and tells all that it cannot read', async () => {
    const other = await ageKey(folder, 'other');
    mkdirSync(path('vars'));
    write('vars/a', await key.encrypt('one'));
    write('vars/b', await other.encrypt('two'));
    write('vars/c.yaml', `x: 1\ny: ${JSON.stringify(await other.encrypt('three'))}\n`);
    const before = ['a', 'b', 'c.yaml'].map((name) => read(`vars/${name}`));
    const { status, stdout, stderr } = secret(['rekey', 'vars']);
    expect({ status, stdout }).toEqual({ status: 64, stdout: '' });
    expect(stderr).toMatch(/at vars\/b:1:1[^]*at vars\/c\.yaml:2:5[^]*2 problems/);
    expect(['a', 'b', 'c.yaml'].map((name) => read(`vars/${name}`))).toEqual(before);
    expect(secret(['rekey', 'package.json'])).toMatchObject({
      status: 64,
      stderr: expect.stringContaining('nothing is encrypted') as string,
    });
  });
});
