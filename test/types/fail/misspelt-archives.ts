import { play } from 'tsplay';
import { archive, download, unarchive } from 'tsplay/modules';

const sha256 = 'a'.repeat(64);

export default play('Misspelt', { hosts: 'all' }, () => {
  download('/srv/a', { url: 'https://a/b', sha256, header: { a: 'b' } }); // error: 'header' does not exist in type
  download('/srv/a', { url: 'https://a/b', sha256, sha512: sha256 }); // error: not assignable
  download('/srv/a', { url: 'https://a/b' }); // error: not assignable
  archive('/srv/a.tar', { from: '/srv/a', excludes: [] }); // error: 'excludes' does not exist in type
  archive('/srv/a.tar', { from: ['/srv/a'], roots: '/' }); // error: 'roots' does not exist in type
  unarchive('/srv/a', { source: 'a.tar', strips: 1 }); // error: 'strips' does not exist in type
  unarchive('/srv/a', { source: 'a.tar', remote: '/a.tar' }); // error: not assignable
});
