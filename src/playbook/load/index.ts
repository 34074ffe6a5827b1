import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { loadingError } from '../../errors/loading.ts';
import { TsplayError } from '../../errors/tsplay-error.ts';
import { placeOfError } from '../place.ts';
import { checkAndEmit } from './check.ts';

/** A TypeScript file that was checked and imported. */
export interface LoadedModule {
  readonly file: string;
  readonly exports: Readonly<Record<string, unknown>>;
}

/** Type-checks files (all in one go) and imports them. Throws all type errors at once, each with its place. */
export async function loadModules(files: readonly string[]): Promise<readonly LoadedModule[]> {
  for (const file of files) if (!existsSync(file)) throw loadingError('file-not-found', { file });
  const folder = await checkAndEmit(files);
  const modules: LoadedModule[] = [];
  for (const file of files) {
    const emitted = join(folder, file.replace(/\.([mc]?)ts$/, '.$1js'));
    try {
      const exports = (await import(pathToFileURL(emitted).href)) as Record<string, unknown>;
      modules.push({ file, exports });
    } catch (cause) {
      if (cause instanceof TsplayError) throw cause;
      const problem = cause instanceof Error ? cause.message : String(cause);
      throw loadingError('import-failed', { file, problem }, { where: placeOfError(cause), cause });
    }
  }
  return modules;
}
