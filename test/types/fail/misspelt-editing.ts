import { play } from 'tsplay';
import { block, ini, line, replace } from 'tsplay/modules';

// A misspelt option of each module that edits files.
export default play('Misspelt', { hosts: 'all' }, () => {
  block('/etc/x', { content: 'x', markers: 'a' }); // error: 'markers' does not exist in type
  ini('/etc/x', { section: 's', key: 'k', vale: 1 }); // error: 'vale' does not exist in type
  line('/etc/x', { line: 'x', regexp: '^x' }); // error: 'regexp' does not exist in type
  replace('/etc/x', { match: 'a', replace: 'b' }); // error: 'replace' does not exist in type
  // What has no meaning where something is to go.
  line('/etc/x', { line: 'x', state: 'absent', insertAfter: '^a' }); // error: is not assignable to type
  block('/etc/x', { content: 'x', state: 'absent' }); // error: is not assignable to type
});
