import { describe, expect, it } from 'vitest';
import { entryOf, sourceOf, type Entry } from '../../../src/cli/console/entry.ts';

const exported = new Map([
  ['file', 'tsplay/modules'],
  ['command', 'tsplay/modules'],
  ['secret', 'tsplay'],
  ['sh', 'tsplay/steps'],
]);
const entry = (text: string): Entry => entryOf(text, '/srv/project');

describe('what is typed', () => {
  it.each([
    ["file('/a', { content: '' })", 'expression'],
    ["file('/a', { content: '' });", 'expression'],
    ['await flush()', 'expression'],
    ['{ a: 1 }', 'expression'],
    ['vars.a as string', 'expression'],
    ['a(); b()', 'statements'],
    ['for (const a of b) c(a)', 'statements'],
    ['if ((a as number) > 1) b()', 'statements'],
    ['const a = 1', 'declaration'],
    ['async function a() {}', 'declaration'],
    ['type A = string', 'declaration'],
    ["import { a } from 'b'", 'import'],
    ["import('b')", 'expression'],
  ])('%s is taken for %s', (text, kind) => {
    expect(entry(text).kind).toBe(kind);
  });

  it.each([
    ["import a, { b, c as d, type E } from 'x'", ['a', 'b', 'd', 'E']],
    ["import * as all from 'x'", ['all']],
    ["import type { T } from 'x'", ['T']],
    ["import 'x'", []],
    ['let count: number = 3', ['count']],
    ['const enum A { b }', ['A']],
  ])('%s brings %j', (text, names) => {
    expect(entry(text)).toMatchObject({ names });
  });

  it('names files from where the console was started', () => {
    expect(entry("import { a } from './lib/a.ts'").text).toBe('import { a } from "/srv/project/lib/a.ts"');
    expect(entry("import a from '../a.ts'").text).toBe('import a from "/srv/a.ts"');
    expect(entry("import a from 'pkg'").text).toBe("import a from 'pkg'");
  });
});

describe('the module that is made of it', () => {
  const made = (text: string, ...kept: readonly string[]): string =>
    sourceOf(entry(text), kept.map(entry), exported).text;

  it('imports what it uses, and what it has declared stays its own', () => {
    expect(made("file('/a', { content: secret('x') })")).toContain(
      "import { secret } from 'tsplay';\nimport { file } from 'tsplay/modules';\n".split('\n')[0],
    );
    expect(made('file(1)', 'const file = (n: number) => n')).not.toContain("from 'tsplay/modules'");
    expect(made('1')).not.toContain("from 'tsplay/modules'");
  });

  it('keeps declarations and imports, exported, so that none is unused', () => {
    const text = made('a', 'const a = 1', "import { b } from 'x'", "import type { T } from 'x'");
    expect(text).toContain('export const a = 1');
    expect(text).toContain("import { b } from 'x'; export { b };");
    expect(text).toContain("import type { T } from 'x'; export type { T };");
  });

  it.each(['1', 'a()\n+ b()', 'for (;;) {}', 'const a = 1', 'type A = 1'])(
    'knows where %j stands in it',
    (text) => {
      const { text: all, before } = sourceOf(entry(text), [entry('const b = [\n1]')], exported);
      const [first = ''] = text.split('\n');
      expect(all.split('\n')[before]?.replace('export ', '')).toBe(first);
    },
  );
});
