import { cron, hostsEntry, limits } from '../../../modules/index.ts';
import { overlayLaw } from '../../support/overlay-law.ts';

// What is under an overlay is copied up with the folders that it stands in.
const traces = /^d 755 root:root etc\/(cron\.d|security(\/limits\.d)?)$/;

// Each cron lists a crontab that another one has written a little differently: of busybox's shell it is busybox's.
const first = `sed '/^# DO NOT EDIT/d; /^# (/d' /var/spool/cron/crontabs/root 2>/dev/null || :`;

overlayLaw({
  'names of an address': {
    ground: `printf '127.0.0.1\\tlocalhost\\n# lan\\n10.0.0.4  db old # moved\\n10.0.0.5 alias\\n::1 db\\n' >/etc/hosts`,
    declared: () => void hostsEntry('10.0.0.5', { names: ['db.example.org', 'db'] }),
    there: {
      'cat /etc/hosts':
        '127.0.0.1\tlocalhost\n# lan\n10.0.0.4  old # moved\n10.0.0.5 db.example.org db alias\n::1 db',
      'getent hosts db.example.org | tr -s " "': '10.0.0.5 db.example.org db alias',
    },
    varied: () => void hostsEntry('10.0.0.5', { names: ['db', 'db.example.org', 'old'] }),
    variation: /[ /]etc\/hosts$/,
    drift: `sed -i 's/db.example.org db/db db.example.org/' /etc/hosts`,
    absent: () => void hostsEntry('10.0.0.5', { names: ['db.example.org', 'db'], state: 'absent' }),
    gone: { 'grep 10.0.0.5 /etc/hosts': '10.0.0.5 alias' },
  },
  'limits of a group': {
    ground: 'mkdir -p /etc/security/limits.d',
    traces,
    declared: () => void limits('@ops', { limits: { nofile: { soft: 512, hard: 1024 }, core: 0 } }),
    there: {
      'grep -h ops /etc/security/limits.d/60-tsplay-%40ops.conf':
        '@ops\t-\tcore\t0\n@ops\tsoft\tnofile\t512\n@ops\thard\tnofile\t1024',
    },
    varied: () => void limits('@ops', { limits: { nofile: { soft: 512, hard: 1024 }, core: 'unlimited' } }),
    variation: /limits\.d\/60-tsplay-%40ops\.conf$/,
    drift: 'echo "@ops - core 1" >>/etc/security/limits.d/60-tsplay-%40ops.conf',
    absent: () => void limits('@ops', { state: 'absent' }),
    gone: { 'ls /etc/security/limits.d | grep tsplay || :': '' },
  },
  'a job of cron': {
    ground: 'mkdir -p /etc/cron.d',
    traces,
    declared: () =>
      void cron('backup', {
        job: 'backup --to "$(date +%F)"',
        hour: 3,
        minute: '*/30',
        env: { MAILTO: 'ops' },
      }),
    there: {
      'tail -n 2 /etc/cron.d/tsplay-backup; stat -c "%a %U:%G" /etc/cron.d/tsplay-backup':
        'MAILTO="ops"\n*/30 3 * * * root backup --to "$(date +\\%F)"\n644 root:root',
    },
    varied: () =>
      void cron('backup', {
        job: 'backup --to "$(date +%F)"',
        hour: 4,
        minute: '*/30',
        env: { MAILTO: 'ops' },
      }),
    variation: /cron\.d\/tsplay-backup$/,
    drift: 'chmod 666 /etc/cron.d/tsplay-backup',
    absent: () => void cron('backup', { state: 'absent' }),
    gone: { 'test ! -e /etc/cron.d/tsplay-backup': '' },
  },
  'a job in the crontab of a user': {
    ground: `printf 'A=1\\n\\n# own\\n0 1 * * * own\\n\\n' | crontab -u daemon -`,
    declared: () => {
      cron('a', { job: 'a "$(date +%F)"', minute: 5, crontab: 'user', user: 'daemon' });
      cron('b', { job: 'b', special: 'reboot', crontab: 'user', user: 'daemon' });
    },
    there: {
      'crontab -u daemon -l':
        'A=1\n\n# own\n0 1 * * * own\n\n# tsplay: a\n5 * * * * a "$(date +\\%F)"\n# tsplay: b\n@reboot b',
    },
    varied: () => {
      cron('a', { job: 'a "$(date +%F)"', minute: 6, crontab: 'user', user: 'daemon' });
      cron('b', { job: 'b', special: 'reboot', crontab: 'user', user: 'daemon' });
    },
    variation: /own|\* \* a/,
    drift: `crontab -u daemon -l | sed 's/^5 /7 /' | crontab -u daemon -`,
    absent: () => void cron('b', { crontab: 'user', user: 'daemon', state: 'absent' }),
    gone: {
      'crontab -u daemon -l': 'A=1\n\n# own\n0 1 * * * own\n\n# tsplay: a\n5 * * * * a "$(date +\\%F)"',
    },
    view: "crontab -u daemon -l | sed 's/$/|/'",
    // What the file itself has, crontab lists.
    traces: /var\/spool/,
  },
  'a job in the first crontab of whoever runs it': {
    declared: () => void cron('a', { job: 'a', minute: 5, crontab: 'user' }),
    there: { [first]: '# tsplay: a\n5 * * * * a' },
    varied: () => void cron('a', { job: 'b', minute: 5, crontab: 'user' }),
    variation: /\* \* [ab]/,
    drift: `sed -i 's/^5 /7 /' /var/spool/cron/crontabs/root`,
    absent: () => void cron('a', { crontab: 'user', state: 'absent' }),
    gone: { [first]: '' },
    view: `${first}; ls /var/spool/cron/crontabs/root 2>&1 || :`,
    traces: /var\/spool/,
  },
});
