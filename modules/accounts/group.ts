import {
  absent,
  builtins,
  defineModule,
  entries,
  option,
  present,
  reading,
  requires,
  sh,
  value,
  type OptionRules,
  type Step,
} from '../../src/steps/index.ts';
import { checkAbsent } from '../absent.ts';
import { groupTools, groups, users } from './account-reads.ts';
import { accountNameProblems, accountNumber, accounts } from './account-rules.ts';
import { membership } from './user-claims.ts';

interface Present {
  /**
   * Its number. When it changes, files keep the old one. @defaultValue as it is; the next free one for a new group
   */
  readonly gid?: number;
  /** A new group gets a number of those for system groups. @defaultValue false */
  readonly system?: boolean;
  /** Users that are in it, beside those whose main group it is. They must exist. @defaultValue left as they are */
  readonly members?: readonly string[];
  /** Nobody else is in it. @defaultValue false */
  readonly exclusive?: boolean;
  /** @defaultValue 'present' */
  readonly state?: 'present';
}

interface Absent {
  readonly gid?: never;
  readonly system?: never;
  readonly members?: never;
  readonly exclusive?: never;
  /** It must be the main group of no user. */
  readonly state: 'absent';
}

/** Options of {@link group}. */
export type GroupOptions = Present | Absent;

const options: OptionRules<GroupOptions> = {
  gid: accountNumber,
  system: option.flag,
  members: accounts,
  exclusive: option.flag,
  state: option.oneOf('present', 'absent'),
};

/**
 * A group of the host's own (`/etc/group`), made with the tools of shadow-utils or of busybox, whichever the host has.
 *
 * @example group('deploy')
 * @example group('www', { gid: 2000, members: ['ops', 'deploy'], exclusive: true })
 * @example group('old', { state: 'absent' })
 * @see https://man7.org/linux/man-pages/man8/groupadd.8.html
 */
export const group = defineModule<GroupOptions>('group', {
  options,
  claims: (name, o) => [
    { resource: `group:${name}`, value: o.state ?? 'present' },
    ...(o.gid === undefined
      ? []
      : [
          { resource: `gid of group:${name}` as const, value: String(o.gid) },
          { resource: `gid:${o.gid}` as const, value: `that of the group ${name}` },
        ]),
    ...(o.members ?? []).map((member) => membership(member, undefined)),
    ...(o.exclusive === true
      ? [
          {
            resource: `members of group:${name}` as const,
            value: (o.members ?? []).toSorted().join(', ') || 'none',
          },
        ]
      : []),
  ],
  check(name, o, problem) {
    accountNameProblems(name).forEach(problem);
    if (o.state === 'absent') checkAbsent(o, [], problem);
    else if (o.exclusive === true && o.members === undefined)
      problem('exclusive makes no sense without members');
  },
  steps: (name, o) => (o.state === 'absent' ? absentSteps(name) : presentSteps(name, o)),
});

function presentSteps(name: string, o: Present): readonly Step[] {
  // Another task may make the group, and this one give it its number.
  const made = `group:${name}#${o.gid ?? ''}` as const;
  const system = o.system === true ? 'yes' : 'no';
  const gid = o.gid === undefined ? '' : String(o.gid);
  const there = [groups(name, ...(o.gid === undefined ? [] : [o.gid]))];
  return [
    groupTools,
    ...(o.gid === undefined
      ? []
      : [
          requires(`a free gid ${o.gid}`, {
            uses: there,
            test: builtins`ts_number_free group ${gid} ${name}`,
            otherwise: `gid ${o.gid} belongs to another group`,
            later: true,
          }),
        ]),
    ...(o.members === undefined || o.members.length === 0
      ? []
      : [
          requires(`the members of ${name}`, {
            uses: [users(...o.members)],
            test: builtins`ts_are_there user ${o.members}`,
            otherwise: 'members must be users of this host; these are not',
            later: true,
          }),
        ]),
    present(`group ${name}`, {
      uses: there,
      test: builtins`ts_group ${name} || ts_coming ${`group:${name}`}`,
      create: sh`ts_group_add ${name} ${gid} ${system}`,
      remove: sh`ts_group_del ${name}`,
      provides: made,
      lifetime: 'disk',
    }),
    ...(o.gid === undefined
      ? []
      : [
          value(`gid of ${name}`, {
            uses: there,
            read: reading(builtins`ts_group_gid ${name} ${gid}`, [1]),
            want: gid,
            write: sh`ts_group_set ${name} "$1"`,
            inside: made,
            fresh: 'set',
            lifetime: 'disk',
          }),
        ]),
    ...(o.members === undefined
      ? []
      : [
          entries(`members of ${name}`, {
            uses: there,
            list: builtins`ts_group_has ${name}`,
            absent: [1],
            want: o.members.map((member) => [member]),
            add: sh`ts_member add "$1" ${name}`,
            remove: sh`ts_member remove "$1" ${name}`,
            exclusive: o.exclusive ?? false,
            inside: made,
            fresh: { value: '' },
            lifetime: 'disk',
          }),
        ]),
  ];
}

function absentSteps(name: string): readonly Step[] {
  const there = [groups(name)];
  return [
    groupTools,
    requires(`nobody's main group`, {
      uses: there,
      test: builtins`ts_group_free ${name}`,
      otherwise: `group ${name} is the main group of users`,
      later: true,
    }),
    absent(`group ${name}`, {
      uses: there,
      test: builtins`ts_local group ${name}`,
      remove: sh`ts_group_del ${name}`,
      save: sh`ts_group_save ${name}`,
      create: sh`ts_group_restore ${name} "$1"`,
      provides: `group:${name}`,
      lifetime: 'disk',
    }),
  ];
}
