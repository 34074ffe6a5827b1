import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, it } from 'vitest';
import { declarationsOf } from '../../src/inventory/declarations.ts';
import { findInventory } from '../../src/inventory/find.ts';
import { loadInventory } from '../../src/inventory/load.ts';
import { proposals } from '../support/language-server.ts';
import { compilePrograms, expectedOf, saidOf, type Compiled } from '../support/type-programs.ts';

const fixtures = fileURLToPath(new URL('../fixtures/declared/', import.meta.url));
const [right, wrong] = [join(fixtures, 'right.ts'), join(fixtures, 'wrong.ts')];

let compiled: Compiled;
let folder = '';
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tsplay-declared-'));
  const files: string[] = [];
  const { default: staging } = (await import(join(fixtures, 'staging.ts'))) as { readonly default: unknown };
  for (const name of ['prod', 'staging']) {
    const source = await findInventory(`./${name}`, fixtures);
    const inventory = await loadInventory(source, () => staging);
    const file = join(folder, `${name}.tsplay.d.ts`);
    writeFileSync(file, declarationsOf(inventory, name, `tsplay types -i ${name}`));
    files.push(file);
  }
  compiled = await compilePrograms([...files, right, wrong]);
  return () => rmSync(folder, { recursive: true });
});

it('what an inventory has can be used with its types', () => {
  expect(compiled.found.files).toContain(right);
  expect(compiled.said.filter(({ place }) => !place.startsWith(`${wrong}:`))).toEqual([]);
});

it('what no inventory has is a type error', () => {
  expect(saidOf(compiled, wrong)).toEqual(expectedOf(wrong));
});

it('editors propose names of hosts and groups, and variables', async () => {
  const tsplay = fileURLToPath(new URL('../../dist/src/index.d.ts', import.meta.url));
  const options = { strict: true, lib: ['es2023'], types: [], noEmit: true, paths: { tsplay: [tsplay] } };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: options }));
  const [hosts, inBody, groups] = await proposals(
    join(folder, 'site.ts'),
    `import { play } from 'tsplay';
export default [
  play('A', { hosts: '|' }, ({ host, vars }) => [host.name]),
  play('B', { hosts: 'data' }, ({ host }) => host.vars.|),
  play('C', { hosts: 'data' }, ({ host }) => host.groups.includes('|')),
];
`,
  );
  expect(hosts).toEqual(expect.arrayContaining(['all', 'web', 'data', 'web1', 'web9', '2001:db8::1']));
  expect(inBody).toEqual(['domain', 'odd name', 'size']);
  expect(groups).toEqual(['all', 'data', 'none', 'web']);
});
