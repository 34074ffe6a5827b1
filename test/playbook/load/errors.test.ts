import { afterEach, expect, it } from 'vitest';
import { compilerPath } from '../../../src/playbook/load/compiler.ts';
import { load } from './load-in-child.ts';
import { tempProject, type TempProject } from './temp-project.ts';

let project: TempProject;
afterEach(() => project.remove());

it('reports all type errors of all files at once, with places, codes and details', async () => {
  project = tempProject({
    'lib/a.ts': 'export const a: string = 1;\n',
    'site.ts': `import { a } from './lib/a.ts';
interface Deep { readonly of: { readonly mode: 'a' | 'b' } }
export const x: Deep = { of: { mode: a } };
const f: (x: Deep) => void = (x: { of: { mode: 'a' } }) => {};
f(x);
`,
    'inventory.ts': 'export default nowhere;\n',
  });
  const { errors } = await load(project.dir, ['site.ts', 'inventory.ts']);
  const places = errors.map(({ code, where }) => [code, where]);
  expect(places).toEqual([
    ['type-error', { file: project.path('inventory.ts'), line: 1, column: 16 }],
    ['type-error', { file: project.path('lib/a.ts'), line: 1, column: 14 }],
    ['type-error', { file: project.path('site.ts'), line: 3, column: 32 }],
    ['type-error', { file: project.path('site.ts'), line: 4, column: 7 }],
  ]);
  expect(errors[0]?.message).toBe("Cannot find name 'nowhere'. (TS2304)");
  expect(errors[3]?.message).toMatch(
    /^Type .* is not assignable to type .*\. \(TS2322\)\n {2}Types of parameters/,
  );
});

it('refuses inventories in TypeScript that could not be right', async () => {
  project = tempProject({
    'a.ts': `import { defineInventory } from 'tsplay';
export default defineInventory({
  hosts: { web1: { adress: '192.0.2.1' }, web2: { port: '22' } },
  groups: { web: { hosts: 'web1' } },
});
`,
  });
  const { errors } = await load(project.dir, ['a.ts']);
  expect(errors.map(({ code, where }) => [code, where?.line, where?.column])).toEqual([
    ['type-error', 3, 20],
    ['type-error', 3, 51],
    ['type-error', 4, 20],
  ]);
});

it('says where the options of a module are told, at what is wrong with a call of it', async () => {
  project = tempProject({
    'site.ts': `import { play, sh } from 'tsplay';
import * as m from 'tsplay/modules';
import { file as put } from 'tsplay/modules';
export default play('Site', { hosts: 'all' }, () => {
  m.file('/etc/a', { content: 'x', moed: '0644' });
  m.line('/etc/b', { line: ['(', 1].join(')'), match: 3 });
  m.command('c', { run: sh\`true \${[1, {}]}\`, creates: true });
  put('/etc/d', { content: 1 });
  const wrong: string = [1].map((one) => { const two: string = one; return two; }).length;
  void wrong;
});
`,
  });
  const { errors } = await load(project.dir, ['site.ts']);
  expect(errors.map(({ where, hint }) => [where?.line, /tsplay doc (\w+)$/.exec(hint ?? '')?.[1]])).toEqual([
    [5, 'file'],
    [6, 'line'],
    [7, 'command'],
    [7, 'command'],
    [8, undefined],
    [9, undefined],
    [9, undefined],
  ]);
});

it('reports a syntax error with its place', async () => {
  project = tempProject({ 'site.ts': 'export const a = 1;\nexport default {;\n' });
  const { errors } = await load(project.dir, ['site.ts']);
  expect(errors[0]).toMatchObject({
    code: 'type-error',
    message: expect.stringContaining('TS1136') as string,
    where: { file: project.path('site.ts'), line: 2, column: 17 },
  });
});

