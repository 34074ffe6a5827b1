import { builtins, present, sh, type Step } from '../../src/steps/index.ts';

/** A folder and those above it, each made where it is missing, and taken back by an undo where it is empty again. */
export function folders(path: string): readonly Step[] {
  const parts = path
    .split('/')
    .slice(1)
    .filter((part) => part !== '');
  const all = parts.map((_, index) => `/${parts.slice(0, index + 1).join('/')}`);
  return all.map((one) =>
    present(one, {
      test: builtins`[ -e ${one} ]`,
      create: sh`mkdir ${one}`,
      remove: sh`rmdir ${one}`,
      lifetime: 'disk',
    }),
  );
}

/** The folder that a path is in. */
export function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/';
}
