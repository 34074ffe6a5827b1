import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { unarchive } from '../../../modules/index.ts';
import { overlayLaw, type OverlayCase } from '../../support/overlay-law.ts';

const here = mkdtempSync(join(tmpdir(), 'tsplay-unpacked-'));
afterAll(() => rmSync(here, { recursive: true }));
mkdirSync(join(here, 'app'));
writeFileSync(join(here, 'app/one'), 'one');
writeFileSync(join(here, 'app/two.map'), 'two');
execFileSync('tar', ['-cJf', join(here, 'app.tar.xz'), '-C', here, 'app']);

const tree = `mkdir -p "/srv/in/app-1/bin" "/srv/in/app-1/it's a/deep" /srv/app/bin && cd /srv/in && echo run >app-1/bin/app &&
  chmod 755 app-1/bin/app && echo odd >"app-1/it's a/deep/odd\\\\x2d" && ln -s bin/app app-1/link && ln -s ../bin "app-1/it's a/up" &&
  chmod 4755 app-1/bin/app && mkdir app-1/empty && echo mine >/srv/app/mine && echo other >/srv/app/bin/app &&
  chmod 600 /srv/app/bin/app`;

const packed = (pack: string, archive: string): OverlayCase => ({
  ground: `${tree} && ${pack}`,
  declared: () => void unarchive('/srv/app', { remote: archive, strip: 1, owner: 'daemon:adm' }),
  there: {
    'cd /srv/app; ls -A; stat -c \'%a %U:%G %n\' bin/app "it\'s a/deep"; cat bin/app "it\'s a/deep/"odd* link mine':
      "bin\nempty\nit's a\nlink\nmine\n755 daemon:adm bin/app\n755 daemon:adm it's a/deep\nrun\nodd\nrun\nmine",
  },
  varied: () =>
    void unarchive('/srv/app', { remote: archive, strip: 1, owner: 'daemon:adm', exclude: ['deep'] }),
  variation: /srv\/app\/it's a\/deep/,
  drift:
    'cd /srv/app; echo x >>bin/app; rm link; ln -s nowhere link; rm -r "it\'s a/deep"; chmod 644 bin/app',
  absent: () => void unarchive('/srv/app', { state: 'absent' }),
  gone: { 'ls -A /srv/app': 'mine' },
});

overlayLaw({
  'a tar of the host': packed('tar --zstd -cf /srv/app.tar.zst app-1', '/srv/app.tar.zst'),
  'a zip of the host': packed('zip -qry /srv/app.zip app-1', '/srv/app.zip'),
  "a tar by busybox's programs": packed(
    'tar -cf /srv/app.tar.bz2 -j app-1 && for one in tar bzip2 xargs find stat awk sort sha256sum; do ln -sf /usr/bin/busybox "$(command -v $one)"; done',
    '/srv/app.tar.bz2',
  ),
  'an archive of the project': {
    ground: 'mkdir /srv/other',
    declared: () => void unarchive('/srv/new/app', { source: join(here, 'app.tar.xz') }),
    there: { 'cd /srv/new; find . | sort': '.\n./app\n./app/app\n./app/app/one\n./app/app/two.map' },
    varied: () =>
      void unarchive('/srv/new/app', { source: join(here, 'app.tar.xz'), fileMode: '0640', only: ['one'] }),
    variation: /srv\/new\/app\/app\/(?:one|two\.map)$/,
    drift: 'rm -r /srv/new/app/app',
    absent: () => void unarchive('/srv/new/app', { state: 'absent' }),
    gone: { 'find /srv/new': '/srv/new\n/srv/new/app' },
  },
});
