import { file } from '../../../modules/index.ts';
import { overlayLaw } from '../../support/overlay-law.ts';

overlayLaw({
  'a file with mode and owner': {
    declared: () => void file('/etc/app.conf', { content: 'port = 80\n', mode: '0640', owner: 'root:adm' }),
    there: { 'stat -c "%a %U:%G" /etc/app.conf; cat /etc/app.conf': '640 root:adm\nport = 80' },
    varied: () => void file('/etc/app.conf', { content: 'port = 80\n', mode: '0600', owner: 'root:adm' }),
    variation: / etc\/app\.conf$/,
    drift: 'echo more >>/etc/app.conf; chown daemon /etc/app.conf',
    absent: () => void file('/etc/app.conf', { state: 'absent' }),
    gone: { 'test ! -e /etc/app.conf': '' },
  },
  'a file that is validated, with a backup': {
    ground: "printf 'old\\n' >/etc/sudoers.d/app",
    declared: () =>
      void file('/etc/sudoers.d/app', {
        content: 'app ALL=(root) NOPASSWD: /bin/true\n',
        mode: '0440',
        owner: 'root',
        group: 'root',
        backup: true,
        validate: ['grep', '-q', 'NOPASSWD', '%s'],
      }),
    there: {
      'stat -c "%a %U:%G" /etc/sudoers.d/app; cat /etc/sudoers.d/app~; ls -A /etc/sudoers.d | grep app':
        '440 root:root\nold\napp\napp~',
    },
    varied: () =>
      void file('/etc/sudoers.d/app', {
        content: 'app ALL=(root) NOPASSWD: /bin/true\n',
        mode: '0400',
        backup: true,
      }),
    variation: / etc\/sudoers\.d\/app$/,
    drift: 'chmod 600 /etc/sudoers.d/app',
    absent: () => void file('/etc/sudoers.d/app', { state: 'absent' }),
    gone: { 'test ! -e /etc/sudoers.d/app': '' },
  },
});
