import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { entryPoints, ownPackage } from './own-tsplay.ts';
import { findUp, foldersUp, packageRoot } from './project.ts';
import { readTsconfigChain, type TsconfigChain } from './tsconfig-chain.ts';

/** What stands around files and has a say in how they are checked. */
export interface Surroundings {
  /** The nearest tsconfig at or above the first file, and what it extends. */
  readonly chain: TsconfigChain | undefined;
  /** Entry points of tsplay, as specifier and declaration file, where a file would not find tsplay by itself. */
  readonly entries: Readonly<Record<string, string>>;
  /** The declarations of tsplay without `v`; undefined where the files import another tsplay, or may do so. */
  readonly withoutV: string | undefined;
  /** The declarations of all modules; undefined where the files import those of another tsplay, or may do so. */
  readonly modules: string | undefined;
  /** Folder of the nearest `@types/node`. */
  readonly nodeTypes: string | undefined;
  /** Folders of types at or above the first file. */
  readonly typeRoots: readonly string[];
  /** Files that would change one of the above, were they there. */
  readonly absent: readonly string[];
}

/** Looks from the folder of the first file upward. */
export function lookAround(files: readonly string[]): Surroundings {
  const [folder = '/'] = files.map((file) => dirname(file));
  const above = foldersUp(folder);
  const holder = findUp(folder, 'tsconfig.json');
  const nearer = holder === undefined ? above : above.slice(0, above.indexOf(holder));
  const own = files.map((file) => ownPackage(dirname(file)));
  const foundByAll = own.every((one) => one !== undefined);
  const isRunning = own.every((one) => one === undefined || realpathSync(one) === realpathSync(packageRoot));
  const chain = holder === undefined ? undefined : readTsconfigChain(join(holder, 'tsconfig.json'));
  const ours = (file: string, ...patterns: readonly string[]): string | undefined => {
    const path = join(packageRoot, 'dist', file);
    const isOurs = isRunning && patterns.every((one) => chain?.paths?.[one] === undefined);
    return isOurs && existsSync(path) ? path : undefined;
  };
  const types = [...above, ...foldersUp(packageRoot)].map((one) => join(one, 'node_modules', '@types'));
  return {
    chain,
    entries: foundByAll ? {} : entryPoints('types'),
    withoutV: ours('src/without-v.d.ts', 'tsplay'),
    modules: ours('modules/index.d.ts', 'tsplay/modules', 'tsplay/*'),
    nodeTypes: types.map((one) => join(one, 'node')).find((one) => existsSync(one)),
    typeRoots: types.filter((one) => existsSync(one)),
    absent: [
      ...nearer.map((one) => join(one, 'tsconfig.json')),
      ...(foundByAll ? [] : above.map((one) => join(one, 'node_modules', 'tsplay'))),
    ],
  };
}
