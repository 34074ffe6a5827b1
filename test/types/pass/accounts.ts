import { play, secret } from 'tsplay';
import { group, user, type UserOptions } from 'tsplay/modules';

const people: readonly (readonly [string, UserOptions])[] = [
  ['alice', { comment: 'Alice', groups: ['www'], shell: '/bin/bash' }],
  ['bob', { state: 'absent', removeHome: true }],
];

export default play('Accounts', { hosts: 'all' }, () => {
  const www = group('www', { gid: 2000, system: true, members: ['alice'], exclusive: true });
  group('old', { state: 'absent', when: www.changed });
  for (const [name, options] of people) user(name, options);
  user('carol');
  user('deploy', { uid: 2001, group: 2000, appendGroups: true, groups: ['adm'], home: '/srv/deploy' });
  user('deploy', { password: secret('*'), updatePassword: 'onCreate', expires: 'never', locked: false });
  user('exporter', { system: true, createHome: false });
});
