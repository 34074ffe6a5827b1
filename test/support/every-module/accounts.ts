import { group, user } from '../../../modules/index.ts';
import { secret } from '../../../src/steps/index.ts';
import type { Plays } from '../every-module.ts';

const hash = `$6$salt$${'a'.repeat(86)}`;

export const plays: Plays = {
  groups: (as) => {
    group('www', as({ gid: 2000, system: true, members: ['root', 'daemon'], exclusive: true }));
    group('old', as({ state: 'absent' }));
  },
  users: (as) => {
    user(
      'alice',
      as({
        uid: 2001,
        group: 'www',
        groups: ['adm'],
        appendGroups: true,
        home: "/home/al'ice",
        createHome: true,
        shell: '/bin/sh',
        comment: `Alice "O'Hara" $(id) é`,
        system: true,
        password: secret(hash),
        expires: '2027-01-31',
        locked: false,
      }),
    );
    user('bob', as({ group: 100, groups: [], password: '!', updatePassword: 'onCreate', expires: 'never' }));
    user('carol', as({ state: 'absent', removeHome: true }));
  },
};
