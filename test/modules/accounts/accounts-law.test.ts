import { group, user } from '../../../modules/index.ts';
import { overlayLaw } from '../../support/overlay-law.ts';

const hash = (letter: string): string => `$6$salt$${letter.repeat(86)}`;

// Backups of shadow-utils, their locks and those of others on this machine, and what they write down of logins.
const traces =
  /[ /](etc\/\w+[-+]|etc\/[\w.]+\.lock|etc\/subuid|etc\/subgid|var\/log(\/\w+)?|var\/mail|home)$/;
// What the tools write they write whole, if only the layer has it: first of all as it is.
const ground = 'useradd other && userdel other';
const fields = 'getent passwd alice; id -Gn alice; getent shadow alice | cut -d: -f2,8';
const accountFiles = /[ /]etc\/(passwd|shadow|group|gshadow)$/;

overlayLaw({
  'a group with a number': {
    ground,
    declared: () => void group('www', { gid: 2000 }),
    there: { 'getent group www': 'www:x:2000:' },
    varied: () => void group('www', { gid: 2001 }),
    variation: accountFiles,
    drift: 'groupmod -g 2005 www',
    absent: () => void group('www', { state: 'absent' }),
    gone: { 'getent group www || echo none': 'none' },
    traces,
  },
  'members of a group': {
    ground,
    declared: () => void group('www', { members: ['daemon', 'bin'], exclusive: true }),
    there: { 'getent group www | cut -d: -f4': 'daemon,bin' },
    varied: () => void group('www', { members: ['daemon', 'bin', 'sys'], exclusive: true }),
    variation: accountFiles,
    drift: 'gpasswd -d bin www',
    absent: () => void group('www', { state: 'absent' }),
    gone: { 'getent group www || echo none': 'none' },
    traces,
  },
  'a user with all fields': {
    ground: `${ground} && groupadd -g 2000 www`,
    declared: () =>
      void user('alice', {
        uid: 2001,
        group: 'www',
        groups: ['adm', 'audio'],
        home: '/home/alice',
        shell: '/bin/bash',
        comment: 'Alice "O\'Hara" $(id) é',
        password: hash('a'),
        expires: '2037-01-31',
      }),
    there: {
      [fields]: `alice:x:2001:2000:Alice "O'Hara" $(id) é:/home/alice:/bin/bash\nwww adm audio\n${hash('a')}:24502`,
      'stat -c "%a %U:%G" /home/alice /home/alice/.profile': '755 alice:www\n644 alice:www',
    },
    varied: () =>
      void user('alice', {
        uid: 2001,
        group: 'www',
        groups: ['adm', 'audio'],
        home: '/home/alice',
        shell: '/bin/dash',
        comment: 'Alice "O\'Hara" $(id) é',
        password: hash('b'),
        expires: 'never',
      }),
    variation: accountFiles,
    drift: 'usermod -s /bin/sh -u 2009 -c x -G adm,video alice && rm -r /home/alice && passwd -d alice',
    absent: () => void user('alice', { state: 'absent', removeHome: true }),
    gone: {
      'getent passwd alice || ls /home/alice 2>&1 || echo none':
        "ls: cannot access '/home/alice': No such file or directory\nnone",
    },
    traces,
  },
  'a system user with what the host gives it': {
    ground,
    declared: () => void user('exporter', { system: true, shell: '/usr/sbin/nologin' }),
    there: {
      'test "$(id -u exporter)" -lt 1000; getent passwd exporter | cut -d: -f6,7':
        '/home/exporter:/usr/sbin/nologin',
      'test -e /home/exporter || echo none': 'none',
    },
    varied: () => void user('exporter', { system: true, shell: '/bin/false' }),
    variation: accountFiles,
    drift: 'usermod -s /bin/sh exporter',
    absent: () => void user('exporter', { state: 'absent' }),
    gone: { 'getent passwd exporter || echo none': 'none' },
    traces,
  },
  'a lock on a password': {
    ground: `${ground} && useradd -u 3000 -p '${hash('a')}' alice`,
    declared: () => void user('alice', { locked: true, createHome: false }),
    there: { [fields]: `alice:x:3000:3000::/home/alice:/bin/sh\nalice\n!${hash('a')}:` },
    varied: () => void user('alice', { locked: false, createHome: false }),
    variation: accountFiles,
    drift: 'usermod -U alice',
    traces,
  },
});
