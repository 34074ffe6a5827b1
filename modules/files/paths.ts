import { createHash } from 'node:crypto';
import {
  absent,
  builtins,
  option,
  query,
  reading,
  requires,
  sh,
  value,
  type Claim,
  type Query,
  type Resource,
  type Sh,
  type Step,
  type StepOptions,
} from '../../src/steps/index.ts';

/** Mode, owner and all else that is known of paths: one process for all steps that look at one. */
export function stats(...paths: readonly string[]): Query {
  return query('paths', sh`ts_stats "$@"`, paths);
}

/** A path as the name of a resource, which has no white space. */
export function resourceOf(kind: string, path: string): Resource {
  return `${kind}:${path.replaceAll(/[^\w/.:@=-]/g, (one) => `%${one.codePointAt(0)?.toString(16)}`)}`;
}

/** What is declared of mode and owner, a line each. Of a symbolic link it is about the link itself. */
export function metaStep(
  path: string,
  o: { readonly mode?: string | undefined; readonly owner?: string | undefined; readonly link?: boolean },
  options: StepOptions = {},
): readonly Step[] {
  if (o.mode === undefined && o.owner === undefined) return [];
  const [user = '', group = ''] = o.owner?.split(':') ?? [];
  const mode = o.mode === undefined ? '' : octal(o.mode);
  // Behind a slash it is the folder that a symbolic link leads to.
  const item = o.link === true || path === '/' ? path : `${path}/`;
  const all = stats(item);
  const want = [
    ...(mode === '' ? [] : [`mode ${mode}`]),
    ...(user === '' ? [] : [`owner ${user}`]),
    ...(group === '' ? [] : [`group ${group}`]),
  ].join('\n');
  return [
    value(`owner and mode of ${path}`, {
      uses: [all],
      read: reading(builtins`ts_meta ${item} ${all.output} ${mode} ${o.owner ?? ''}`),
      want,
      write: o.link === true ? sh`ts_meta_set ${item} "$1" -h` : sh`ts_meta_set ${item} "$1"`,
      lifetime: 'disk',
      ...options,
      ...(options.fresh === 'set' ? { fresh: { own: want.replaceAll(/\s/g, '_') } } : {}),
    }),
  ];
}

/** What a task that declares a path wants of it, as two tasks must agree about it. */
export function pathClaims(
  path: string,
  like: string,
  o: { readonly mode?: string | undefined; readonly owner?: string | undefined } = {},
): readonly Claim[] {
  return [{ resource: `file:${option.plainPath(path)}`, value: like }, ...sideClaims(path, o)];
}

/** What it wants of mode and owner alone. */
export function sideClaims(
  path: string,
  o: { readonly mode?: string | undefined; readonly owner?: string | undefined },
): readonly Claim[] {
  const plain = option.plainPath(path);
  const [user = '', group = ''] = o.owner?.split(':') ?? [];
  const sides = { mode: o.mode === undefined ? '' : octal(o.mode), user, group };
  return Object.entries(sides).flatMap(([side, wanted]) =>
    wanted === '' ? [] : [{ resource: `${side} of file:${plain}` as const, value: `'${wanted}'` }],
  );
}

/** A mode as stat prints it. */
export const octal = (mode: string): string => Number.parseInt(mode, 8).toString(8);

/** Folders that no host can do without, and that a removal with all that is in them is never meant for. */
export const protectedFolders = [
  ...'/ /bin /boot /dev /etc /home /lib /lib32 /lib64 /libx32 /media /mnt /opt /proc /root /run /sbin'.split(
    ' ',
  ),
  ...'/srv /sys /tmp /usr /usr/bin /usr/lib /usr/lib64 /usr/sbin /usr/share /var /var/lib /var/log'.split(
    ' ',
  ),
];

/** What is wrong with a path of which all that is in it may be removed. */
export function protectedProblems(path: string): readonly string[] {
  const plain = option.plainPath(path);
  return protectedFolders.includes(plain) || /^\/(?:proc|sys|dev)\//.test(plain)
    ? [`'${plain}' is a folder without which a host does not work: name what is to be removed from it`]
    : [];
}

/** How something is removed with all that is in it. */
export interface Removal {
  /** It must be a folder, and no link to one. */
  readonly folder: boolean;
  /** A folder goes with all that is in it; else only an empty one. */
  readonly recursive: boolean;
  /** Nothing of it is kept, so that an undo cannot bring it back. */
  readonly discard: boolean;
}

/** The name by which what is removed is kept in the journal of the run. */
export const keptName = (path: string): string =>
  `away-${createHash('sha256').update(path).digest('hex').slice(0, 16)}`;

/** There is nothing of that name. It goes to the journal, from which an undo brings it back. */
export function removal(path: string, { folder, recursive, discard }: Removal): readonly Step[] {
  const yesNo = (flag: boolean): string => (flag ? 'yes' : 'no');
  return [
    requires(`${path} can be removed`, {
      test: builtins`ts_removable ${path} ${yesNo(folder)} ${yesNo(recursive)} ${protectedFolders.join(' ')}`,
      otherwise: `${path} is not removed`,
      later: true,
    }),
    away(path, path, builtins`ts_is -h ${path} || ts_is -e ${path}`, discard),
  ];
}

/** Something of that name is not there, by a test. */
export function away(what: string, path: string, test: Sh, discard = false): Step {
  return absent(what, {
    test,
    remove: discard ? sh`rm -rf -- ${path}` : sh`ts_away ${path} ${keptName(path)}`,
    ...(discard ? {} : { create: sh`ts_back ${path} ${keptName(path)}` }),
    lifetime: 'disk',
  });
}

/** What is wrong with a path that a link or a folder is to have. */
export function placeProblems(path: string): readonly string[] {
  const plain = option.plainPath(path);
  return [
    ...option.pathProblems(path).map((problem) => `the path ${problem}`),
    ...(/^\/(proc|sys)(\/|$)/.test(plain) ? [`'${plain}' is in a file system of the kernel`] : []),
  ];
}
