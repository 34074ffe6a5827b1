import { play } from 'tsplay';
import { group, user } from 'tsplay/modules';

// A misspelt option of each module.
export default play('Misspelt', { hosts: 'all' }, () => {
  group('www', { gid: 2000, member: ['alice'] }); // error: 'member' does not exist in type
  user('alice', { comment: 'Alice', shel: '/bin/sh' }); // error: 'shel' does not exist in type
  // Values that are words, and what one state has and the other has not.
  user('alice', { password: '*', updatePassword: 'on_create' }); // error: is not assignable to type
  user('alice', { uid: '2001' }); // error: is not assignable to type
  user('alice', { state: 'absent', uid: 2001 }); // error: is not assignable to type
  user('alice', { removeHome: true }); // error: is not assignable to type
  group('www', { state: 'absent', gid: 2000 }); // error: is not assignable to type
});
