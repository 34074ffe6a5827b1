import { play, secret } from 'tsplay';
import { archive, download, type ArchiveFormat } from 'tsplay/modules';

export default play('Archives', { hosts: 'all' }, () => {
  const jar = download('/srv/app.jar', {
    url: 'https://example.net/app.jar',
    sha256: 'a'.repeat(64),
    headers: { 'X-Token': secret('x') },
    retries: 3,
    mode: '0640',
  });
  download('/srv/latest', { url: 'https://example.net/latest', unverified: true, when: jar.changed });
  const format: ArchiveFormat = 'tar.zst';
  archive('/var/backups/app', { from: '/srv/app', format, exclude: ['cache'], when: jar.changed });
  archive('/var/backups/all.zip', { from: ['/srv/app', '/etc/app.conf'], root: '/' });
  download('/srv/old', { state: 'absent' });
});
