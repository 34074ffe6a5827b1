import { createHash } from 'node:crypto';
import {
  builtins,
  lazily,
  option,
  query,
  reading,
  sh,
  value,
  type OptionRule,
  type Resource,
  type Sh,
  type Step,
} from '../../src/steps/index.ts';
import { octal } from './paths.ts';

/** What holds for all that is in a folder. */
export interface Tree {
  readonly owner: string | undefined;
  readonly fileMode: string | undefined;
  readonly dirMode: string | undefined;
}

const symbolic = /^u=([rwxX]*),g=([rwxX]*),o=([rwxX]*)$/;

/** Permissions of files: in octal, or in letters for all three. */
export const fileMode: OptionRule = (name, value) =>
  typeof value === 'string' && (/^[0-7]{3,4}$/.test(value) || symbolic.test(value))
    ? []
    : [
        `${name} must be three or four octal digits between quotes, such as '0644', or all three of ` +
          `u, g and o, such as 'u=rwX,g=rX,o=', not ${option.shown(value)}`,
      ];

/** The mode of files that nobody can execute, and of those that somebody can. */
function fileModes(mode: string): readonly [plain: string, executable: string] {
  const [, ...classes] = symbolic.exec(mode) ?? [];
  if (classes.length === 0) return [octal(mode), octal(mode)];
  const digits = (execute: RegExp): string =>
    octal(
      classes
        .map((one) =>
          String((one.includes('r') ? 4 : 0) + (one.includes('w') ? 2 : 0) + (execute.test(one) ? 1 : 0)),
        )
        .join(''),
    );
  return [digits(/x/), digits(/[xX]/)];
}

/** Words of an expression of find about what is not as it should be, and what makes it so. */
interface Part {
  readonly not: readonly string[];
  readonly make: Sh;
}

const someExecute = ['(', '-perm', '-100', '-o', '-perm', '-010', '-o', '-perm', '-001', ')'];

/** What is in the folder, by what it should be and is not; each with what makes it so. */
function parts({ owner, fileMode: files, dirMode }: Tree): readonly Part[] {
  const [user = '', group = ''] = owner?.split(':') ?? [];
  const modes = files === undefined ? undefined : fileModes(files);
  const mode = (which: readonly string[], wanted: string): Part => ({
    not: [...which, '!', '-perm', wanted.padStart(4, '0')],
    // Of folders, five digits take away bits that four leave.
    make: sh`chmod ${wanted.padStart(5, '0')} --`,
  });
  const owners = [
    ...(user === '' ? [] : [['!', '-user', user]]),
    ...(group === '' ? [] : [['!', '-group', group]]),
  ];
  return [
    ...(owner === undefined ? [] : [{ not: anyOf(owners), make: sh`chown -h ${owner} --` }]),
    ...(dirMode === undefined ? [] : [mode(['-type', 'd'], octal(dirMode))]),
    ...(modes === undefined
      ? []
      : modes[0] === modes[1]
        ? [mode(['-type', 'f'], modes[0])]
        : [
            mode(['-type', 'f', '!', ...someExecute], modes[0]),
            mode(['-type', 'f', ...someExecute], modes[1]),
          ]),
  ];
}

const anyOf = (expressions: readonly (readonly string[])[]): readonly string[] => [
  '(',
  ...expressions.flatMap((words, index) => (index === 0 ? words : ['-o', ...words])),
  ')',
];

/**
 * All that is in the folder has owner and mode; what has not is listed, one a line, and can be put back. All folders of a
 * program are looked at in one go.
 */
export function treeStep(path: string, tree: Tree, inside: Resource): readonly Step[] {
  const all = parts(tree);
  const want = [
    ...(tree.owner === undefined ? [] : [`owner ${tree.owner}`]),
    ...(tree.fileMode === undefined ? [] : [`files ${tree.fileMode}`]),
    ...(tree.dirMode === undefined ? [] : [`folders ${tree.dirMode}`]),
  ].join(', ');
  const differs = anyOf(all.map(({ not }) => ['(', ...not, ')']));
  const make = all
    .map(({ not, make: command }) => sh`ts_in_tree ${path} ${not} -- ${command}`)
    .reduce((text, part) => sh`${text} && ${part}`);
  const asked = [path, ...differs].join('\t');
  const key = createHash('sha256').update(asked).digest('hex').slice(0, 16);
  return [
    value(`what is in ${path}`, {
      uses: [lazily(query('trees', sh`ts_trees "$@"`, [`${key}\t${asked}`]))],
      read: reading(builtins`ts_tree_of ${key} ${path} ${want} ${differs}`),
      want,
      write: sh`if [ "$1" = ${want} ]; then ${make}; else ts_tree_back "$1"; fi`,
      // Of a folder that an earlier task would make, nobody knows what else would be put into it.
      inside,
      lifetime: 'disk',
    }),
  ];
}
