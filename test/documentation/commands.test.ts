import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { openInventory } from '../../src/playbook/open-inventory.ts';
import { parsed, targets } from '../support/command-line.ts';
import { codeBlocks, pages } from '../support/documentation.ts';
import { playbookProject } from '../support/playbook-project.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Shell functions that write down what would be called, and do nothing. */
const calls = `
tsplay() { printf '%s\\0' "$@" >>"$CALLS" && echo >>"$CALLS"; }
npx() { "$@"; }
npm() { :; }
jq() { :; }
cd() { :; }
`;

/** The words of each call of tsplay in a text for the shell, as a shell splits them. */
function callsIn(text: string): readonly (readonly string[])[] {
  const folder = mkdtempSync(join(tmpdir(), 'tsplay-docs-'));
  try {
    const file = join(folder, '.calls');
    // A pattern that is not quoted would become this.
    for (const name of ['web1', 'collect.sh', '.calls']) writeFileSync(join(folder, name), '');
    execFileSync('/bin/sh', ['-eu', '-c', calls + text], {
      cwd: folder,
      env: { CALLS: file, PATH: folder },
    });
    return readFileSync(file, 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => line.split('\0').slice(0, -1));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const texts = [
  ...codeBlocks('sh', '')
    .filter(({ text }) => /^(?:\$ )?(?:npx )?tsplay /m.test(text))
    .map(({ page, line, text }) => ({
      place: `${page}:${line}`,
      // Of what is shown as a session, what is typed at the prompt of the shell.
      text: text.startsWith('$ ') ? text.replaceAll(/^(?:\$ (.*)|.*)$/gm, '$1') : text,
    })),
  ...codeBlocks('yaml').flatMap(({ page, line, text }) =>
    [...text.matchAll(/^- run: (.*)$/gm)].map(([, run = '']) => ({ place: `${page}:${line}`, text: run })),
  ),
];

describe('command lines of the documentation', () => {
  it.each(texts.map(({ place, text }) => [place, text]))('%s', async (_place, text) => {
    for (const words of callsIn(text)) {
      const [flags] = await parsed(words);
      expect({ words, flags: typeof flags }).toEqual({ words, flags: 'object' });
    }
  });

  it('have every command in the README', () => {
    const readme = pages.find(({ path }) => path === 'README.md')?.text ?? '';
    const named = [...readme.matchAll(/^\| `tsplay ([^`]+)`/gm)].map(([, words = '']) => words);
    const missing = targets
      .filter(([, target]) => !('getAllEntries' in target))
      .map(([name]) => name)
      .filter((name) => {
        const [first = '', second] = name.split(' ');
        const own = named.filter((words) => new RegExp(`^${first}\\b`).test(words)).join(' ');
        return own === '' || (second !== undefined && !new RegExp(`\\b${second}\\b`).test(own));
      });
    expect(missing).toEqual([]);
  });
});

describe('data of the documentation', () => {
  const inventories = codeBlocks('yaml').filter(({ text }) => /^(?:hosts|vars):/m.test(text));
  it.each(inventories.map(({ page, line, text }) => [`${page}:${line}`, text]))(
    '%s is an inventory',
    async (_, text) => {
      const project = playbookProject();
      try {
        project.write('inv.yaml', text.startsWith('hosts:') ? text : `hosts: { web1: {} }\n${text}`);
        expect((await openInventory(['inv.yaml'], project.dir)).hosts.size).toBeGreaterThan(0);
      } finally {
        project.remove();
      }
    },
  );

  it.each(codeBlocks('json').map(({ page, line, text }) => [`${page}:${line}`, text]))(
    '%s is JSON',
    (_, text) => {
      expect(JSON.parse(text)).toBeTypeOf('object');
    },
  );
});

/** What a heading is called in the address of a page, as GitHub makes it. */
function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(/\s/g, '-');
}

describe('links of the documentation', () => {
  it.each(pages.map((page) => [page.path, page] as const))('%s', (_, { path, text }) => {
    const prose = text.replaceAll(/^```[^]*?^```$/gm, '');
    const broken = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, link = '']) => {
      const [file = '', heading] = link.split('#');
      if (/^\w+:/.test(link)) return [];
      const target = file === '' ? join(root, path) : join(root, dirname(path), file);
      if (!existsSync(target)) return [link];
      if (heading === undefined) return [];
      const headings = [...readFileSync(target, 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
        anchor(title),
      );
      return headings.includes(heading) ? [] : [link];
    });
    expect(broken).toEqual([]);
  });
});
