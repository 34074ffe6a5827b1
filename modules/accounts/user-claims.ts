import { fingerprint, isTaskOption, type Claim } from '../../src/steps/index.ts';
import type { UserOptions } from './user.ts';

/** A user is all of one task, or of several that want the same: a check knows what a new one would have. */
export function userClaims(name: string, o: UserOptions): readonly Claim[] {
  if (o.state === 'absent') return [{ resource: `user:${name}`, value: 'absent' }];
  const { password, ...fields } = o;
  const declared = [
    ...Object.entries(fields).flatMap(([key, value]: readonly [string, unknown]) =>
      value === undefined || key === 'state' || isTaskOption(key) ? [] : [`${key} ${JSON.stringify(value)}`],
    ),
    ...(password === undefined ? [] : [`password ${fingerprint(password)}`]),
  ].toSorted();
  return [
    {
      resource: `user:${name}`,
      value: `present${declared.length === 0 ? '' : `, with ${declared.join(', ')}`}`,
    },
    ...(o.groups === undefined
      ? []
      : [
          membership(
            name,
            o.appendGroups === true ? undefined : `${o.groups.toSorted().join(', ')} and no others`,
          ),
        ]),
    ...(o.uid === undefined
      ? []
      : [{ resource: `uid:${o.uid}` as const, value: `that of the user ${name}` }]),
  ];
}

/** Who says in which groups a user is: one task for all of them, or several that leave each other's alone. */
export function membership(user: string, all: string | undefined): Claim {
  return { resource: `groups of user:${user}`, value: all ?? 'open to more' };
}
