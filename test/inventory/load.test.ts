import { execFileSync } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TsplayErrors } from '../../src/errors/tsplay-error.ts';
import { findInventory } from '../../src/inventory/find.ts';
import { loadInventory } from '../../src/inventory/load.ts';
import { defineInventory, type InventoryData } from '../../src/inventory/shape.ts';
import { tempProject, type TempProject } from '../playbook/load/temp-project.ts';

let project: TempProject;
beforeEach(() => (project = tempProject()));
afterEach(() => project.remove());

describe('findInventory', () => {
  const find = (name: string) => findInventory(name, project.dir);

  it('takes a name in inventory/, a file there, or a path', async () => {
    project.write({
      'inventory/prod.yaml': '',
      'inventory/test.mts': '',
      'other/x.json': '',
      'here.yml': '',
    });
    const only = (kind: string, name: string) => ({
      kind: 'files',
      paths: [project.path(name)],
      files: [{ kind, file: project.path(name) }],
      folders: [dirname(project.path(name))],
    });
    const yaml = (name: string) => only('yaml', name);
    expect(await find('prod')).toEqual(yaml('inventory/prod.yaml'));
    expect(await find('prod.yaml')).toEqual(yaml('inventory/prod.yaml'));
    expect(await find('test')).toEqual(only('typescript', 'inventory/test.mts'));
    expect(await find('other/x')).toEqual(yaml('other/x.json'));
    expect(await find('./here.yml')).toEqual(yaml('here.yml'));
    expect(await find(project.path('here.yml'))).toEqual(yaml('here.yml'));
  });

  it('is the built-in lab, unless there is a file of that name', async () => {
    expect(await find('lab')).toEqual({ kind: 'lab' });
    project.write({ 'inventory/lab.ts': '' });
    expect(await find('lab')).toMatchObject({ kind: 'files', files: [{ kind: 'typescript' }] });
  });

  it('refuses a name that two files have', async () => {
    project.write({ 'inventory/prod.yaml': '', 'inventory/prod.ts': '' });
    await expect(find('prod')).rejects.toMatchObject({
      code: 'inventory-ambiguous',
      message: `the inventory 'prod' could be ${project.path('inventory/prod.ts')} or ${project.path('inventory/prod.yaml')}`,
    });
  });

  it('says what there is where there is no such inventory', async () => {
    await expect(find('prod')).rejects.toMatchObject({
      code: 'inventory-not-found',
      message: expect.stringContaining('there is none in') as string,
    });
    project.write({ 'inventory/prod.yaml': '', 'inventory/staging.ts': '', 'inventory/README.md': '' });
    await expect(find('prd')).rejects.toMatchObject({
      message: `there is no inventory 'prd'; did you mean prod?; ${project.path('inventory')} has prod.yaml, staging.ts`,
    });
  });

  it('takes a folder of files, in the order of their names', async () => {
    project.write({
      'inventory/prod/20-more.yaml': 'hosts: {}',
      'inventory/prod/10-hosts': '',
      'inventory/prod/30/z.ts': '',
      'inventory/prod/30/types.d.ts': '',
      'inventory/prod/group_vars/all.yml': '',
      'inventory/prod/host_vars/web1.yml': '',
      'inventory/prod/README.md': '',
      'inventory/prod/old.ini': '',
      'inventory/prod/.hidden': '',
      'elsewhere/hosts': '',
      'lab/hosts': '',
      'empty/hosts.ini': '',
    });
    const folder = project.path('inventory/prod');
    expect(await find('prod')).toEqual({
      kind: 'files',
      paths: [folder],
      files: [
        { kind: 'text', file: project.path('inventory/prod/10-hosts') },
        { kind: 'yaml', file: project.path('inventory/prod/20-more.yaml') },
        { kind: 'typescript', file: project.path('inventory/prod/30/z.ts') },
      ],
      folders: [folder],
    });
    expect(await find('inventory/prod')).toMatchObject({ paths: [folder] });
    execFileSync('mkfifo', [project.path('inventory/prod/40-pipe')]);
    symlinkSync('nowhere', project.path('inventory/prod/50-link'));
    expect((await find('prod')) as object).toMatchObject({
      files: [{}, {}, {}, { file: join(folder, '50-link') }],
    });
    await expect(loadInventory(await find('prod'), () => ({}))).rejects.toMatchObject({
      errors: [{ code: 'inventory-unreadable' }],
    });
    expect(await find('elsewhere')).toMatchObject({ paths: [project.path('elsewhere')] });
    // A folder that happens to be called so is not meant, unless it is named as one.
    expect(await find('lab')).toEqual({ kind: 'lab' });
    expect(await find('./lab')).toMatchObject({ paths: [project.path('lab')] });
    await expect(find('./empty')).rejects.toMatchObject({ code: 'inventory-folder-empty' });
    project.write({ 'inventory/prod.yaml': '' });
    await expect(find('prod')).rejects.toMatchObject({ code: 'inventory-ambiguous' });
  });

  it('refuses other kinds of files', async () => {
    project.write({ 'hosts.toml': '', 'inventory/types.d.ts': '' });
    await expect(find('hosts.toml')).rejects.toMatchObject({ code: 'inventory-kind' });
    await expect(find('types.d.ts')).rejects.toMatchObject({ code: 'inventory-kind' });
  });
});

