import { moduleTypes } from './module-types.ts';
import type { Needs } from './needs.ts';
import type { Surroundings } from './surroundings.ts';

/** What the configuration of a check depends on. */
export interface ConfigInput extends Surroundings {
  readonly files: readonly string[];
  /** Folder of the emitted code. */
  readonly output: string;
  readonly needs: Needs;
  /** Whether the output stands apart from the files, so that types are not found from there. */
  readonly apart: boolean;
}

/** What a playbook is checked with where no tsconfig says otherwise. */
const defaults = {
  strict: true,
  noUncheckedIndexedAccess: true,
  lib: ['es2023'],
  types: [],
  allowJs: true,
};

/** What has to be so, whatever the user's tsconfig says. Null undoes what it sets. */
const fixed = {
  // Playbooks are ES modules, whatever the package.json above them says; `nodenext` would believe that.
  module: 'esnext',
  moduleResolution: 'bundler',
  moduleDetection: 'force',
  // What the oldest Node that we run on understands.
  target: 'es2023',
  allowImportingTsExtensions: true,
  rewriteRelativeImportExtensions: true,
  noEmit: false,
  // What else is wrong is looked for beside wrong types.
  noEmitOnError: false,
  noCheck: false,
  sourceMap: true,
  // The whole path is kept below the output folder, so that every source has one known place there.
  rootDir: '/',
  importHelpers: false,
  noEmitHelpers: false,
  skipLibCheck: true,
  // A variable that is not used yet is no reason not to run.
  noUnusedLocals: false,
  noUnusedParameters: false,
  // These make other files than code, or exclude an option above.
  composite: false,
  incremental: false,
  declaration: false,
  declarationMap: false,
  emitDeclarationOnly: false,
  isolatedDeclarations: false,
  inlineSourceMap: false,
  inlineSources: false,
  declarationDir: null,
  tsBuildInfoFile: null,
  mapRoot: null,
  sourceRoot: null,
  baseUrl: null,
};

/** The tsconfig of one check. It extends the user's own. */
export function makeConfig(input: ConfigInput): object {
  const { files, output, chain, entries, withoutV, modules, nodeTypes, needs, typeRoots, apart } = input;
  const light = withoutV === undefined || needs.v ? {} : { tsplay: withoutV };
  const some =
    modules === undefined || needs.modules === undefined ? {} : { 'tsplay/modules': moduleTypes(output) };
  const tsplay = Object.entries({ ...entries, ...light, ...some }).map(
    ([name, file]) => [name, [file]] as const,
  );
  const paths = { ...chain?.paths, ...Object.fromEntries(tsplay) };
  return {
    ...(chain === undefined ? {} : { extends: chain.files[0] }),
    compilerOptions: {
      ...(chain === undefined ? defaults : {}),
      ...fixed,
      outDir: output,
      ...(Object.keys(paths).length > 0 && { paths }),
      ...(needs.node && { types: [nodeTypes] }),
      ...(apart && { typeRoots }),
    },
    files,
    include: [],
    exclude: [],
    references: [],
  };
}
