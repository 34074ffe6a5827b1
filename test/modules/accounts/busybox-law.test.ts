import { group, user } from '../../../modules/index.ts';
import { overlayLaw } from '../../support/overlay-law.ts';
import { busyboxGround } from './busybox.ts';

const hash = (letter: string): string => `$6$salt$${letter.repeat(86)}`;
const files = /[ /]etc\/(passwd|shadow|group)$/;
const traces = /[ /](etc\/[\w.]+\.lock|etc\/\w+[-+]|home|etc)$/;

// Not the real ones: the busybox of this distribution has none of these tools.
overlayLaw({
  'a group, with the tools of busybox': {
    ground: busyboxGround,
    declared: () => void group('www', { gid: 2000, members: ['daemon', 'bin'], exclusive: true }),
    there: { 'grep ^www: /etc/group': 'www:x:2000:daemon,bin' },
    varied: () => void group('www', { gid: 2001, members: ['daemon', 'bin'], exclusive: true }),
    variation: files,
    drift: 'sed -i "s/^www:.*/www:x:2005:sys/" /etc/group',
    absent: () => void group('www', { state: 'absent' }),
    gone: { 'grep -c ^www: /etc/group || :': '0' },
    traces,
  },
  'a user, with the tools of busybox': {
    ground: `${busyboxGround}; addgroup -g 2000 www`,
    declared: () =>
      void user('alice', {
        uid: 2001,
        group: 2000,
        groups: ['adm', 'audio'],
        shell: '/bin/sh',
        comment: 'Alice \\n "O\'Hara" & $(id) é',
        password: hash('a'),
        expires: '2037-01-31',
      }),
    there: {
      'grep ^alice: /etc/passwd; grep ^alice: /etc/shadow | cut -d: -f2,8': `alice:x:2001:2000:Alice \\n "O'Hara" & $(id) é:/home/alice:/bin/sh\n${hash('a')}:24502`,
      'id -Gn alice; stat -c "%a %U:%G" /home/alice': 'www adm audio\n755 alice:www',
    },
    varied: () =>
      void user('alice', {
        uid: 2002,
        group: 2000,
        groups: ['adm', 'audio'],
        shell: '/bin/dash',
        comment: '',
        password: hash('b'),
        expires: 'never',
      }),
    variation: /[ /](etc\/(passwd|shadow|group)|home\/alice.*)$|^[dfl] \d+ 200[12]:2000 home/,
    drift: `sed -i "s/^alice:.*/alice:x:2009:2000:x:\\/home\\/alice:\\/bin\\/false/" /etc/passwd; chown -R 2009 /home/alice
      delgroup alice adm; addgroup alice video; sed -i "s/^alice:[^:]*:/alice::/" /etc/shadow`,
    absent: () => void user('alice', { state: 'absent', removeHome: true }),
    gone: { 'grep -c ^alice: /etc/passwd || ls /home/alice 2>/dev/null || :': '0' },
    traces,
  },
});
