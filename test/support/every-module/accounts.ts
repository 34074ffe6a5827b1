import { authorizedKey, group, sudoers, user } from '../../../modules/index.ts';
import { secret } from '../../../src/steps/index.ts';
import type { Plays } from '../every-module.ts';

const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPyGVOfUfmw27/F78v6TXWD0VBXaYwXWsfjVmmMwnLJ6 al ice';
const hash = `$6$salt$${'a'.repeat(86)}`;

export const plays: Plays = {
  access: (as) => {
    authorizedKey(
      'alice',
      as({
        key,
        options: {
          restrict: true,
          certAuthority: true,
          principals: ['alice'],
          tunnel: 0,
          noTouchRequired: true,
          verifyRequired: true,
          command: `echo "it's"`,
          from: ['10.0.0.0/8'],
          environment: { A: "it's" },
          expiryTime: '20270131',
          permitopen: ['10.0.0.1:80'],
          permitlisten: ['80'],
          agentForwarding: true,
          portForwarding: true,
          pty: false,
          userRc: false,
          x11Forwarding: false,
        },
      }),
    );
    authorizedKey('bob', as({ keys: [], exclusive: true, path: '/etc/keys/%u' }));
    authorizedKey('carol', as({ keys: [key], state: 'absent' }));
    sudoers(
      'ops',
      as({ user: ['alice'], group: 'ops', commands: ['/bin/a b:c'], runAs: 'app', noPassword: true }),
    );
    sudoers('own', as({ content: 'Defaults badpass_message="it\'s"\n' }));
    sudoers('old', as({ state: 'absent' }));
  },
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
