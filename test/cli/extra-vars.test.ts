import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseExtraVars } from '../../src/cli/extra-vars.ts';

let cwd = '';
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'tsplay-vars-'));
  writeFileSync(join(cwd, 'site.json'), '{"mtu": 9000, "name": "from file"}');
  writeFileSync(join(cwd, 'site.yaml'), 'uplinks:\n  - dev: eth0\n    mark: 0x10\n');
  writeFileSync(join(cwd, 'list.json'), '[1]');
  writeFileSync(join(cwd, 'bad.yaml'), 'a: [1\n');
});
afterAll(() => rmSync(cwd, { recursive: true }));

describe('-e', () => {
  it.each([
    [['name=edge'], { name: 'edge' }],
    [['mtu=9000'], { mtu: '9000' }],
    [['mtu:=9000'], { mtu: 9000 }],
    [['on:=true', 'list:=[1,{"a":2}]', 'none:=null'], { on: true, list: [1, { a: 2 }], none: null }],
    [['empty='], { empty: '' }],
    [['url=http://x/?a:=1&b=2'], { url: 'http://x/?a:=1&b=2' }],
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

  it.each([
    ['name', 'it is neither a variable nor a file'],
    ['9=x', 'it is neither a variable nor a file'],
    ['mtu:=9000x', 'JSON'],
    ['@nowhere.json', 'ENOENT'],
    ['@list.json', 'no mapping'],
    ['@bad.yaml', 'line 2'],
  ])('refuses %s', async (text, problem) => {
    await expect(parseExtraVars([text], cwd)).rejects.toMatchObject({
      code: 'bad-extra-var',
      exit: 64,
      message: expect.stringContaining(problem) as string,
    });
  });
});
