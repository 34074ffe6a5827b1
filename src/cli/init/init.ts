import { basename, relative, resolve } from 'node:path';
import { cliError } from '../../errors/cli.ts';
import { visible } from '../../report/visible.ts';
import { packageRoot } from '../../playbook/load/project.ts';
import { version } from '../version.ts';
import type { Flags } from '../commands/init.ts';
import { ownSource } from './own-source.ts';
import { packageName, projectFiles, type ProjectFile } from './project-files.ts';
import { kindOf, taken, writeNew } from './write-new.ts';

/** Makes a project in a folder, and says what to do next. Gives the exit status. */
export function init({ keep }: Flags, given: string, cwd: string): number {
  const folder = resolve(cwd, given);
  if (given === '') throw cliError('init-failed', { folder: "''", problem: 'the folder has no name' });
  const source = ownSource(packageRoot, folder, version());
  const files = projectFiles(packageName(basename(folder)), source);
  const { written, left } = orFailed(given, () => make(folder, files, keep, given));
  for (const path of written) process.stdout.write(`${path}: written\n`);
  for (const path of left) process.stdout.write(`${path}: left as it is\n`);
  process.stdout.write(next(relative(cwd, folder), left.includes('package.json') ? source : undefined));
  return 0;
}

interface Made {
  readonly written: readonly string[];
  readonly left: readonly string[];
}

function make(folder: string, files: readonly ProjectFile[], keep: boolean, given: string): Made {
  if (kindOf(folder) === 'other')
    throw cliError('init-failed', { folder: given, problem: 'that is a file, and no folder' });
  const left = [...new Set(taken(folder, files))];
  if (left.length > 0 && !keep) throw cliError('init-taken', { folder: given, files: left });
  const wanted = files.filter((file) => taken(folder, [file]).length === 0);
  writeNew(folder, wanted);
  return { written: wanted.map(({ path }) => path), left };
}

/** What the file system refuses is told in its words. */
function orFailed<T>(folder: string, body: () => T): T {
  try {
    return body();
  } catch (cause) {
    if (!(cause instanceof Error) || !('syscall' in cause)) throw cause;
    throw cliError('init-failed', { folder, problem: cause.message }, { cause });
  }
}

/** What to do next. */
function next(path: string, toAdd: string | undefined): string {
  const steps = [
    ...(path === '' ? [] : [[`cd ${quoted(path)}`, '']]),
    [toAdd === undefined ? 'npm install' : `npm install ${quoted(packageOf(toAdd))}`, ''],
    ['npm test', 'types, variables, and which host gets which tasks; connects to none'],
    ['npx tsplay check site.ts -i local --diff', 'what this machine would get; changes nothing'],
    ['npx tsplay check site.ts -i prod --diff', 'when inventory/prod.yaml has your hosts'],
  ] as const;
  const width = Math.max(...steps.map(([command]) => command.length));
  const lines = steps.map(([command, why]) =>
    why === '' ? `  ${command}` : `  ${command.padEnd(width)}  # ${why}`,
  );
  return `\nNext:\n${lines.join('\n')}\n\nModules: npx tsplay doc. With -K, tsplay asks for the password of sudo.\n`;
}

/** How npm is told what to install by what a package.json would say. */
function packageOf(source: string): string {
  return source.startsWith('^') ? `tsplay@${source}` : source.replace(/^file:/, '');
}

/** A word for a shell, which is no option either. */
function quoted(word: string): string {
  const path = word.startsWith('-') ? `./${word}` : word;
  return /^[\w./@^:+#-]+$/.test(path) ? path : `'${visible(path).replaceAll("'", String.raw`'\''`)}'`;
}
