import { fingerprint, type Claim } from '../../src/steps/index.ts';
import type { UserOptions } from './user.ts';

/** What a task wants of a user, field by field: another one may want other fields of the same user. */
export function userClaims(name: string, o: UserOptions): readonly Claim[] {
  const user = `user:${name}` as const;
  if (o.state === 'absent') return [{ resource: user, value: 'absent' }];
  const groups = o.appendGroups === true ? undefined : o.groups?.toSorted().join(', ');
  const fields = {
    uid: o.uid,
    group: o.group,
    groups: groups === '' ? 'none' : groups,
    home: o.home,
    shell: o.shell,
    comment: o.comment === undefined ? undefined : `'${o.comment}'`,
    expiry: o.expires,
    lock: o.locked,
  };
  return [
    { resource: user, value: 'present' },
    ...Object.entries(fields).flatMap(([field, value]) =>
      value === undefined ? [] : [{ resource: `${field} of ${user}` as const, value: String(value) }],
    ),
    ...(o.uid === undefined
      ? []
      : [{ resource: `uid:${o.uid}` as const, value: `that of the user ${name}` }]),
    ...(o.password === undefined
      ? []
      : [{ resource: `password of ${user}` as const, value: fingerprint(o.password) }]),
  ];
}
