import { play } from 'tsplay';
import { absent, directory, file, hardlink, readFile, stat, symlink, template } from 'tsplay/modules';

// A misspelt option of each module that is about files.
export default play('Misspelt', { hosts: 'all' }, async () => {
  file('/etc/x', { content: 'x', backups: true }); // error: 'backups' does not exist in type
  file('/etc/x', { mode: '0600', overwrite: false }); // error: is not assignable to type
  template('/etc/x', { source: 'x.hbs', validates: ['true', '%s'] }); // error: 'validates' does not exist in type
  template('/etc/x', { source: 'x.hbs', partial: {} }); // error: 'partial' does not exist in type
  directory('/srv/x', { recursive: true }); // error: Argument of type '{ recursive: true; }' is not assignable
  directory('/srv/x', { recurs: true }); // error: 'recurs' does not exist in type
  directory('/srv/x', { purge: { keeps: ['x'] } }); // error: 'keeps' does not exist in type
  directory('/srv/x', { state: 'absent', mode: '0755' }); // error: is not assignable to type
  symlink('/srv/x', { too: 'y' }); // error: 'too' does not exist in type
  hardlink('/srv/x', {}); // error: Argument of type '{}' is not assignable
  hardlink('/srv/x', { to: '/srv/y', owner: 'root' }); // error: 'owner' does not exist in type
  absent('/srv/x', { recurse: true }); // error: 'recurse' does not exist in type
  stat('/srv/x', { sha1: true }); // error: 'sha1' does not exist in type
  readFile('/srv/x', { encoding: 'utf8' }); // error: 'encoding' does not exist in type
  // Words and lists.
  file('/etc/x', { content: 'x', validate: [] }); // error: is not assignable to type
  file('/etc/x', { content: 'x', mode: 0o644 }); // error: Type 'number' is not assignable
  const seen = await stat('/etc/x').result();
  if (seen.kind === 'folder') return; // error: have no overlap
});
