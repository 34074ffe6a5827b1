import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A page of the documentation that a person has written: those of modules are made from their comments. */
export interface Page {
  /** Its path in the repository, such as `docs/files.md`. */
  readonly path: string;
  readonly text: string;
}

/** A block of code on a page. */
export interface CodeBlock {
  readonly page: string;
  /** The line of the page that its first line is. */
  readonly line: number;
  /** What stands behind the fence, such as `ts`; empty where nothing does. */
  readonly language: string;
  readonly text: string;
}

/** All of them. */
export const pages: readonly Page[] = [
  'README.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
].map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));

/** The blocks of all pages in these languages. */
export function codeBlocks(...languages: readonly string[]): readonly CodeBlock[] {
  return pages.flatMap(({ path, text }) =>
    [...text.matchAll(/^```(\w*)\n([^]*?)^```$/gm)].flatMap(({ 1: language = '', 2: code = '', index }) =>
      languages.includes(language)
        ? [{ page: path, line: text.slice(0, index).split('\n').length + 1, language, text: code }]
        : [],
    ),
  );
}
