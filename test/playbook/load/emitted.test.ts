import { SourceMap } from 'node:module';
import { expect, it } from 'vitest';
import { codeFile, rewriteSpecifiers, withSourceMeta } from '../../../src/playbook/load/emitted.ts';

it('names the file that runs', () => {
  const files = ['/a.ts', '/a.mts', '/a.d.ts', '/a.d.mts', '/a.js', '/a.json', '/ts/x.ts.ts'];
  expect(files.map(codeFile)).toEqual([
    '/a.js',
    '/a.mjs',
    '/a.js',
    '/a.mjs',
    '/a.js',
    '/a.json',
    '/ts/x.ts.js',
  ]);
});

it('rewrites every form of import and nothing else', () => {
  const code = `import { a } from '@/a';
import "@/a";
export * from "@/a";
const b = await import('@/a');
const text = '@/a', c = load('@/a');
import d from '@/b';`;
  expect(rewriteSpecifiers(code, new Map([['@/a', './a.js']]))).toBe(`import { a } from './a.js';
import "./a.js";
export * from "./a.js";
const b = await import('./a.js');
const text = '@/a', c = load('@/a');
import d from '@/b';`);
});

it('adds a line for import.meta and keeps the source map true, after a hashbang as well', () => {
  // One statement a line, each mapped to the same line of the source.
  const map = JSON.stringify({ version: 3, sources: ['a.ts'], names: [], mappings: 'AAAA;AACA' });
  for (const [code, row] of [
    ['import.meta.url;\nsecond();', 1],
    ['#!/bin/tsplay\nsecond(import.meta);', 0],
  ] as const) {
    const emitted = withSourceMeta({ code, map }, '/x y/a.ts');
    const lines = emitted.code.split('\n');
    const second = lines.findIndex((line) => line.startsWith('second'));
    expect(lines[1 - row]).toBe(
      'Object.assign(import.meta, {"url":"file:///x%20y/a.ts","filename":"/x y/a.ts","dirname":"/x y"});',
    );
    expect(new SourceMap(JSON.parse(emitted.map)).findEntry(second, 0)).toMatchObject({ originalLine: 1 });
  }
});
