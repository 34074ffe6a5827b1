import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadingError } from '../../errors/loading.ts';
import { TsplayErrors, type TsplayError } from '../../errors/tsplay-error.ts';
import { compilerPath, runCompiler } from './compiler.ts';
import { makeConfig } from './config.ts';
import { codeFile, isSource } from './emitted.ts';
import { makeManifest, type Manifest } from './manifest.ts';
import { asWithAll, writeModuleTypes } from './module-types.ts';
import { firstNeeds, moreNeeds, nextNeeds, type Needs } from './needs.ts';
import { importAhead, placesFile } from './own-imports.ts';
import { finishOutput, prepareOutput } from './output.ts';
import { maker, openStore } from './store.ts';
import { lookAround } from './surroundings.ts';
import type { Diagnostic, TscOutput } from './tsc-output.ts';

/** Finds what else is wrong, by the code in a folder, whose types are wrong in some files. */
export type Beside = (output: string, wrong: ReadonlySet<string>) => Promise<readonly TsplayError[]>;

/**
 * Checks files in one run of the compiler and emits their code; throws all that is wrong with them, and with it what
 * `beside` finds. Gives the folder of the code.
 */
export async function check(
  project: string,
  files: readonly string[],
  last: Manifest | undefined,
  beside: Beside = async () => [],
): Promise<string> {
  const began = Date.now();
  const compiler = compilerPath();
  const surroundings = lookAround(files);
  const store = openStore(project, files);
  const { output } = store;
  const compile = async (roots: readonly string[], needs: Needs): Promise<TscOutput> => {
    const { modules: index } = surroundings;
    if (index !== undefined && needs.modules !== undefined) writeModuleTypes(output, needs.modules, index);
    const config = join(output, 'tsconfig.json');
    const content = makeConfig({ files: roots, needs, ...store, ...surroundings });
    writeFileSync(config, JSON.stringify(content));
    const compiled = runCompiler(compiler, config, project);
    if (index !== undefined) importAhead(needs);
    const found = await compiled;
    return index === undefined ? found : asWithAll(found, output, index);
  };
  try {
    prepareOutput(output);
    let needs = firstNeeds(files, last, surroundings);
    let found = await compile(files, needs);
    let more = moreNeeds(found, needs, surroundings);
    while (more !== undefined) {
      needs = more;
      found = await compile(files, needs);
      more = moreNeeds(found, needs, surroundings);
    }
    if (found.diagnostics.length === 0) {
      // TypeScript in another package of the same workspace is checked, but emitted only when it is asked for.
      const silent = found.files.filter(
        (file) => isSource(file) && !existsSync(join(output, codeFile(file))),
      );
      if (silent.length > 0) found = await compile([...files, ...silent], needs);
    }
    if (found.diagnostics.length > 0) {
      const others = canBeImported(output, found) ? await beside(output, filesOf(found)) : [];
      const { adviceOn } = await import('./advice.ts');
      const wrong = found.diagnostics.map(async (one) =>
        typeError(one, await adviceOn(one, surroundings.modules)),
      );
      throw new TsplayErrors([...(await Promise.all(wrong)), ...others]);
    }
    finishOutput(output, found);
    const inputs = [
      ...found.files,
      ...found.packages,
      ...(surroundings.chain?.files ?? []),
      ...(existsSync(placesFile) ? [placesFile] : []),
      compiler,
    ];
    const absent = [...found.absent, ...surroundings.absent];
    const next = nextNeeds(found, needs, surroundings);
    store.keep(makeManifest({ maker: maker(), output, needs: next, absent }, inputs, began));
    return output;
  } catch (error) {
    rmSync(output, { recursive: true, force: true });
    throw error;
  }
}

/** Whether code with wrong types can be imported at all; that of a text that is none cannot. */
function canBeImported(output: string, found: TscOutput): boolean {
  if (found.diagnostics.some(({ code, where }) => where === undefined || /^TS1\d{3}$/.test(code)))
    return false;
  try {
    finishOutput(output, found);
    return true;
  } catch {
    return false;
  }
}

function filesOf({ diagnostics }: TscOutput): ReadonlySet<string> {
  return new Set(diagnostics.flatMap(({ where }) => where?.file ?? []));
}

function typeError({ code, summary, detail, where }: Diagnostic, advice: string | undefined) {
  return loadingError('type-error', { code, summary, detail, advice }, { where });
}
