import {
  builtins,
  declaredPaths,
  entries,
  option,
  purgeClaim,
  requires,
  sh,
  type Claim,
  type OptionRule,
  type Resource,
  type Step,
} from '../../src/steps/index.ts';
import { keptName, protectedFolders, protectedProblems } from './paths.ts';

/** Whether what is not declared goes, and what of it stays. */
export type Purge =
  | boolean
  | {
      /** Names of what stays, with `*` and `?` as in a shell. */
      readonly keep: readonly string[];
    };

export const purgeRule: OptionRule = (name, value) =>
  typeof value === 'boolean'
    ? []
    : option.isPlain(value)
      ? option.objectOf({ keep: option.listOf(keptRule, 1) }, ['keep'])(name, value)
      : [
          `${name} must be true, false or an object such as { keep: ['*.local'] }, not ${option.shown(value)}`,
        ];

const keptRule = option.line(/^[^/]+$/, 'the name of something in the folder, without slashes');

export function purgeProblems(path: string, purge: Purge | undefined): readonly string[] {
  return purge === undefined || purge === false ? [] : protectedProblems(path);
}

export function purgeClaims(path: string, purge: Purge | undefined): readonly Claim[] {
  return purge === undefined || purge === false ? [] : [purgeClaim(option.plainPath(path))];
}

/** What is in the folder and not declared is not there. */
export function purgeSteps(path: string, purge: Purge | undefined, inside: Resource): readonly Step[] {
  if (purge === undefined || purge === false) return [];
  const keep = purge === true ? [] : purge.keep;
  const all = declaredPaths;
  return [
    requires(`${path} can be purged`, {
      uses: [all],
      test: builtins`ts_purgeable ${path} ${protectedFolders.join(' ')} ${all.output} ${keep}`,
      otherwise: `${path} is not purged`,
      inside,
      fresh: 'set',
    }),
    entries(`what is in ${path} and not declared`, {
      uses: [all],
      list: builtins`ts_extras ${path} ${all.output} ${keep}`,
      want: [],
      add: sh`ts_unpurge "$1" ${keptName(path)}`,
      remove: sh`ts_purge "$1" ${keptName(path)}`,
      inside,
      fresh: 'set',
      lifetime: 'disk',
    }),
  ];
}
