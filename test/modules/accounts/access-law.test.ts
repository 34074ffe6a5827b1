import { authorizedKey, sudoers } from '../../../modules/index.ts';
import { overlayLaw } from '../../support/overlay-law.ts';
import { keys } from './keys.ts';

const ground = 'useradd -m -u 3000 -s /bin/sh alice';
const [laptop, phone, old] = [
  keys.ed25519('alice@laptop'),
  keys.ed25519('alice@phone'),
  keys.rsa('old "key"'),
];
const file = '/home/alice/.ssh/authorized_keys';
const there = `cat ${file}; stat -c '%a %U' ${file} /home/alice/.ssh`;

overlayLaw({
  'a key of a user': {
    ground,
    declared: () => void authorizedKey('alice', { key: laptop }),
    there: { [there]: `${laptop}\n600 alice\n700 alice` },
    varied: () => void authorizedKey('alice', { key: laptop.replace('laptop', 'desk') }),
    variation: /authorized_keys$/,
    drift: `printf '# mine\\nno-pty %s\\n' '${phone}' >${file}; chmod 666 ${file}; chown root ${file}; chmod 755 /home/alice/.ssh
      rm ${file}; rmdir /home/alice/.ssh`,
    absent: () => void authorizedKey('alice', { key: laptop, state: 'absent' }),
    gone: { [`cat ${file}`]: '' },
  },
  'several tasks for one user, beside what others have added': {
    ground: `${ground}; mkdir -m 755 /home/alice/.ssh; printf '# mine\\n\\n%s\\n' 'command="echo \\"hi there\\"",no-pty ${old}' >${file}; chmod 777 ${file}`,
    declared: () => {
      authorizedKey('alice', { key: laptop, options: { restrict: true, command: `echo "it's me" # $(id)` } });
      authorizedKey('alice', { key: phone, options: { from: ['10.0.0.0/8', '!10.0.0.1'], pty: false } });
    },
    there: {
      [there]: `# mine\n\ncommand="echo \\"hi there\\"",no-pty ${old}
restrict,command="echo \\"it's me\\" # $(id)" ${laptop}
from="10.0.0.0/8,!10.0.0.1",no-pty ${phone}
600 alice\n700 alice`,
    },
    varied: () => {
      authorizedKey('alice', { key: laptop });
      authorizedKey('alice', { key: phone, options: { from: ['10.0.0.0/8', '!10.0.0.1'], pty: false } });
    },
    variation: /authorized_keys$/,
    drift: `sed -i 's/^restrict,/restrict,pty,/' ${file}; chmod 644 ${file}; chown root:root ${file}; chmod 755 /home/alice/.ssh`,
    absent: () => void authorizedKey('alice', { keys: [phone, laptop, old], state: 'absent' }),
    gone: { [`cat ${file}`]: '# mine' },
  },
  'these keys alone, in a file of the host': {
    ground: `${ground}; mkdir /etc/keys; printf '%s\\n' '${old}' >/etc/keys/alice`,
    declared: () =>
      void authorizedKey('alice', { keys: [laptop, phone], path: '/etc/keys/%u', exclusive: true }),
    there: { "cat /etc/keys/alice; stat -c '%a %U' /etc/keys/alice": `${laptop}\n${phone}\n644 root` },
    varied: () => void authorizedKey('alice', { keys: [laptop], path: '/etc/keys/%u', exclusive: true }),
    variation: /etc\/keys\/alice$/,
    drift: `printf '%s\\n' '${old}' '${laptop}' >>/etc/keys/alice; sed -i /phone/d /etc/keys/alice; sed -i 1d /etc/keys/alice; printf '%s\\n%s\\n' '${laptop}' '${phone} changed' >/etc/keys/alice`,
  },
  'a rule for sudo': {
    declared: () =>
      void sudoers('deploy', {
        user: 'alice',
        group: ['ops', 'sudo'],
        commands: ['/bin/echo a:b=c, #d'],
        noPassword: true,
      }),
    there: {
      'cat /etc/sudoers.d/deploy; stat -c "%a %U" /etc/sudoers.d/deploy; visudo -cf /etc/sudoers.d/deploy':
        '# Managed by tsplay.\nalice, %ops, %sudo ALL=(root) NOPASSWD: /bin/echo a\\:b\\=c\\, \\#d\n440 root\n/etc/sudoers.d/deploy: parsed OK',
    },
    varied: () =>
      void sudoers('deploy', { user: 'alice', group: ['ops', 'sudo'], commands: 'ALL', runAs: 'ALL:ALL' }),
    variation: /etc\/sudoers\.d\/deploy$/,
    traces: /^d .* etc\/sudoers\.d$/,
    drift: 'echo "eve ALL=(ALL) ALL" >>/etc/sudoers.d/deploy; chmod 644 /etc/sudoers.d/deploy',
    absent: () => void sudoers('deploy', { state: 'absent' }),
    gone: { 'ls /etc/sudoers.d/deploy 2>/dev/null || echo none': 'none' },
  },
});
