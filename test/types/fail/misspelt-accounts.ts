import { play } from 'tsplay';
import { authorizedKey, group, hostname, locale, sudoers, timezone, user } from 'tsplay/modules';

// A misspelt option of each module.
export default play('Misspelt', { hosts: 'all' }, () => {
  authorizedKey('alice', { key: 'ssh-ed25519 AAAA', exclusiv: true }); // error: 'exclusiv' does not exist in type
  sudoers('ops', { group: 'ops', command: 'ALL' }); // error: 'command' does not exist in type
  authorizedKey('alice', { key: 'ssh-ed25519 AAAA', options: { noPty: true } }); // error: 'noPty' does not exist in type
  group('www', { gid: 2000, member: ['alice'] }); // error: 'member' does not exist in type
  user('alice', { comment: 'Alice', shel: '/bin/sh' }); // error: 'shel' does not exist in type
  hostname('web1', { host: true }); // error: 'host' does not exist in type
  timezone('Etc/UTC', { zone: 'x' }); // error: 'zone' does not exist in type
  locale('en_US.UTF-8', { defaults: true }); // error: 'defaults' does not exist in type
  // Values that are words, and what one state has and the other has not.
  user('alice', { password: '*', updatePassword: 'on_create' }); // error: is not assignable to type
  user('alice', { uid: '2001' }); // error: is not assignable to type
  user('alice', { state: 'absent', uid: 2001 }); // error: is not assignable to type
  user('alice', { removeHome: true }); // error: is not assignable to type
  group('www', { state: 'absent', gid: 2000 }); // error: is not assignable to type
});
