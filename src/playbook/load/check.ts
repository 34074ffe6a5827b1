import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadingError } from '../../errors/loading.ts';
import { TsplayErrors } from '../../errors/tsplay-error.ts';
import { compilerPath, runCompiler } from './compiler.ts';
import { makeConfig } from './config.ts';
import { codeFile, isSource } from './emitted.ts';
import { makeManifest, type Manifest } from './manifest.ts';
import { moduleCallAt } from './module-call.ts';
import { asWithAll, writeModuleTypes } from './module-types.ts';
import { firstNeeds, moreNeeds, nextNeeds, type Needs } from './needs.ts';
import { importAhead, placesFile } from './own-imports.ts';
import { finishOutput, prepareOutput } from './output.ts';
import { maker, openStore } from './store.ts';
import { lookAround } from './surroundings.ts';
import type { Diagnostic, TscOutput } from './tsc-output.ts';

/**
 * Checks files in one run of the compiler and emits their code; throws all that is wrong with them. Gives the folder
 * of the code.
 */
export async function check(
  project: string,
  files: readonly string[],
  last: Manifest | undefined,
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
      throw new TsplayErrors(found.diagnostics.map((one) => typeError(one, surroundings.modules)));
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

function typeError({ code, summary, detail, where }: Diagnostic, index: string | undefined) {
  const module = index === undefined ? undefined : moduleCallAt(code, where, index);
  return loadingError('type-error', { code, summary, detail, module }, { where });
}