it('reports what is wrong in the tsconfig at its place there', async () => {
  project = tempProject({
    'tsconfig.json': '{\n  "compilerOptions": { "strict": "yes" }\n}',
    'site.ts': 'export default 1;',
  });
  const { errors } = await load(project.dir, ['site.ts']);
  expect(errors).toMatchObject([{ where: { file: project.path('tsconfig.json'), line: 2, column: 34 } }]);
});

it('maps what a file throws when it is imported to its source', async () => {
  project = tempProject({
    'lib/boom.ts': `interface Gone { readonly a: string }

type Gone2 = Gone;
export function boom(why: string): Gone2 {
  throw new Error(why);
}
`,
    'site.ts': "import { boom } from './lib/boom.ts';\nexport default boom('no luck');\n",
  });
  const { errors } = await load(project.dir, ['site.ts']);
  const where = { file: project.path('lib/boom.ts'), line: 5, column: 9 };
  expect(errors).toMatchObject([
    { code: 'import-failed', message: `${project.path('site.ts')} could not be imported: no luck`, where },
  ]);
});

it('names the source where Node names the emitted file', async () => {
  project = tempProject({
    'node_modules/left/index.d.ts': 'export declare const left: string;',
    'site.ts': "import { left } from 'left';\nexport default left;",
  });
  const { errors } = await load(project.dir, ['site.ts']);
  expect(errors[0]?.message).toContain(`imported from ${project.path('site.js')}`);
});

it('places an import of what a module does not have', async () => {
  project = tempProject({
    'package.json': '{"type":"module"}',
    'plain.js': 'export const a = 1;',
    'plain.d.ts': 'export declare const b: number;',
    'site.ts':
      "interface Gone { a: 1 }\nimport { b } from './plain.js';\nexport default b;\nexport type { Gone };",
  });
  const { errors } = await load(project.dir, ['site.ts']);
  expect(errors).toMatchObject([
    { code: 'import-failed', where: { file: project.path('site.ts'), line: 2, column: 10 } },
  ]);
});

it('suggests names like that of a missing file', async () => {
  project = tempProject({ 'site.ts': '', 'sites.ts': '', 'other.ts': '', 'sit.txt': '' });
  const { errors } = await load(project.dir, ['sit.ts']);
  expect(errors).toMatchObject([
    {
      code: 'file-not-found',
      message: `there is no file ${project.path('sit.ts')}; did you mean site.ts or sites.ts?`,
    },
  ]);
});

it('refuses what is no TypeScript module', async () => {
  project = tempProject({ 'site.js': '', 'types.d.ts': '', 'old.cts': '' });
  for (const name of ['site.js', 'types.d.ts', 'old.cts']) {
    expect((await load(project.dir, [name])).errors).toMatchObject([{ code: 'not-typescript' }]);
  }
  project.write({ 'site.ts': '' });
  for (const name of ['site', 'site.js']) {
    const [error] = (await load(project.dir, [name])).errors;
    expect(error?.message).toMatch(/ is not a TypeScript module; did you mean site\.ts\?$/);
  }
});

it('says what is missing where there is no compiler for the platform', () => {
  project = tempProject();
  expect(() => compilerPath('sunos-sparc')).toThrow(
    expect.objectContaining({
      code: 'compiler-missing',
      message: expect.stringContaining('sunos-sparc') as string,
    }),
  );
});

