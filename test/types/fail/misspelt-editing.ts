import { play } from 'tsplay';
import { block, cron, hostsEntry, ini, json, limits, line, replace, yaml } from 'tsplay/modules';

// A misspelt option of each module that edits files.
export default play('Misspelt', { hosts: 'all' }, () => {
  block('/etc/x', { content: 'x', makers: ['a', 'b'] }); // error: 'makers' does not exist in type
  ini('/etc/x', { section: 's', key: 'k', vale: 1 }); // error: 'vale' does not exist in type
  line('/etc/x', { line: 'x', regexp: '^x' }); // error: 'regexp' does not exist in type
  cron('x', { job: 'true', minutes: 5 }); // error: 'minutes' does not exist in type
  hostsEntry('192.0.2.1', { name: ['a'] }); // error: 'name' does not exist in type
  json('/etc/x', { sets: { a: 1 } }); // error: 'sets' does not exist in type
  limits('app', { limits: { nofiles: 1 } }); // error: 'nofiles' does not exist in type
  yaml('/etc/x', { removes: ['a'] }); // error: 'removes' does not exist in type
  // A promise is no handle.
  line('/etc/x', { line: 'x', when: json('/etc/x', { set: { a: 1 } }).changed }); // error: Property 'changed' does not exist
  replace('/etc/x', { match: 'a', replace: 'b' }); // error: 'replace' does not exist in type
  // What has no meaning where something is to go.
  line('/etc/x', { line: 'x', state: 'absent', insertAfter: '^a' }); // error: is not assignable to type
  block('/etc/x', { content: 'x', state: 'absent' }); // error: is not assignable to type
});
