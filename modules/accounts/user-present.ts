import {
  builtins,
  entries,
  present,
  reading,
  requires,
  sh,
  value,
  type Sh,
  type Step,
} from '../../src/steps/index.ts';
import { groups, shadow, users, userTools } from './account-reads.ts';
import { noPassword, plainHash, wantedHash } from './password-hash.ts';
import type { PresentUser } from './user.ts';

/** The user is there, with the fields that were declared. */
export function userPresentSteps(name: string, o: PresentUser): readonly Step[] {
  return [
    userTools,
    ...requirements(name, o),
    present(`user ${name}`, {
      uses: [users(name), groups(name)],
      test: builtins`ts_user ${name}`,
      create: sh`! ts_group ${name} || ts_group_save ${name} >"$TS_DIR"/group-${name} || exit
ts_user_add ${name} ${word(o.uid)} ${word(o.group)} ${word(o.home)} ${word(o.shell)} ${word(o.comment)} ${o.system === true ? 'yes' : 'no'}`,
      // With a user its own group goes, too, also one that was there before.
      remove: sh`ts_user_del ${name} || exit
[ -e "$TS_DIR"/group-${name} ] && ts_query_group=$(ts_group_lines ${name}) && ! ts_group ${name} || exit 0
ts_group_restore ${name} "$(cat "$TS_DIR"/group-${name})"`,
      provides: `user:${name}`,
      lifetime: 'disk',
    }),
    ...fieldSteps(name, o),
    ...((o.createHome ?? o.system !== true) ? [homeStep(name, o)] : []),
    ...groupSteps(name, o),
    ...loginSteps(name, o),
  ];
}

const word = (given: string | number | undefined): string => String(given ?? '');

/** What must hold before anything is changed. */
function requirements(name: string, o: PresentUser): readonly Step[] {
  const steps: Step[] = [];
  const main = o.group === undefined ? [] : [String(o.group)];
  // A group of its own comes with the user.
  const needed = [...main, ...(o.groups ?? []).filter((one) => main.length > 0 || one !== name)];
  if (o.uid !== undefined) {
    steps.push(
      requires(`a free uid ${o.uid}`, {
        uses: [users(name, o.uid)],
        test: builtins`ts_number_free passwd ${String(o.uid)} ${name}`,
        otherwise: `uid ${o.uid} belongs to another user`,
        later: true,
      }),
    );
  }
  if (needed.length > 0) {
    steps.push(
      requires(`groups of ${name}`, {
        uses: [groups(...needed)],
        test: builtins`ts_are_there group ${needed}`,
        otherwise: `groups must be there before user ${name} can be in them; these are not`,
        later: true,
      }),
    );
  }
  if (o.shell !== undefined) {
    steps.push(
      requires(`the shell ${o.shell}`, {
        test: builtins`[ -x ${o.shell} ]`,
        otherwise: `there is no program ${o.shell} on this host, so nobody could log in with it`,
        later: true,
      }),
    );
  }
  if (o.uid !== undefined || o.home !== undefined) {
    steps.push(
      requires(`nothing runs as ${name}`, {
        uses: [users(name)],
        test: builtins`ts_user_idle ${name} ${word(o.uid)} ${word(o.home)}`,
        otherwise: `uid and home cannot be changed while something runs as user ${name}`,
        later: true,
      }),
    );
  }
  return steps;
}

/** The fields of /etc/passwd. */
function fieldSteps(name: string, o: PresentUser): readonly Step[] {
  const uses = [users(name)];
  const field = (key: 'uid' | 'comment' | 'home' | 'shell'): readonly Step[] => {
    const want = o[key] === undefined ? undefined : String(o[key]);
    return want === undefined
      ? []
      : [
          fieldStep(
            name,
            key,
            want,
            builtins`ts_user_has ${name} ${key} ${want}`,
            sh`ts_user_set ${name} ${key} "$1"`,
            uses,
          ),
        ];
  };
  const main = word(o.group);
  return [
    ...field('uid'),
    ...(o.group === undefined
      ? []
      : [
          fieldStep(
            name,
            'main group',
            main,
            builtins`ts_user_group ${name} ${main}`,
            sh`ts_user_set ${name} gid "$1"`,
            [...uses, groups(main)],
          ),
        ]),
    ...field('comment'),
    ...field('home'),
    ...field('shell'),
  ];
}

function fieldStep(
  name: string,
  what: string,
  want: string,
  read: Sh,
  write: Sh,
  uses: readonly ReturnType<typeof users>[],
): Step {
  return value(`${what} of ${name}`, {
    uses,
    read: reading(read, [1]),
    want,
    write,
    inside: `user:${name}`,
    fresh: 'set',
    lifetime: 'disk',
  });
}

function homeStep(name: string, o: PresentUser): Step {
  return present(`home of ${name}`, {
    uses: [users(name)],
    test: builtins`ts_has_home ${name} ${word(o.home)}`,
    create: sh`ts_home_make ${name}`,
    remove: sh`ts_home_drop ${name}`,
    provides: `home:${name}`,
    lifetime: 'disk',
  });
}

function groupSteps(name: string, o: PresentUser): readonly Step[] {
  if (o.groups === undefined) return [];
  return [
    entries(`groups of ${name}`, {
      uses: [users(name), groups(...o.groups)],
      list: builtins`ts_user_in ${name} ${o.groups}`,
      absent: [1],
      want: o.groups.map((group) => [group]),
      add: sh`ts_member add ${name} "$1"`,
      remove: sh`ts_member remove ${name} "$1"`,
      exclusive: o.appendGroups !== true,
      inside: `user:${name}`,
      fresh: { value: '' },
      lifetime: 'disk',
    }),
  ];
}

/** The fields of /etc/shadow. */
function loginSteps(name: string, o: PresentUser): readonly Step[] {
  const inside = `user:${name}` as const;
  const uses = [users(name), shadow(name)];
  const steps: Step[] = [];
  if (o.password !== undefined) {
    const read =
      o.updatePassword === 'onCreate'
        ? builtins`ts_user_has_password ${name}`
        : builtins`ts_user_password ${name}`;
    steps.push(
      value(`password of ${name}`, {
        uses,
        read: reading(read, [1]),
        want: wantedHash(o.password),
        write: sh`ts_set_password ${name} "$1"`,
        inside,
        fresh: { value: '*' },
        lifetime: 'disk',
        secret: true,
      }),
    );
  }
  const fits = o.password !== undefined && !noPassword.includes(plainHash(o.password));
  const locked = o.locked ?? (o.password !== undefined && plainHash(o.password) === '!' ? true : undefined);
  if (locked !== undefined) {
    steps.push(
      value(`password lock of ${name}`, {
        uses,
        read: reading(builtins`ts_user_lock ${name}`, [1]),
        want: locked ? 'locked' : 'unlocked',
        write: sh`ts_set_lock ${name} "$1"`,
        inside,
        fresh: { value: fits ? 'unlocked' : 'locked' },
        lifetime: 'disk',
      }),
    );
  }
  if (o.expires !== undefined) {
    const days = o.expires === 'never' ? '' : String(Date.parse(`${o.expires}T00:00:00Z`) / 86_400_000);
    steps.push(
      value(`expiry of ${name}`, {
        uses,
        read: reading(builtins`ts_user_expiry ${name} ${days} ${o.expires}`, [1]),
        want: o.expires,
        write: sh`ts_set_expiry ${name} "$1"`,
        inside,
        fresh: { value: 'never' },
        lifetime: 'disk',
      }),
    );
  }
  return steps;
}
