import { play } from 'tsplay';
import {
  absent,
  directory,
  file,
  hardlink,
  readFile,
  stat,
  symlink,
  type FileKind,
  type StatResult,
} from 'tsplay/modules';

export default play('Files', { hosts: 'all' }, async () => {
  const folder = directory('/srv/app', { mode: '0750', owner: 'app', group: 'app' });
  directory('/srv/www', { owner: 'www-data', recurse: true, fileMode: 'u=rwX,g=rX,o=rX', dirMode: '0755' });
  directory('/etc/app/conf.d', { purge: { keep: ['*.local'] }, when: folder.changed });
  directory('/srv/plain');
  directory('/srv/old', { state: 'absent', recursive: true });
  symlink('/srv/app/current', { to: 'releases/42' });
  hardlink('/srv/b', { to: '/srv/a', force: true });
  absent('/srv/cache', { recursive: true, discard: true });
  absent('/srv/x');
  file('/etc/sudoers.d/app', {
    content: 'x',
    group: 'root',
    backup: true,
    validate: ['visudo', '-cf', '%s'],
  });
  file('/var/log/app.log', { content: '', overwrite: false, owner: 'app' });
  file('/etc/shadow', { mode: '0640', group: 'shadow' });
  const seen: StatResult = await stat('/etc/app.conf', { sha256: true }).result();
  const kind: FileKind | undefined = seen.kind;
  if (seen.exists && kind === 'file' && (seen.size ?? 0) > 10) absent('/etc/app.conf');
  const { content } = await readFile('/etc/machine-id').result();
  file('/srv/id', { content: content ?? '' });
});
