import { join, relative, sep } from 'node:path';
import { packageRoot } from '../playbook/load/project.ts';
import { withExports } from './compiler.ts';
import type { ModuleDoc, ModuleDocs } from './module-doc.ts';
import { readModules, readTaskOptions } from './read-modules.ts';

const config = {
  module: 'nodenext',
  target: 'es2023',
  lib: ['es2023'],
  types: [],
  strict: true,
  exactOptionalPropertyTypes: true,
  allowImportingTsExtensions: true,
  noEmit: true,
  skipLibCheck: true,
};

/** Reads the documentation of the modules of tsplay itself from the declarations that its users have. */
export function readOwnModules(folder = join(packageRoot, 'dist')): ModuleDocs {
  const modules = join(folder, 'modules');
  const read = <T>(file: string, use: Parameters<typeof withExports<T>>[1]): T =>
    withExports({ file, config: { compilerOptions: config, files: [file] }, opaque: isVocabulary }, use);
  const ofModules = read(join(modules, 'index.d.ts'), ({ exports }) =>
    readModules(exports, {
      from: 'tsplay/modules',
      group: (file) => relative(modules, file).split(sep)[0],
    }),
  );
  const ofRoles = read(join(folder, 'playbooks', 'roles', 'index.d.ts'), ({ exports }) =>
    readModules(exports, { from: 'tsplay/roles', group: () => 'roles' }),
  );
  return {
    modules: [...ofModules.toSorted(byGroupAndName), ...ofRoles],
    taskOptions: read(join(folder, 'src', 'steps', 'index.d.ts'), ({ exports }) => readTaskOptions(exports)),
  };
}

const place = ({ group = '', name }: ModuleDoc): string => `${group}/${name}`;
const byGroupAndName = (a: ModuleDoc, b: ModuleDoc): number => (place(a) < place(b) ? -1 : 1);

/** Types that are named, and not taken apart: those of the step vocabulary, of libraries and of the language. */
export function isVocabulary(file: string): boolean {
  return /\/src\/(?:steps|secrets|errors)\/[^/]+$|\/lib\.[\w.]+\.d\.ts$|\/node_modules\/(?:@types|typescript)\//.test(
    file,
  );
}
