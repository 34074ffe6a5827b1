import { play } from 'tsplay';
import { copy, fetch, file, script } from 'tsplay/modules';

export default play('Transfer', { hosts: 'all' }, async ({ host }) => {
  const site = copy('/srv/site', { source: 'site', exclude: ['.git'], purge: true, folderMode: '0755' });
  copy('/etc/conf', { remote: '/usr/share/conf', mode: '0600', overwrite: false, backup: false });
  file('/etc/key', { content: new Uint8Array([0, 255]) });
  const { stdout } = await script('disks', {
    source: 'disks.py',
    interpreter: ['python3', '-u'],
    reads: true,
    when: site.changed,
  }).result();
  file('/etc/disks', { content: stdout });
  fetch('/etc/hostname');
  const { path } = await fetch('/etc/key', { to: `keys/${host.name}` }).result();
  file('/etc/where', { content: path });
});
