import { mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Manifest } from '../../../src/playbook/load/manifest.ts';
import { builds, builtPackage, load } from './load-in-child.ts';
import { tempProject, type TempProject } from './temp-project.ts';

let project: TempProject;
afterEach(() => project.remove());

/** Folders of modules whose declarations the check has read. */
function foldersRead(): ReadonlySet<string> {
  const folder = project.path('.tsplay/build');
  const [name = ''] = readdirSync(folder).filter((one) => one.endsWith('.json'));
  const { inputs } = JSON.parse(readFileSync(join(folder, name), 'utf8')) as Manifest;
  return new Set(
    Object.keys(inputs).flatMap((file) => /\/dist\/modules\/(.+)\/[^/]+\.d\.ts$/.exec(file)?.[1] ?? []),
  );
}

const used = 'export const used = typeof bond;';

describe('the types of modules', () => {
  it('are read of those that are named, and what these need', async () => {
    project = tempProject({ 'site.ts': `import { bond } from 'tsplay/modules';\n${used}` });
    const { exports, errors } = await load(project.dir, ['site.ts']);
    expect({ exports, errors }).toEqual({ exports: [{ used: 'function' }], errors: [] });
    const folders = foldersRead();
    expect(folders).toContain('network/bond');
    for (const other of ['services', 'packages', 'files', 'accounts', 'system/mounts'])
      expect(folders).not.toContain(other);
    // What a former check needed does not stay.
    for (const text of [
      "import * as m from 'tsplay/modules';\nm;",
      "import { pkg } from 'tsplay/modules';\npkg;",
    ]) {
      project.write({ 'site.ts': text });
      expect((await load(project.dir, ['site.ts'])).errors).toEqual([]);
      expect(foldersRead()).toContain('packages');
    }
    project.write({ 'site.ts': "import { pkg } from 'tsplay/modules';\nvoid pkg;" });
    expect((await load(project.dir, ['site.ts'])).errors).toEqual([]);
    expect([...foldersRead()]).toEqual(['packages']);
  });

  const uses: Readonly<Record<string, Record<string, string>>> = {
    'by a namespace': { 'site.ts': `import * as m from 'tsplay/modules';\nconst { bond } = m;\n${used}` },
    'by an import as it runs': { 'site.ts': `const { bond } = await import('tsplay/modules');\n${used}` },
    'by another file': {
      'site.ts': `import { bond } from './some.ts';\n${used}`,
      'some.ts': "export { bond } from 'tsplay/modules';",
    },
    'by a file that passes all on': {
      'site.ts': `import { bond } from './all.ts';\n${used}`,
      'all.ts': "export * from 'tsplay/modules';",
    },
    'by JavaScript': {
      'site.ts': `import { bond } from './plain.js';\n${used}`,
      'plain.js': "export { bond } from 'tsplay/modules';",
    },
  };
  const wrong = "bond('bond0', { mode: 'none' });";

  it.each(Object.entries(uses))('are there where one is used %s', async (_, files) => {
    project = tempProject({ 'package.json': '{"type":"module"}', ...files });
    mkdirSync(project.path('node_modules'));
    symlinkSync(builtPackage, project.path('node_modules/tsplay'));
    const { exports, errors } = await load(project.dir, ['site.ts']);
    expect({ exports, errors }).toEqual({ exports: [{ used: 'function' }], errors: [] });
    expect(foldersRead()).toContain('network/bond');
    expect(builds(project.dir).length).toBe(1);
    project.write({ 'site.ts': `${files['site.ts']}\n${wrong}` });
    const { errors: found } = await load(project.dir, ['site.ts']);
    expect(found).toMatchObject([{ message: expect.stringContaining('\'"none"\'') as string }]);
  });

  it('are compared with all that there are where one is misspelt', async () => {
    project = tempProject({ 'site.ts': "import type { BondOption } from 'tsplay/modules';" });
    const { errors } = await load(project.dir, ['site.ts']);
    expect(errors).toMatchObject([{ message: expect.stringContaining("'BondOptions'") as string }]);
  });
});
