import { play, secret } from 'tsplay';
import {
  authorizedKey,
  group,
  hostname,
  locale,
  sudoers,
  timezone,
  user,
  type UserOptions,
} from 'tsplay/modules';

const people: readonly (readonly [string, UserOptions])[] = [
  ['alice', { comment: 'Alice', groups: ['www'], shell: '/bin/bash' }],
  ['bob', { state: 'absent', removeHome: true }],
];

export default play('Accounts', { hosts: 'all' }, () => {
  const www = group('www', { gid: 2000, system: true, members: ['alice'], exclusive: true });
  group('old', { state: 'absent', when: www.changed });
  for (const [name, options] of people) user(name, options);
  authorizedKey('alice', {
    key: 'ssh-ed25519 AAAA alice',
    options: { restrict: true, from: ['10.0.0.0/8'] },
  });
  authorizedKey('alice', { keys: [], exclusive: true, path: '/etc/ssh/keys/%u' });
  sudoers('ops', { group: ['ops', 'dba'], commands: 'ALL', runAs: 'ALL:ALL', noPassword: true });
  sudoers('own', { content: 'Defaults !requiretty' });
  hostname('web1', { hosts: true });
  timezone('Europe/Berlin', { when: www.changed });
  locale('en_US.UTF-8', { default: true });
  locale('eo.UTF-8', { state: 'absent' });
  user('carol');
  user('deploy', { uid: 2001, group: 2000, appendGroups: true, groups: ['adm'], home: '/srv/deploy' });
  user('deploy', { password: secret('*'), updatePassword: 'onCreate', expires: 'never', locked: false });
  user('exporter', { system: true, createHome: false });
});
