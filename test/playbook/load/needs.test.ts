import { readdirSync, readFileSync, symlinkSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Manifest } from '../../../src/playbook/load/manifest.ts';
import { builds, builtPackage, load } from './load-in-child.ts';
import { tempProject, type TempProject } from './temp-project.ts';

let project: TempProject;
afterEach(() => project.remove());

/** Whether the check of the only files that were loaded read the declarations of valibot, which are most of all. */
function readV(): boolean {
  const folder = project.path('.tsplay/build');
  const [name = ''] = readdirSync(folder).filter((one) => one.endsWith('.json'));
  const { inputs } = JSON.parse(readFileSync(join(folder, name), 'utf8')) as Manifest;
  return Object.keys(inputs).some((file) => file.includes('/valibot/'));
}

const body = "export default play('Test', { hosts: 'all' }, () => {});";
const plain = `import { play } from 'tsplay';\n${body}`;
const right = 'v.parse(v.number(), 1)';
const wrong = 'v.parse(v.number(), 1).nothing';

describe('the types of v', () => {
  it('are not read for playbooks without it', async () => {
    project = tempProject({ 'site.ts': plain });
    expect((await load(project.dir, ['site.ts'])).errors).toEqual([]);
    expect(readV()).toBe(false);
  });

  it('are not read where the project has tsplay itself, unless its tsconfig leads elsewhere', async () => {
    project = tempProject({ 'package.json': '{"type":"module"}', 'site.ts': plain });
    mkdirSync(project.path('node_modules'));
    symlinkSync(builtPackage, project.path('node_modules/tsplay'));
    expect((await load(project.dir, ['site.ts'])).errors).toEqual([]);
    expect(readV()).toBe(false);
    const paths = { tsplay: [join(builtPackage, 'dist/src/index.d.ts')] };
    project.write({ 'tsconfig.json': JSON.stringify({ compilerOptions: { lib: ['es2023'], paths } }) });
    expect((await load(project.dir, ['site.ts'])).errors).toEqual([]);
    expect(readV()).toBe(true);
  });

  const uses: Readonly<Record<string, (use: string) => Record<string, string>>> = {
    'by name': (use) => ({ 'site.ts': `import { v } from 'tsplay';\nexport const used = ${use};` }),
    'by another name': (use) => ({
      'site.ts': `import { v as schema } from 'tsplay';\nexport const used = ${use.replaceAll('v.', 'schema.')};`,
    }),
    'by a namespace': (use) => ({
      'site.ts': `import * as all from 'tsplay';\nexport const used = ${use.replaceAll('v.', 'all.v.')};`,
    }),
    'by an import as it runs': (use) => ({
      'site.ts': `const { v } = await import('tsplay');\nexport const used = ${use};`,
    }),
    'by a file that passes all on': (use) => ({
      'site.ts': `import { v } from './all.ts';\nexport const used = ${use};`,
      'all.ts': "export * from 'tsplay';",
    }),
    'by a declaration, which is not checked itself': (use) => ({
      'site.ts': `import { v } from './plain.js';\nexport const used = ${use};`,
      'plain.d.ts': "export { v } from 'tsplay';",
      'plain.js': "export { v } from 'tsplay';",
    }),
    'by JavaScript': (use) => ({
      'site.ts': `import { v } from './plain.js';\nexport const used = ${use};`,
      'plain.js': "export { v } from 'tsplay';",
    }),
    'by a package': (use) => ({
      'site.ts': `import { v } from 'left';\nexport const used = ${use};`,
      'node_modules/left/package.json': '{"type":"module","types":"index.d.ts","main":"index.js"}',
      'node_modules/left/index.d.ts': "export { v } from 'tsplay';",
      'node_modules/left/index.js': "export { v } from 'tsplay';",
    }),
  };

  it.each(Object.entries(uses))('are read where it is used %s', async (_, files) => {
    project = tempProject({ 'package.json': '{"type":"module"}', ...files(right) });
    mkdirSync(project.path('node_modules'), { recursive: true });
    symlinkSync(builtPackage, project.path('node_modules/tsplay'));
    const { exports, errors } = await load(project.dir, ['site.ts']);
    expect({ exports, errors }).toEqual({ exports: [{ used: 1 }], errors: [] });
    expect([readV(), builds(project.dir).length]).toEqual([true, 1]);
    project.write(files(wrong));
    const { errors: found } = await load(project.dir, ['site.ts']);
    expect(found).toMatchObject([{ message: expect.stringContaining("Property 'nothing'") as string }]);
  });
});
