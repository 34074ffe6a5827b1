import {
  option,
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

/** What is in the folder, by what it should be and is not; each with what makes it so. */
function parts({
  owner,
  fileMode: files,
  dirMode,
}: Tree): readonly { readonly not: Sh; readonly make: Sh }[] {
  const [user = '', group = ''] = owner?.split(':') ?? [];
  const modes = files === undefined ? undefined : fileModes(files);
  const anybody = sh`\( -perm -100 -o -perm -010 -o -perm -001 \)`;
  const mode = (which: Sh, wanted: string): { readonly not: Sh; readonly make: Sh } => ({
    not: sh`${which} ! -perm ${wanted.padStart(4, '0')}`,
    // Of folders, five digits take away bits that four leave.
    make: sh`chmod ${wanted.padStart(5, '0')} --`,
  });
  const owners = [
    ...(user === '' ? [] : [sh`! -user ${user}`]),
    ...(group === '' ? [] : [sh`! -group ${group}`]),
  ];
  return [
    ...(owner === undefined
      ? []
      : [{ not: sh`\( ${joined(owners, sh` -o `)} \)`, make: sh`chown -h ${owner} --` }]),
    ...(dirMode === undefined ? [] : [mode(sh`-type d`, octal(dirMode))]),
    ...(modes === undefined
      ? []
      : modes[0] === modes[1]
        ? [mode(sh`-type f`, modes[0])]
        : [mode(sh`-type f ! ${anybody}`, modes[0]), mode(sh`-type f ${anybody}`, modes[1])]),
  ];
}

const joined = (parts: readonly Sh[], between: Sh): Sh =>
  parts.reduce((text, part) => (text.text === '' ? part : sh`${text}${between}${part}`), sh``);

/** All that is in the folder has owner and mode; what has not is listed, one a line, and can be put back. */
export function treeStep(path: string, tree: Tree, inside: Resource): readonly Step[] {
  const all = parts(tree);
  const want = [
    ...(tree.owner === undefined ? [] : [`owner ${tree.owner}`]),
    ...(tree.fileMode === undefined ? [] : [`files ${tree.fileMode}`]),
    ...(tree.dirMode === undefined ? [] : [`folders ${tree.dirMode}`]),
  ].join(', ');
  const differs = joined(
    all.map(({ not }) => sh`\( ${not} \)`),
    sh` -o `,
  );
  const make = joined(
    all.map(({ not, make: command }) => sh`ts_in_tree ${path} ${not} -- ${command}`),
    sh` && `,
  );
  return [
    value(`what is in ${path}`, {
      read: reading(sh`ts_tree ${path} ${want} \( ${differs} \)`),
      want,
      write: sh`if [ "$1" = ${want} ]; then ${make}; else ts_tree_back "$1"; fi`,
      inside,
      fresh: { value: want },
      lifetime: 'disk',
    }),
  ];
}