describe('loadInventory', () => {
  const load = async (name: string, text: string) => {
    project.write({ [name]: text });
    return loadInventory(await findInventory(`./${name}`, project.dir), () => undefined);
  };
  const problemsOf = async (loading: Promise<unknown>) => {
    const error: unknown = await loading.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof TsplayErrors)) throw error;
    return error.errors.map(({ where, message, code }) => [code, where?.line, where?.column, message]);
  };

  it('rounds no number', async () => {
    const text = `vars:
  exact: [9007199254740991, -9007199254740991, 0x1F, 1.5, 1e3, 0.1, .inf]
  text: '12345678901234567890'
  wrong: [9007199254740993, -12345678901234567890, 0xFFFFFFFFFFFFFFFF, 1e400]
`;
    const wrong = ['9007199254740993', '-12345678901234567890', '0xFFFFFFFFFFFFFFFF', '1e400'];
    const problems = await problemsOf(load('a.yaml', text));
    expect(problems).toEqual(
      wrong.map((number) => [
        'inventory-syntax',
        4,
        (text.split('\n')[3] ?? '').indexOf(number) + 1,
        expect.stringContaining(`${number} is too large to be exact`),
      ]),
    );
    const { hosts } = await load('b.yaml', text.replace(/ {2}wrong.*\n/, '') + 'hosts: { a: {} }\n');
    expect(hosts.get('a')?.vars).toEqual({
      exact: [9007199254740991, -9007199254740991, 31, 1.5, 1000, 0.1, Infinity],
      text: '12345678901234567890',
    });
    expect(await problemsOf(load('c.json', '{"vars": {"n": 12345678901234567890}}'))).toHaveLength(1);
  });

  it('reads YAML with anchors, and JSON, with the place of every host', async () => {
    const yaml = await load(
      'a.yaml',
      `vars: { x: 1 }
hosts:
  web1: &web
    user: ops
  web2: { <<: *web, port: 23 }
groups:
  g:
    hosts: [web1, web3]
`,
    );
    const places = [...yaml.hosts.values()].map(({ name, user, port, where }) => [
      name,
      user,
      port,
      where?.()?.line,
      where?.()?.column,
    ]);
    expect(places).toEqual([
      ['web1', 'ops', undefined, 3, 3],
      ['web2', 'ops', 23, 5, 3],
      ['web3', undefined, undefined, 8, 19],
    ]);
    const json = await load('a.json', '{\n  "hosts": {\n    "web1": { "port": 23 }\n  }\n}');
    expect(json.hosts.get('web1')).toMatchObject({
      port: 23,
    });
    expect(json.hosts.get('web1')?.where?.()).toEqual({ file: project.path('a.json'), line: 3, column: 5 });
  });

  it('gives the place of each problem, or of what is around it', async () => {
    const text = `hosts:
  web1:
    prot: 22
    port: x
  a b:
groups:
  g:
    hosts:
      - web1
      - web1
    children: [h]
`;
    expect(await problemsOf(load('a.yaml', text))).toEqual([
      ['inventory-invalid', 4, 5, 'hosts.web1.port must be a whole number from 1 to 65535, not "x"'],
      ['inventory-invalid', 3, 5, 'hosts.web1.prot is not known here; did you mean port?'],
      ['inventory-invalid', 5, 3, expect.stringContaining('hosts.a b is no name')],
      ['inventory-invalid', 10, 9, 'groups.g.hosts.1 names web1 a second time'],
      ['inventory-invalid', 11, 16, 'groups.g.children.0 is no group: h; did you mean g?'],
    ]);
    expect(await problemsOf(load('empty.yaml', ''))).toEqual([
      ['inventory-invalid', 1, 1, 'the inventory must map names to values, but is nothing'],
    ]);
  });

  it('gives the places of syntax errors, a repeated name among them', async () => {
    expect(await problemsOf(load('a.yaml', 'hosts:\n  a: {}\n  b: {}\n  a: {}\n'))).toEqual([
      ['inventory-syntax', 4, 3, 'the inventory cannot be read: a stands here a second time'],
    ]);
    expect(await problemsOf(load('a.json', '{\n  "hosts": {\n    "a": [\n  }\n}'))).toContainEqual([
      'inventory-syntax',
      expect.any(Number),
      expect.any(Number),
      expect.any(String),
    ]);
  });

  const typescript = async (exported: unknown) => {
    project.write({ 'a.ts': '' });
    return loadInventory(await findInventory('./a.ts', project.dir), () => exported);
  };

  it('takes data, a promise, a function or an async function from TypeScript', async () => {
    const data = { hosts: { web1: { identityFiles: ['key'] } } };
    for (const exported of [data, Promise.resolve(data), () => data, async () => data]) {
      const { hosts } = await typescript(defineInventory(exported));
      expect(hosts.get('web1')).toMatchObject({ identityFiles: [project.path('key')] });
    }
  });

  it('places what is wrong in TypeScript where it is written, or at the call of defineInventory', async () => {
    const line = Number(/:(\d+):\d+\)?$/.exec(new Error('here').stack?.split('\n')[1] ?? '')?.[1]) + 1;
    const declared = defineInventory(() => ({ hosts: { web1: { port: 0 } } }));
    const problems = await problemsOf(typescript(declared));
    expect(problems).toMatchObject([
      ['inventory-invalid', line, 64, expect.stringContaining('hosts.web1.port')],
    ]);
    const data = JSON.parse('{ "hosts": { "web1": { "port": 0 } } }') as InventoryData;
    expect(await problemsOf(typescript(defineInventory(data)))).toMatchObject([
      ['inventory-invalid', line + 6, 40, expect.stringContaining('hosts.web1.port')],
    ]);
    expect(await problemsOf(typescript(undefined))).toMatchObject([
      ['inventory-invalid', 1, 1, expect.anything()],
    ]);
  });

  it('places what an inventory throws', async () => {
    const declared = defineInventory(async () => {
      await Promise.resolve();
      throw new Error('no database');
    });
    await expect(typescript(declared)).rejects.toMatchObject({
      errors: [
        {
          code: 'inventory-threw',
          message: 'the function that gives the inventory threw: no database',
          where: { file: import.meta.filename, column: 13 },
        },
      ],
    });
  });
});

