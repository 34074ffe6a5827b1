import { play } from 'tsplay';
import { download } from 'tsplay/modules';

const sha256 = 'a'.repeat(64);

export default play('Misspelt', { hosts: 'all' }, () => {
  download('/srv/a', { url: 'https://a/b', sha256, header: { a: 'b' } }); // error: 'header' does not exist in type
  download('/srv/a', { url: 'https://a/b', sha256, sha512: sha256 }); // error: not assignable
  download('/srv/a', { url: 'https://a/b' }); // error: not assignable
});
