import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { modulesNamedIn } from '../../../src/playbook/load/module-types.ts';
import { narrowOwnImports } from '../../../src/playbook/load/own-imports.ts';
import { packageRoot } from '../../../src/playbook/load/project.ts';

const dist = (file: string): string => join(packageRoot, 'dist', file);
const url = (file: string): string => JSON.stringify(pathToFileURL(dist(file)).href);
const importer = '/site.ts';
const resolutions = [
  { specifier: 'tsplay', target: dist('src/without-v.d.ts') },
  { specifier: 'tsplay/modules', target: dist('modules/index.d.ts') },
].map((one) => ({ importer, aliased: false, ...one }));
const places = () =>
  ({
    bond: ['chunks/net.js', 'bond'],
    line: ['chunks/edit.js', 'line$1'],
    file: ['chunks/files.js', 'file'],
  }) as const;
const narrowed = (code: string): string => narrowOwnImports(code, importer, resolutions, places);

describe('imports of tsplay itself', () => {
  it('become those of the files with what they name, line by line', () => {
    const code = `#!/usr/bin/env tsplay
// A comment: import { bond } from 'tsplay/modules';
import { play } from 'tsplay';
import {
  bond,
  line as editLine, file,
} from "tsplay/modules";
/* and another */ import other from 'other';
play();
`;
    const lines = narrowed(code).split('\n');
    expect(lines.length).toBe(code.split('\n').length);
    expect(lines[2]).toBe(`import { play } from ${url('src/without-v.js')};`);
    expect(lines[3]).toBe(
      `import { bond } from ${url('chunks/net.js')}; import { line$1 as editLine } from ${url('chunks/edit.js')}; import { file } from ${url('chunks/files.js')};`,
    );
    expect(lines.slice(7).join('\n')).toBe("/* and another */ import other from 'other';\nplay();\n");
  });

  it.each([
    "import * as all from 'tsplay/modules';\n",
    "import 'tsplay/modules';\n",
    "import { nothing } from 'tsplay/modules';\n",
    "export { bond } from 'tsplay/modules';\n",
    "const { bond } = await import('tsplay/modules');\n",
    "const text = `\nimport { bond } from 'tsplay/modules';\n`;\n",
  ])('stay as they are where they mean more, or are none: %j', (code) => {
    expect(narrowed(code)).toBe(code);
  });

  it('stay as they are where they lead elsewhere', () => {
    const code = "import { bond } from 'tsplay/modules';\n";
    expect(narrowOwnImports(code, '/other.ts', resolutions, places)).toBe(code);
  });
});

describe('the modules that a file names', () => {
  it.each([
    [
      "import { bond, type FileOptions, line as edit } from 'tsplay/modules';",
      ['bond', 'FileOptions', 'line'],
    ],
    [
      'import type { FileOptions } from "tsplay/modules";\nexport {\n  bond,\n} from \'tsplay/modules\';',
      ['FileOptions', 'bond'],
    ],
    ["import { play } from 'tsplay';", []],
    ["import * as m from 'tsplay/modules';", undefined],
    ["export * from 'tsplay/modules';", undefined],
    ["type M = typeof import('tsplay/modules');", undefined],
  ])('in %j', (code, names) => {
    expect(modulesNamedIn(code)).toEqual(names);
  });
});
