import { archive } from '../../../modules/index.ts';
import { overlayLaw, type OverlayCase } from '../../support/overlay-law.ts';

const ground = `mkdir -p /srv/app/empty '/srv/app/it is' /srv/app/cache && cd /srv/app && echo one >a && echo two >'it is/*' &&
  ln -s a link && echo x >cache/b && echo t >c.tmp && chmod 640 a && chown daemon:adm a && touch -d @1000000000 a`;

const of = (name: string, list: string, programs = ':'): OverlayCase => ({
  ground: `${ground} && ${programs} && echo mine >/srv/other`,
  declared: () =>
    void archive(`/srv/${name}`, {
      from: '/srv/app',
      exclude: ['cache', '*.tmp'],
      mode: '0600',
      owner: 'root:adm',
    }),
  there: {
    [`stat -c "%a %U:%G" /srv/${name}; ${list} /srv/${name} | sort`]: `600 root:adm\n${
      name.endsWith('.zip')
        ? 'a\nempty/\nit is/\nit is/*\nlink'
        : './a\n./empty/\n./it is/\n./it is/*\n./link'
    }`,
  },
  varied: () =>
    void archive(`/srv/${name}`, { from: '/srv/app', exclude: ['cache'], mode: '0600', owner: 'root:adm' }),
  variation: new RegExp(`srv/${name.replaceAll('.', String.raw`\.`)}$`),
  drift: `echo spoiled >>/srv/${name}; chmod 644 /srv/${name}`,
  absent: () => void archive(`/srv/${name}`, { state: 'absent' }),
  gone: { [`test ! -e /srv/${name}`]: '' },
});

overlayLaw({
  'an archive of tar and gzip': of('app.tar.gz', 'tar -tf'),
  'one of tar and xz': of('app.txz', 'tar -tf'),
  'one of zip': of('app.zip', 'zipinfo -1'),
  "one by busybox's tar": of(
    'app.tar',
    '/srv/gnu -tf',
    'cp /usr/bin/tar /srv/gnu && ln -sf /usr/bin/busybox /usr/bin/tar',
  ),
});
