import { play } from 'tsplay';
import { copy, fetch, script } from 'tsplay/modules';

export default play('Misspelt', { hosts: 'all' }, () => {
  copy('/srv/site', { source: 'site', excludes: ['.git'] }); // error: 'excludes' does not exist in type
  copy('/srv/site', { source: 'site', remote: '/srv/x' }); // error: is not assignable to type
  copy('/srv/site', { remote: '/srv/x', purge: true }); // error: is not assignable to type
  fetch('/etc/x', { dest: 'x' }); // error: 'dest' does not exist in type
  script('x', { source: 'x.sh', arguments: ['a'] }); // error: 'arguments' does not exist in type
  script('x', { source: 'x.sh', detach: true }); // error: 'detach' does not exist in type
});
