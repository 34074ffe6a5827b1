import {
  builtins,
  defineModule,
  entries,
  option,
  requires,
  sh,
  type OptionRules,
  type Step,
} from '../../src/steps/index.ts';
import { checkAbsent } from '../absent.ts';
import { octalMode, ownerOf, ownerProblems, ownership, type Ownership } from './ownership.ts';
import {
  metaStep,
  pathClaims,
  placeProblems,
  protectedProblems,
  removal,
  resourceOf,
  stats,
} from './paths.ts';
import { purgeClaims, purgeProblems, purgeRule, purgeSteps, type Purge } from './purge.ts';
import { fileMode, treeStep } from './tree.ts';

interface Present extends Ownership {
  /** Permissions of the folder itself in octal, such as `'0750'`. @defaultValue as it is; 0755 for a new one */
  readonly mode?: string;
  /** Make the folders above it, too, with mode 0755, where they are not there. @defaultValue true */
  readonly parents?: boolean;
  /**
   * Owner and group are those of all that is in it, too, however deep, and `fileMode` and `dirMode` hold there. Symbolic
   * links are not followed, and other file systems are not entered. This looks at all that is in the folder, in each run.
   * @defaultValue false
   */
  readonly recurse?: boolean;
  /**
   * With `recurse`, permissions of the files in it: in octal, or as `'u=rwX,g=rX,o='`, where `X` lets those execute a
   * file who may, if somebody may. @defaultValue as they are
   */
  readonly fileMode?: string;
  /** With `recurse`, permissions of the folders in it, in octal. That of the folder itself is `mode`. @defaultValue as they are */
  readonly dirMode?: string;
  /**
   * Remove what is in it, and no task of this play declares: not as a file, a link, a folder or the `creates` of a command,
   * and not anything deeper either. `keep` names what stays, too, with `*` and `?` as in a shell. What is looked at is what
   * stands in the folder itself: what is not declared there goes with all that is in it. An undo brings it back.
   *
   * Tasks behind an `await` on a result are not known when the folder is purged, so declare what is in it before;
   * those that `--tags` leaves out count. @defaultValue false
   */
  readonly purge?: Purge;
  /** @defaultValue 'present' */
  readonly state?: 'present';
  readonly recursive?: never;
  readonly discard?: never;
}

interface Absent {
  /** The folder goes with all that is in it. Else one that is not empty is an error. @defaultValue false */
  readonly recursive?: boolean;
  /**
   * What is removed is not kept on the host: an undo cannot bring it back. Else it is, below `/var/lib/tsplay`, which
   * takes time and place where that is another file system. @defaultValue false
   */
  readonly discard?: boolean;
  /** No such folder. */
  readonly state: 'absent';
  readonly mode?: never;
  readonly owner?: never;
  readonly group?: never;
  readonly parents?: never;
  readonly recurse?: never;
  readonly fileMode?: never;
  readonly dirMode?: never;
  readonly purge?: never;
}

/** Options of {@link directory}. */
export type DirectoryOptions = Present | Absent;

const options: OptionRules<DirectoryOptions> = {
  ...ownership,
  parents: option.flag,
  recurse: option.flag,
  fileMode,
  dirMode: octalMode,
  purge: purgeRule,
  recursive: option.flag,
  discard: option.flag,
  state: option.oneOf('present', 'absent'),
};

/**
 * A folder with owner and mode, and what is to be in it. A symbolic link to a folder counts as that folder, but not for
 * `recurse`, `purge` and `state: 'absent'`. Mount points are never removed, nor is what has one in it.
 *
 * @example
 * directory('/srv/app/data', { mode: '0750', owner: 'app', group: 'app' })
 * @example
 * directory('/srv/www', { owner: 'www-data', recurse: true, fileMode: 'u=rwX,g=rX,o=rX', dirMode: '0755' })
 * @example
 * directory('/etc/app/conf.d', { purge: true }) // what no task of this play declares there goes
 * @example
 * directory('/srv/old', { state: 'absent', recursive: true })
 * @see https://man7.org/linux/man-pages/man1/chmod.1.html for the letters of modes
 */
export const directory = defineModule<DirectoryOptions>('directory', {
  options,
  claims: (path, o) =>
    o.state === 'absent'
      ? pathClaims(path, 'absent')
      : [...pathClaims(path, 'a folder', { ...o, owner: ownerOf(o) }), ...purgeClaims(path, o.purge)],
  check(path, o, problem) {
    placeProblems(path).forEach(problem);
    if (o.state === 'absent') {
      checkAbsent(o, ['recursive', 'discard'], problem);
      protectedProblems(path).forEach(problem);
      return;
    }
    ownerProblems(o).forEach(problem);
    purgeProblems(path, o.purge).forEach(problem);
    for (const key of ['recursive', 'discard'] as const) {
      if (o[key] !== undefined) problem(`${key} is for state: 'absent'`);
    }
    if (o.recurse === true) {
      if ([o.owner, o.group, o.fileMode, o.dirMode].every((one) => one === undefined))
        problem('recurse has nothing to do without owner, group, fileMode or dirMode');
      protectedProblems(path).forEach(problem);
    } else {
      for (const key of ['fileMode', 'dirMode'] as const)
        if (o[key] !== undefined) problem(`${key} makes no sense without recurse: true`);
    }
  },
  steps(name, o) {
    const path = option.plainPath(name);
    if (o.state === 'absent') {
      const { recursive = false, discard = false } = o;
      return removal(path, { folder: true, recursive, discard });
    }
    const owner = ownerOf(o);
    const self = resourceOf('folder', path);
    return [
      ...folderSteps(path, { mode: o.mode, owner, parents: o.parents ?? true }),
      ...metaStep(path, { mode: o.mode, owner }, { inside: self, fresh: 'set' }),
      ...(o.recurse === true
        ? treeStep(path, { owner, fileMode: o.fileMode, dirMode: o.dirMode }, self)
        : []),
      ...purgeSteps(path, o.purge, self),
    ];
  },
});

/** The folder is there, and those above it. */
export function folderSteps(
  path: string,
  o: { readonly mode: string | undefined; readonly owner: string | undefined; readonly parents: boolean },
): readonly Step[] {
  const all = stats(path === '/' ? path : `${path}/`);
  const above = path.split('/').map((_, index, parts) => parts.slice(0, index + 1).join('/'));
  const folders = (o.parents ? above : above.slice(-1)).filter((one) => one !== '');
  return [
    requires(`${path} can be a folder`, {
      uses: o.owner === undefined ? [] : [all],
      test:
        o.owner === undefined
          ? builtins`ts_folder_able ${path} ${o.parents ? 'yes' : 'no'} '' ''`
          : builtins`ts_folder_able ${path} ${o.parents ? 'yes' : 'no'} ${o.owner} ${all.output}`,
      otherwise: `the folder ${path} cannot be as declared`,
      later: true,
    }),
    entries(`the folder ${path}`, {
      list: builtins`ts_folders ${folders}`,
      want: folders.map((one) => [one]),
      exclusive: false,
      add:
        o.mode === undefined && o.owner === undefined
          ? sh`mkdir -- "$1"`
          : sh`ts_folder_make "$1" ${path} ${o.mode ?? ''} ${o.owner ?? ''}`,
      remove: sh`rmdir -- "$1"`,
      provides: resourceOf('folder', path),
      lifetime: 'disk',
    }),
  ];
}