describe('several sources', () => {
  it('are merged in their order, those in TypeScript among them', async () => {
    project.write({
      'prod/1-hosts': '[web]\nweb1 a=ini b=ini\n[web:vars]\nc=ini\nd=ini\n',
      'prod/2-cloud.ts': '',
      'prod/3-more.yaml':
        'groups:\n  web: { hosts: [web2], vars: { d: yaml } }\n  site: { children: [web, cloud] }\n',
      'prod/group_vars/cloud': 'e: files\nf: files\n',
    });
    const declared = defineInventory({
      hosts: { web1: { address: '192.0.2.1', vars: { b: 'ts', f: 'ts' } } },
      groups: { cloud: { hosts: ['web1', 'vm1'], vars: { e: 'ts' } } },
    });
    const { hosts, groups } = await loadInventory(await findInventory('./prod', project.dir), () => declared);
    expect(hosts.get('web1')).toMatchObject({
      address: '192.0.2.1',
      vars: { a: 'ini', b: 'ts', c: 'ini', d: 'yaml', e: 'files', f: 'ts' },
      groups: ['all', 'site', 'cloud', 'web'],
    });
    expect(Object.fromEntries(groups)).toMatchObject({ site: ['web1', 'web2', 'vm1'], ungrouped: [] });
  });

  it('have no circles between them, and all that is wrong with any of them is told', async () => {
    const load = async () => loadInventory(await findInventory('./prod', project.dir), () => undefined);
    project.write({
      'prod/1.yaml': 'groups: { a: { children: [a1] }, a1: {} }\n',
      'prod/2': '[a1:children]\na\n',
    });
    await expect(load()).rejects.toMatchObject({
      errors: [
        { message: 'group a is within itself (a > a1 > a)', where: { file: project.path('prod/1.yaml') } },
      ],
    });
    project.write({ 'prod/1.yaml': 'hosts: []\n', 'prod/2': '[a:vars\nx' });
    await expect(load()).rejects.toMatchObject({ errors: [{ code: 'inventory-invalid' }, {}] });
  });
});

describe('guests of the lab in an inventory', () => {
  const load = async (text: string) => {
    project.write({ 'inventory/site.yaml': text });
    return loadInventory(await findInventory('site', project.dir), () => undefined);
  };

  it('have their own groups and variables, and need no address', async () => {
    const inventory = await load(
      'hosts:\n  lab2: { connection: lab, vars: { n: 2 } }\n  web1: { address: 192.0.2.1 }\ngroups:\n  servers: { hosts: [lab2] }\n',
    );
    expect(inventory.hosts.get('lab2')).toMatchObject({
      connection: 'ssh',
      address: '127.0.0.1',
      user: 'root',
      vars: { n: 2 },
      groups: ['all', 'servers'],
    });
    expect(inventory.hosts.get('web1')).toMatchObject({ connection: 'ssh', address: '192.0.2.1' });
    // Only a guest brings a lab up.
    expect(await inventory.prepare?.(['web1'], () => {})).toEqual(inventory.hosts);
  });

  it('have the names that guests have', async () => {
    const bad = load('hosts:\n  lab9: { connection: lab }\n  web1: { connection: lab }\n');
    await expect(bad).rejects.toMatchObject({
      errors: [
        { code: 'lab-no-guest', where: { line: 2 } },
        { code: 'lab-no-guest', where: { line: 3 } },
      ],
    });
  });
});
