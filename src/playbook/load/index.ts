import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { basename, dirname, join, parse, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { loadingError } from '../../errors/loading.ts';
import { near } from '../../errors/near.ts';
import { errorsIn } from '../../errors/together.ts';
import { TsplayError, TsplayErrors } from '../../errors/tsplay-error.ts';
import { placeOfError } from '../place.ts';
import { codeFile, isInstalled } from './emitted.ts';
import { findProject, packageRoot } from './project.ts';
import { findCheck } from './store.ts';

/** A TypeScript file that was checked and imported. */
export interface LoadedModule {
  /** Its real path. */
  readonly file: string;
  readonly exports: Readonly<Record<string, unknown>>;
}

/** How files are loaded. */
interface LoadOptions {
  readonly cwd?: string;
  readonly declarations?: readonly string[];
  readonly beside?: (modules: readonly (LoadedModule | undefined)[]) => Promise<readonly TsplayError[]>;
}

/**
 * Type-checks files, all in one run of the compiler, and imports them. While nothing of what they are made from
 * changes, the check is not repeated.
 *
 * @param options - `cwd`: what relative files are relative to. @defaultValue the folder of the process. `declarations`:
 * files that are checked as well, and not imported. @defaultValue none. `beside`: finds what else is wrong where types
 * are; it gets what could be imported all the same, and nothing of a file whose own types are wrong but for the first.
 * @throws {@link TsplayErrors} with all type errors, each with its place
 * @throws {@link TsplayError} for a file that does not exist or throws when it is imported
 */
export async function loadModules(
  files: readonly string[],
  { cwd = process.cwd(), declarations = [], beside }: LoadOptions = {},
): Promise<readonly LoadedModule[]> {
  const sources = files.map((file) => realFile(resolve(cwd, file)));
  const project = findProject(sources[0] ?? cwd);
  const checked = [...sources, ...declarations.map((file) => realpathSync(file))];
  const { current, last } = findCheck(project, checked);
  const foresee = async (code: string, wrong: ReadonlySet<string>): Promise<readonly TsplayError[]> => {
    if (beside === undefined) return [];
    try {
      const found = [];
      for (const [index, file] of sources.entries())
        found.push(index > 0 && wrong.has(file) ? undefined : await importIfPossible(code, file));
      return await beside(found);
    } catch (error) {
      // What nobody knows of is likely to come from the types.
      return errorsIn(error) ?? [];
    }
  };
  const output =
    current?.output ?? (await (await import('./check.ts')).check(project, checked, last, foresee));
  const modules: LoadedModule[] = [];
  // One after the other: what a playbook does when it is imported is done before the inventory is.
  for (const file of sources) modules.push({ file, exports: await importFile(output, file) });
  return modules;
}

/**
 * What the user has written of all that these files are made from: each file, with what tells whether it is still the
 * same. The files are those of {@link loadModules}.
 */
export async function inputsOf(
  files: readonly string[],
  { cwd = process.cwd(), declarations = [] }: LoadOptions = {},
): Promise<Readonly<Record<string, string>>> {
  const sources = files.map((file) => realFile(resolve(cwd, file)));
  const project = findProject(sources[0] ?? cwd);
  const checked = [...sources, ...declarations.map((file) => realpathSync(file))];
  const { current, last } = findCheck(project, checked);
  // One of files that were written a moment ago is not kept.
  if (current === undefined) await (await import('./check.ts')).check(project, checked, last);
  const inputs = (current ?? findCheck(project, checked).current)?.inputs ?? {};
  const own = join(packageRoot, 'package.json');
  return Object.fromEntries(Object.entries(inputs).filter(([file]) => !isInstalled(file) && file !== own));
}

async function importFile(output: string, file: string): Promise<Record<string, unknown>> {
  try {
    return (await import(pathToFileURL(join(output, codeFile(file))).href)) as Record<string, unknown>;
  } catch (cause) {
    if (cause instanceof TsplayError) throw cause.within({ where: placeOfError(cause) });
    if (cause instanceof TsplayErrors) throw cause;
    // Node names the emitted file, which is below the output folder at the path of the source.
    const problem = (cause instanceof Error ? cause.message : String(cause)).replaceAll(output, '');
    throw loadingError('import-failed', { file, problem }, { where: placeOfError(cause), cause });
  }
}

async function importIfPossible(output: string, file: string): Promise<LoadedModule | undefined> {
  try {
    return { file, exports: await importFile(output, file) };
  } catch {
    return undefined;
  }
}

function realFile(file: string): string {
  if (!/(?<!\.d)\.m?ts$/.test(file)) throw notTypescript(file);
  try {
    return realpathSync(file);
  } catch (cause) {
    throw loadingError('file-not-found', { file, near: siblings(file) }, { cause });
  }
}

function notTypescript(file: string): TsplayError {
  const { dir, name } = parse(file);
  const same = ['.ts', '.mts']
    .map((ending) => `${name}${ending}`)
    .filter((one) => existsSync(join(dir, one)));
  return loadingError('not-typescript', { file, near: same });
}

/** Files of the same folder whose name is much like this one's. */
function siblings(file: string): readonly string[] {
  try {
    return near(
      basename(file),
      readdirSync(dirname(file)).filter((name) => /\.m?ts$/.test(name)),
    );
  } catch {
    return [];
  }
}
