import { play } from 'tsplay';
import { assert, debug, fail, git, mount, reboot, swap, waitFor } from 'tsplay/modules';

export default play('Misspelt', { hosts: 'all' }, () => {
  assert('x', { test: ['true'], mesage: 'x' }); // error: 'mesage' does not exist in type
  debug('x', { messages: 'x' }); // error: 'messages' does not exist in type
  fail('x', { wen: true }); // error: 'wen' does not exist in type
  git('/x', { repository: '/y', branch: 'main' }); // error: 'branch' does not exist in type
  mount('/x', { type: 'tmpfs', option: ['ro'] }); // error: 'option' does not exist in type
  mount('/x', { type: 'tmpfs', state: 'absent' }); // error: is not assignable to type
  reboot('x', { timeOut: 9 }); // error: 'timeOut' does not exist in type
  swap('/x', { sise: 9 }); // error: 'sise' does not exist in type
  waitFor('x', { port: 80, timeot: 9 }); // error: 'timeot' does not exist in type
  waitFor('x', { file: '/x', state: 'drained' }); // error: is not assignable to type
  waitFor('x', { port: 80, file: '/x' }); // error: is not assignable to type
  assert('x', {}); // error: Argument of type '{}' is not assignable
});
