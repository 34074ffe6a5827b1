import {
  builtins,
  entries,
  present,
  query,
  reading,
  requires,
  sh,
  value,
  type Query,
  type Step,
} from '../../src/steps/index.ts';
import { users } from './account-reads.ts';

/** The user, and the files of keys of all tasks. */
const reads = (user: string, item: string): readonly Query[] => [
  users(user),
  query('authorized_keys', sh`ts_keys_lines "$@"`, [item]),
];

/** These keys are in the file, each in its line; with `exclusive`, no others. */
export function keysPresentSteps(
  user: string,
  path: string,
  lines: readonly (readonly [blob: string, line: string])[],
  exclusive: boolean,
): readonly Step[] {
  const item = `${user}:${path}`;
  const uses = reads(user, item);
  const own = !path.startsWith('/');
  return [
    possible(user, item),
    ...(own ? folderSteps(user, path, item, uses) : []),
    present(`the file ${path} of ${user}`, {
      uses,
      test: builtins`ts_keys_there ${item}`,
      create: sh`ts_keys_file_make ${item}`,
      remove: sh`ts_keys_file_drop ${item}`,
      provides: `keys:${item}`,
      lifetime: 'disk',
    }),
    ...(own
      ? [
          value(`mode and owner of ${path} of ${user}`, {
            uses,
            read: reading(builtins`ts_keys_attributes file ${item}`, [1]),
            want: `600 ${user}`,
            write: sh`ts_keys_file_set ${item} "$1"`,
            inside: `keys:${item}`,
            fresh: 'set',
            // What one task has set right, the next one finds so.
            provides: `keys:${item}`,
            lifetime: 'disk',
          }),
        ]
      : []),
    entries(`authorized keys of ${user}`, {
      uses,
      list: builtins`ts_keys_list ${item}`,
      absent: [1],
      want: lines,
      ...halves(item),
      exclusive,
      lifetime: 'disk',
    }),
  ];
}

/** These keys are not in the file. */
export function keysAbsentSteps(user: string, path: string, blobs: readonly string[]): readonly Step[] {
  const item = `${user}:${path}`;
  const uses = reads(user, item);
  return [
    requires(`a plain file ${path} of ${user}`, {
      uses,
      test: builtins`! ts_keys_there ${item} || ts_keys_possible ${item}`,
      otherwise: `keys of user ${user} cannot be removed`,
    }),
    entries(`authorized keys of ${user}`, {
      uses,
      list: builtins`ts_keys_list ${item}`,
      absent: [1],
      want: [],
      unwanted: blobs,
      ...halves(item),
      exclusive: false,
      lifetime: 'disk',
    }),
  ];
}

const halves = (item: string) => ({
  add: sh`ts_keys_put ${item} add "$1" "$2"`,
  change: sh`ts_keys_put ${item} change "$1" "$2"`,
  remove: sh`ts_keys_put ${item} remove "$1"`,
});

function possible(user: string, item: string): Step {
  return requires(`a place for the keys of ${user}`, {
    uses: [users(user)],
    test: builtins`ts_keys_possible ${item}`,
    otherwise: `keys of user ${user} cannot be written`,
    later: true,
  });
}

function folderSteps(user: string, path: string, item: string, uses: readonly Query[]): readonly Step[] {
  const folder = path.slice(0, path.lastIndexOf('/'));
  return [
    present(`the folder ${folder} of ${user}`, {
      uses,
      test: builtins`ts_keys_folder ${item}`,
      create: sh`ts_keys_folder_make ${item}`,
      remove: sh`ts_keys_folder_drop ${item}`,
      provides: `keys-folder:${item}`,
      lifetime: 'disk',
    }),
    value(`mode and owner of ${folder} of ${user}`, {
      uses,
      read: reading(builtins`ts_keys_attributes folder ${item}`, [1]),
      want: `700 ${user}`,
      write: sh`ts_keys_folder_set ${item} "$1"`,
      inside: `keys-folder:${item}`,
      fresh: 'set',
      provides: `keys-folder:${item}`,
      lifetime: 'disk',
    }),
  ];
}
