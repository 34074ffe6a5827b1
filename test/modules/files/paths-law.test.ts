import { absent, directory, file, hardlink, symlink } from '../../../modules/index.ts';
import { overlayLaw } from '../../support/overlay-law.ts';

overlayLaw({
  'a folder with owner, mode and folders above it': {
    declared: () => {
      directory("/etc/srv/it's a/data", { mode: '0750', owner: 'daemon', group: 'adm' });
      file("/etc/srv/it's a/data/conf", { content: 'x\n', mode: '0600', owner: 'daemon' });
    },
    there: {
      "cd '/etc/srv/it'\\''s a'; stat -c '%a %U:%G' . data; cat data/conf":
        '755 root:root\n750 daemon:adm\nx',
    },
    varied: () => {
      directory("/etc/srv/it's a/data", { mode: '2770', owner: 'daemon', group: 'adm' });
      file("/etc/srv/it's a/data/conf", { content: 'x\n', mode: '0600', owner: 'daemon' });
    },
    variation: / etc\/srv\/it's a\/data$/,
    drift: "chmod 777 '/etc/srv/it'\\''s a/data'; chown root:bin '/etc/srv/it'\\''s a/data'",
    absent: () => directory('/etc/srv', { state: 'absent', recursive: true }),
    gone: { 'test ! -e /etc/srv': '' },
  },
  'all that is in a folder': {
    ground: `mkdir -p "/etc/srv/t/a b/c" && cd /etc/srv/t && echo 1 >f && echo 2 >"a b/-x" && echo 3 >"a b/c/run*" &&
      chmod 700 "a b/c/run*" && chmod 4755 f && ln -s /etc/passwd "a b/link" && chown daemon:adm "a b"`,
    declared: () =>
      directory('/etc/srv/t', {
        owner: 'bin',
        group: 'adm',
        recurse: true,
        fileMode: 'u=rwX,g=rX,o=',
        dirMode: '2750',
      }),
    there: {
      "cd /etc/srv/t; stat -c '%a %U:%G %n' . f 'a b' 'a b/-x' 'a b/c' 'a b/c/run*' 'a b/link'; stat -c %U /etc/passwd":
        '755 bin:adm .\n750 bin:adm f\n2750 bin:adm a b\n640 bin:adm a b/-x\n2750 bin:adm a b/c\n750 bin:adm a b/c/run*\n777 bin:adm a b/link\nroot',
    },
    varied: () =>
      directory('/etc/srv/t', {
        owner: 'bin',
        group: 'adm',
        recurse: true,
        fileMode: '0640',
        dirMode: '2750',
      }),
    variation: / etc\/srv\/t\/(?:f|a b\/c\/run\*)$/,
    drift:
      'chown -h root "/etc/srv/t/a b/link"; chmod 0777 "/etc/srv/t/a b/c"; chmod 666 "/etc/srv/t/a b/-x"',
  },
  'all that is in several folders, one of them in another': {
    ground: `mkdir -p '/etc/srv/*[a]' /etc/srv/b/c/d && cd /etc/srv && echo 1 >'*[a]/f' && echo 2 >b/f && echo 3 >b/c/f && echo 4 >b/c/d/f &&
      mkdir '/etc/srv/xa' && echo 5 >/etc/srv/xa/f`,
    declared: () => {
      directory('/etc/srv/*[a]', { recurse: true, fileMode: '0600' });
      directory('/etc/srv/b/c', { recurse: true, owner: 'daemon' });
      directory('/etc/srv/b', { recurse: true, group: 'adm', dirMode: '0700' });
    },
    there: {
      "cd /etc/srv; stat -c '%a %U:%G %n' '*[a]/f' xa/f b/f b/c b/c/f b/c/d b/c/d/f":
        '600 root:root *[a]/f\n644 root:root xa/f\n644 root:adm b/f\n700 daemon:adm b/c\n644 daemon:adm b/c/f\n700 daemon:adm b/c/d\n644 daemon:adm b/c/d/f',
    },
    varied: () => {
      directory('/etc/srv/*[a]', { recurse: true, fileMode: '0600' });
      directory('/etc/srv/b/c', { recurse: true, owner: 'bin' });
      directory('/etc/srv/b', { recurse: true, group: 'adm', dirMode: '0700' });
    },
    variation: / etc\/srv\/b\/c(?:\/|$)/,
    drift: 'cd /etc/srv; chmod 644 "*[a]/f"; chgrp bin b/c/d/f; chmod 755 b/c/d',
  },
  'a folder that is purged': {
    ground: `mkdir -p /etc/srv/p/sub /etc/srv/p/conf.d /etc/srv/p/real && cd /etc/srv/p && echo 1 >old && echo 2 >.hidden &&
      echo 3 >"it's *" && echo 4 >sub/deep && chmod 600 sub/deep && chown daemon sub/deep && ln -s real current &&
      echo 5 >conf.d/mine && echo 6 >10-x.local && ln -s nowhere dangling`,
    declared: () => {
      directory('/etc/srv/p', { purge: { keep: ['*.local'] } });
      file('/etc/srv/p/conf.d/declared', { content: 'x' });
      directory('/etc/srv/p/real');
    },
    there: {
      'find /etc/srv/p | sort':
        '/etc/srv/p\n/etc/srv/p/10-x.local\n/etc/srv/p/conf.d\n/etc/srv/p/conf.d/declared\n/etc/srv/p/conf.d/mine\n/etc/srv/p/real',
    },
    varied: () => {
      directory('/etc/srv/p', { purge: true });
      file('/etc/srv/p/conf.d/declared', { content: 'x' });
      directory('/etc/srv/p/real');
    },
    variation: /etc\/srv\/p\/10-x\.local$/,
    drift: 'echo 1 >/etc/srv/p/old; echo 3 >"/etc/srv/p/it\'s *"',
  },
  'symbolic links': {
    ground: 'mkdir -p /etc/srv/a /etc/srv/b; ln -s b /etc/srv/other',
    declared: () => {
      symlink("/etc/srv/it's", { to: '/nowhere/ü *', owner: 'daemon', group: 'adm' });
      symlink('/etc/srv/other', { to: 'a' });
    },
    there: {
      'readlink "/etc/srv/it\'s" /etc/srv/other; stat -c %U:%G "/etc/srv/it\'s"':
        '/nowhere/ü *\na\ndaemon:adm',
    },
    varied: () => {
      symlink("/etc/srv/it's", { to: '/nowhere/ü *', owner: 'daemon', group: 'adm' });
      symlink('/etc/srv/other', { to: 'b' });
    },
    variation: / etc\/srv\/other /,
    drift: 'ln -sfn "/nowhere/" "/etc/srv/it\'s"; chown -h root: "/etc/srv/it\'s"',
    absent: () => {
      symlink("/etc/srv/it's", { state: 'absent' });
      absent('/etc/srv/other');
    },
    gone: { 'ls -A /etc/srv': 'a\nb' },
  },
  'links in the place of what was there': {
    ground:
      'mkdir -p /etc/srv/d/deep; echo x >/etc/srv/d/deep/f; echo y >/etc/srv/f; echo z >/etc/srv/h; chmod 640 /etc/srv/f',
    declared: () => {
      symlink('/etc/srv/d', { to: 'new', force: true });
      symlink('/etc/srv/s', { to: 'f' });
      hardlink('/etc/srv/h', { to: '/etc/srv/f', force: true });
      hardlink('/etc/srv/k', { to: '/etc/srv/f' });
    },
    there: { 'cd /etc/srv; readlink d s; cat h k; stat -c %h f': 'new\nf\ny\ny\n3' },
    varied: () => {
      symlink('/etc/srv/d', { to: 'new', force: true });
      symlink('/etc/srv/s', { to: 'h' });
      hardlink('/etc/srv/h', { to: '/etc/srv/f', force: true });
      hardlink('/etc/srv/k', { to: '/etc/srv/f' });
    },
    variation: / etc\/srv\/s /,
    drift: 'rm /etc/srv/s /etc/srv/h',
    absent: () => {
      for (const name of ['d', 's', 'h', 'k']) absent(`/etc/srv/${name}`);
    },
    gone: { 'ls -A /etc/srv': 'f' },
  },
});