it('says what to do about names and imports that are not there, and about what has to be waited for', async () => {
  project = tempProject({
    'package.json': '{ "dependencies": { "@site/greeting": "^1.0.0" } }',
    'node_modules/left-pad/package.json': '{ "name": "left-pad", "exports": {} }',
    'roles/motd/index.ts': 'export {};\n',
    'site.ts': `import { file as one } from 'tsplay';
import { bond } from 'tsplay/module';
import './role/motd/index.ts';
import './roles/mtd';
import './nothing/at/all.ts';
import { two } from 'left-pad';
import { three } from 'lft-pad';
import { four } from 'elsewhere';
import { five } from '@site/greeting';
import { command } from 'tsplay/modules';
const six = command('x', { run: ['true'] });
export const seven = [six.stdout, six.result().rc, baseSystem, systcl, one, two, three, four, five, bond];
`,
  });
  const { errors } = await load(project.dir, ['site.ts']);
  const told = errors.map(({ where, hint }) => `${where?.line} ${hint?.replaceAll(project.dir, 'DIR')}`);
  expect(told).toEqual([
    "1 It is exported by tsplay/modules: import { file } from 'tsplay/modules';",
    "2 Did you mean 'tsplay/modules'?",
    "3 There is no file DIR/role/motd/index.ts. Did you mean './roles/motd/index.ts'?",
    "4 There is no file DIR/roles/mtd. Did you mean './roles/motd'?",
    '5 There is no file DIR/nothing/at/all.ts.',
    '6 The package left-pad is installed in DIR, but has no types or no such part: see "exports" in its package.json.',
    "7 No package of that name is installed. Did you mean 'left-pad'?",
    '8 No package of that name is installed. If the name is right: npm install elsewhere. A file of the project begins with ./ or ../.',
    '9 It is in package.json, and not installed: npm install, in DIR.',
    '12 A call gives a handle; what it came to is told by its result: (await handle.result()).stdout, in an async body.',
    '12 It has to be waited for: (await handle.result()).rc, in an async body.',
    "12 It is exported by tsplay/roles: import { baseSystem } from 'tsplay/roles';",
    "12 Did you mean sysctl? import { sysctl } from 'tsplay/modules';",
  ]);
});

it('says how what tsplay exports is called, and whose a global is that has no types', async () => {
  project = tempProject({
    'tsconfig.json': '{ "compilerOptions": { "types": [], "lib": ["es2023"] } }',
    'site.ts': `import { play } from 'tsplay';
import { file } from 'tsplay/modules';
export const one = play({ name: 'one', hosts: 'all' });
export const two = play('two', { hosts: ['web', 'db'] }, () => {});
export const three = () => file({ path: '/etc/x' });
export const four = () => setTimeout(three);
`,
  });
  const { errors } = await load(project.dir, ['site.ts']);
  expect(errors.map(({ where, hint }) => `${where?.line} ${hint}`)).toEqual([
    "3 Name first: play('name', { hosts: … }, () => { … }).",
    "4 It is one pattern, with commas between its parts: hosts: 'web,db'.",
    '5 Name first, options second, as in the examples of: tsplay doc file',
    '6 Node has it. For its types: npm install --save-dev @types/node, and "types": ["node"] in tsconfig.json.',
  ]);
});

it('says that Node runs no TypeScript of installed packages', async () => {
  project = tempProject({
    'node_modules/@site/role/package.json': '{"type":"module","exports":{".":"./index.ts"}}',
    'node_modules/@site/role/index.ts': 'export const role = 1;',
    'site.ts': "import { role } from '@site/role';\nexport default role;",
  });
  const { errors } = await load(project.dir, ['site.ts']);
  expect(errors).toMatchObject([
    { code: 'import-failed', hint: expect.stringContaining('publish it as') as string },
  ]);
});

it('places a module that is called outside of a play, and says why files that import each other fail', async () => {
  project = tempProject({
    'outside.ts': `import { file } from 'tsplay/modules';\n\nfile('/etc/x', { content: '' });\n`,
    'a.ts': `import { b } from './b.ts';\nexport const a: string = b;\n`,
    'b.ts': `import { a } from './a.ts';\nexport const b: string = a;\n`,
  });
  const [outside] = (await load(project.dir, ['outside.ts'])).errors;
  expect(outside).toMatchObject({
    code: 'outside-play',
    where: { file: project.path('outside.ts'), line: 3 },
  });
  const [cycle] = (await load(project.dir, ['a.ts'])).errors;
  expect(cycle).toMatchObject({ code: 'import-failed', where: { file: project.path('b.ts'), line: 2 } });
  expect(cycle?.hint).toContain('import each other');
});
