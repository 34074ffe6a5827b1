import { expect, it } from 'vitest';
import { parseTscOutput } from '../../../src/playbook/load/tsc-output.ts';

it('reads problems with their details, files, lookups and resolutions', () => {
  const output = `======== Resolving module '@/it's' from '/p (1)/site.ts'. ========
Explicitly specified module resolution kind: 'Bundler'.
'paths' option is specified, looking for a pattern to match module name '@/it's'.
Module name '@/it's', matched pattern '@/*'.
File '/p (1)/lib/it's.ts' exists - use it as a name resolution result.
======== Module name '@/it's' was successfully resolved to '/p (1)/lib/it's.ts'. ========
======== Resolving module 'left' from '/p (1)/site.ts'. ========
File '/p (1)/package.json' exists according to earlier cached lookups.
Directory '/p (1)/lib/node_modules' does not exist, skipping all lookups in it.
Found 'package.json' at '/p (1)/node_modules/left/package.json'.
File '/p (1)/node_modules/left/package.json' exists according to earlier cached lookups.
File '/p (1)/node_modules/left.ts' does not exist.
File '/p (1)/node_modules/left.ts' does not exist according to earlier cached lookups.
======== Module name 'left' was successfully resolved to '/p (1)/node_modules/left/index.d.ts' with Package ID 'left/index.d.ts@1.0.0'. ========
======== Resolving module 'gone' from '/p (1)/site.ts'. ========
======== Module name 'gone' was not resolved. ========
error TS5053: Option 'a' cannot be specified with option 'b'.
p (1)/site.ts(3,14): error TS2322: Type 'A' is not assignable to type 'B'.
  Types of property 'x' are incompatible.
    Type 'number' is not assignable to type 'string'.
/elsewhere/a.ts(1,2): error TS1: Odd: error TS2: text.
/lib/lib.es5.d.ts
/p (1)/site.ts
`;
  expect(parseTscOutput(output, '/')).toEqual({
    diagnostics: [
      { code: 'TS5053', summary: "Option 'a' cannot be specified with option 'b'.", detail: '' },
      {
        code: 'TS2322',
        summary: "Type 'A' is not assignable to type 'B'.",
        detail:
          "  Types of property 'x' are incompatible.\n    Type 'number' is not assignable to type 'string'.",
        where: { file: '/p (1)/site.ts', line: 3, column: 14 },
      },
      {
        code: 'TS1',
        summary: 'Odd: error TS2: text.',
        detail: '',
        where: { file: '/elsewhere/a.ts', line: 1, column: 2 },
      },
    ],
    files: ['/lib/lib.es5.d.ts', '/p (1)/site.ts'],
    packages: ['/p (1)/package.json', '/p (1)/node_modules/left/package.json'],
    absent: ['/p (1)/lib/node_modules', '/p (1)/node_modules/left.ts'],
    resolutions: [
      { importer: '/p (1)/site.ts', specifier: "@/it's", target: "/p (1)/lib/it's.ts", aliased: true },
      {
        importer: '/p (1)/site.ts',
        specifier: 'left',
        target: '/p (1)/node_modules/left/index.d.ts',
        aliased: false,
      },
    ],
  });
});
