import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadingError } from '../../errors/loading.ts';
import { TsplayErrors } from '../../errors/tsplay-error.ts';
import { compilerPath, runCompiler } from './compiler.ts';
import { makeConfig } from './config.ts';
import { codeFile, isSource } from './emitted.ts';
import { makeManifest, type Manifest } from './manifest.ts';
import { finishOutput, prepareOutput } from './output.ts';
import { maker, openStore } from './store.ts';
import { lookAround, type Surroundings } from './surroundings.ts';
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
  const compile = (roots: readonly string[], withNode: boolean): Promise<TscOutput> => {
    const config = join(output, 'tsconfig.json');
    const content = makeConfig({ files: roots, withNode, ...store, ...surroundings });
    writeFileSync(config, JSON.stringify(content));
    return runCompiler(compiler, config, project);
  };
  try {
    prepareOutput(output);
    // Node's types take longer to check than most playbooks: they are there for those that need them.
    let withNode = last?.withNode === true && mayHaveNode(surroundings);
    let found = await compile(files, withNode);
    if (!withNode && mayHaveNode(surroundings) && found.diagnostics.some(asksForNode)) {
      withNode = true;
      found = await compile(files, withNode);
    }
    if (found.diagnostics.length === 0) {
      // TypeScript in another package of the same workspace is checked, but emitted only when it is asked for.
      const silent = found.files.filter(
        (file) => isSource(file) && !existsSync(join(output, codeFile(file))),
      );
      if (silent.length > 0) found = await compile([...files, ...silent], withNode);
    }
    if (found.diagnostics.length > 0) throw new TsplayErrors(found.diagnostics.map(typeError));
    finishOutput(output, found);
    const inputs = [...found.files, ...found.packages, ...(surroundings.chain?.files ?? []), compiler];
    const absent = [...found.absent, ...surroundings.absent];
    store.keep(makeManifest({ maker: maker(), output, withNode, absent }, inputs, began));
    return output;
  } catch (error) {
    rmSync(output, { recursive: true, force: true });
    throw error;
  }
}

/** Where the user's tsconfig names the global types, they are his to choose. */
function mayHaveNode({ chain, nodeTypes }: Surroundings): boolean {
  return nodeTypes !== undefined && chain?.hasTypes !== true;
}

/** A name or module that is not known, or a property of `import.meta`: Node's types may know it. */
function asksForNode({ code, summary }: Diagnostic): boolean {
  return /^TS(?:2304|2307|2503|2552|2580|2584|2591|2882)$/.test(code) || summary.includes("'ImportMeta'");
}

function typeError({ code, summary, detail, where }: Diagnostic) {
  return loadingError('type-error', { code, summary, detail }, { where });
}
