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
});
