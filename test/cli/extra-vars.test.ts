import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parseExtraVars } from '../../src/cli/extra-vars.ts';
import type { TsplayErrors } from '../../src/errors/tsplay-error.ts';
import { openSecrets } from '../../src/secrets/sealed.ts';
import { reveal, Secret } from '../../src/secrets/secret.ts';
import { ageKey } from '../support/age.ts';

let cwd = '';
beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'tsplay-vars-'));
  writeFileSync(join(cwd, 'site.json'), '{"mtu": 9000, "name": "from file"}');
  writeFileSync(join(cwd, 'site.yaml'), 'uplinks:\n  - dev: eth0\n    mark: 0x10\n');
  writeFileSync(join(cwd, 'list.json'), '[1]');
  writeFileSync(join(cwd, 'bad.yaml'), 'a: [1\n');
  const key = await ageKey(cwd);
  vi.stubEnv('TSPLAY_IDENTITY', key.file);
  const value = JSON.stringify(await key.encrypt('one'));
  writeFileSync(join(cwd, 'some.yaml'), `open: text\nhidden: !age ${value}\n`);
  writeFileSync(join(cwd, 'all.yaml.age'), await key.encrypt('pin: 0042\nflag: true\nlist: [two, ~]\n'));
  writeFileSync(join(cwd, 'bad.age'), await key.encrypt('hunter2: [hunter2\n*hunter2'));
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(cwd, { recursive: true });
});

describe('-e', () => {
  it.each([
    [['name=edge'], { name: 'edge' }],
    [['mtu=9000'], { mtu: '9000' }],
    [['mtu:=9000'], { mtu: 9000 }],
    [['on:=true', 'list:=[1,{"a":2}]', 'none:=null'], { on: true, list: [1, { a: 2 }], none: null }],
    [['empty='], { empty: '' }],
    [['url=http://x/?a:=1&b=2'], { url: 'http://x/?a:=1&b=2' }],
    [
      ['n:=[9007199254740991,"12345678901234567890",1e20]'],
      { n: [9007199254740991, '12345678901234567890', 1e20] },
    ],
    [['text=two\nlines'], { text: 'two\nlines' }],
    [['a=1', 'a=2'], { a: '2' }],
    [['@site.json', 'name=later'], { mtu: 9000, name: 'later' }],
    [['name=earlier', '@site.json'], { mtu: 9000, name: 'from file' }],
    [['@site.yaml'], { uplinks: [{ dev: 'eth0', mark: 16 }] }],
    [[], {}],
  ])('%j', async (texts, vars) => {
    expect(await parseExtraVars(texts, cwd)).toEqual(vars);
  });

  it('takes a name that objects have, as a variable and nothing else', async () => {
    const vars = await parseExtraVars(['__proto__:={"a":1}'], cwd);
    expect(Object.hasOwn(vars, '__proto__')).toBe(true);
    expect(vars['a']).toBeUndefined();
  });

  it('takes files that are encrypted, or have values in them that are', async () => {
    const vars = await parseExtraVars(['@some.yaml', '@all.yaml.age'], cwd);
    expect(await openSecrets(vars)).toEqual([]);
    const [first, nothing] = vars['list'] as [Secret, null];
    expect(vars).toMatchObject({ open: 'text', flag: true, list: [expect.any(Secret), null] });
    expect([vars['hidden'], vars['pin'], first].map((one) => reveal(one as Secret))).toEqual([
      'one',
      '0042',
      'two',
    ]);
    expect(nothing).toBeNull();
  });

  it('says nothing of what stands in a file that was encrypted, if that cannot be read', async () => {
    const error = await parseExtraVars(['@bad.age'], cwd).catch((error: unknown) => error);
    expect(inspect(error, { depth: 9 })).not.toContain('hunter2');
    expect((error as TsplayErrors).errors[0]).toMatchObject({
      message: expect.stringContaining('it is no YAML once it is decrypted') as string,
    });
  });

  it('gives the place of what is wrong with a file', async () => {
    await expect(parseExtraVars(['@bad.yaml'], cwd)).rejects.toMatchObject({
      where: { file: join(cwd, 'bad.yaml'), line: 2, column: 1 },
    });
  });

  it.each([
    ['name', 'it is neither a variable nor a file'],
    ['9=x', 'it is neither a variable nor a file'],
    ['mtu:=9000x', 'JSON'],
    ['n:=["7", 9007199254740993]', '9007199254740993 is too large to be exact'],
    ['@nowhere.json', 'ENOENT'],
    ['@list.json', 'no mapping'],
    ['@bad.yaml', 'it cannot be read'],
  ])('refuses %s', async (text, problem) => {
    await expect(parseExtraVars([text], cwd)).rejects.toMatchObject({
      code: 'bad-extra-var',
      exit: 64,
      message: expect.stringContaining(problem) as string,
    });
  });
});
