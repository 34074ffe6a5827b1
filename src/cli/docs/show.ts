import { join } from 'node:path';
import { findDoc, type Found } from '../../module-docs/find-doc.ts';
import type { ModuleDocs } from '../../module-docs/module-doc.ts';
import { shippedDocs } from '../../module-docs/shipped.ts';
import { findUp } from '../../playbook/load/project.ts';
import type { Line } from '../../report/line.ts';
import { print, printJson } from '../inventory/print.ts';
import type { Flags } from '../commands/doc.ts';
import { listLines, moduleLines, oneOptionLines, optionLines } from './doc-lines.ts';

/** Shows the documentation of modules. Gives the exit status. */
export async function showDocs(flags: Flags, words: string | undefined): Promise<number> {
  const from = flags.from ?? (words !== undefined && isElsewhere(words, process.cwd()) ? words : undefined);
  const asked = from === words ? undefined : words;
  const docs = from === undefined ? shippedDocs() : await docsOf(from);
  const [only, ...others] = docs.modules;
  const name = asked ?? (from !== undefined && others.length === 0 ? only?.name : undefined);
  const found = name === undefined ? undefined : findDoc(docs, name);
  if (flags.json) printJson(found === undefined ? docs : valueOf(found));
  else print(found === undefined ? listLines(docs, columns()) : linesOf(found, columns()));
  return 0;
}

/** Is this a file or an installed package, and not the name of a module that comes with tsplay? */
function isElsewhere(words: string, cwd: string): boolean {
  if (/\/|\.[cm]?ts$/.test(words)) return true;
  const isOurs = shippedDocs().modules.some(({ name }) => name === words);
  return !isOurs && words !== '' && findUp(cwd, join('node_modules', words, 'package.json')) !== undefined;
}

async function docsOf(from: string): Promise<ModuleDocs> {
  const { taskOptions } = shippedDocs();
  // What reads the files of a project is the compiler.
  const { projectModules } = await import('../../module-docs/project-modules.ts');
  return { modules: projectModules(from, process.cwd()), taskOptions };
}

function valueOf(found: Found): unknown {
  if (found.kind === 'module') return found.module;
  return found.kind === 'option' ? found.option : found.options;
}

function linesOf(found: Found, width: number): readonly Line[] {
  if (found.kind === 'module') return moduleLines(found.module, width);
  if (found.kind === 'option') return oneOptionLines(found.path, found.option, width);
  return optionLines(found.options, width);
}

/** How wide text is set: as the terminal, but not so wide that it is hard to read. */
function columns(): number {
  const { isTTY, columns: width } = process.stdout;
  return Math.max(24, Math.min(isTTY ? width : 80, 100));
}
