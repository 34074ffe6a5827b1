import { option } from '../../../src/steps/index.ts';

/** What is packed: paths that begin with a dot, within a folder. */
export interface Packed {
  readonly base: string;
  readonly items: readonly string[];
}

/** Is it the folder itself, or in it? */
const within = (path: string, folder: string): boolean =>
  `${path}/`.startsWith(folder === '/' ? '/' : `${folder}/`);

/** What is wrong with what goes into an archive. */
export function packedProblems(
  archive: string,
  from: string | readonly string[],
  root: string | undefined,
): readonly string[] {
  const place = option.plainPath(archive);
  // Of one that is not absolute that is said already.
  const all = [from].flat().flatMap((one) => (one.startsWith('/') ? [option.plainPath(one)] : []));
  const top = root === undefined ? undefined : option.plainPath(root);
  return all.flatMap((one, index) => {
    const other = all.find((two, nth) => (nth < index && two === one) || (two !== one && within(one, two)));
    return [
      ...(within(place, one) ? [`the archive would stand in ${one}, and so in itself`] : []),
      ...(other === one ? [`from names ${one} twice`] : []),
      ...(other !== undefined && other !== one
        ? [`from names ${one}, which is in ${other} and would be packed twice`]
        : []),
      ...(top !== undefined && !within(one, top)
        ? [`from names ${one}, which is not in the root ${top}`]
        : []),
      ...(top === one && Array.isArray(from)
        ? [`from names ${one}, which is the root and so has no name in it`]
        : []),
    ];
  });
}

/** Where it is, and what of it: a folder alone is its own root, of others it is the deepest folder that has all of them. */
export function packed(from: string | readonly string[], root: string | undefined): Packed {
  const all = [from].flat().map((one) => option.plainPath(one));
  const [first = '/'] = all;
  if (root === undefined && typeof from === 'string') return { base: first, items: ['.'] };
  const base = root === undefined ? commonFolder(all) : option.plainPath(root);
  return {
    base,
    items: all.map((one) => (one === base ? '.' : `.${one.slice(base === '/' ? 0 : base.length)}`)),
  };
}

/** The deepest folder in which all of these are. */
function commonFolder(paths: readonly string[]): string {
  const [first = [], ...others] = paths.map((path) => path.split('/').slice(0, -1));
  const end = first.findIndex((part, index) => others.some((parts) => parts[index] !== part));
  return first.slice(0, end === -1 ? first.length : end).join('/') || '/';
}
