import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { copy } from '../../../modules/index.ts';
import { overlayLaw } from '../../support/overlay-law.ts';

const source = mkdtempSync(join(tmpdir(), 'tsplay-copied-'));
afterAll(() => rmSync(source, { recursive: true }));
mkdirSync(join(source, 'small/conf.d/empty'), { recursive: true });
writeFileSync(join(source, 'small/app.conf'), 'port = 80\n', { mode: 0o640 });
writeFileSync(join(source, "small/conf.d/it's"), Buffer.from([0, 1, 0xff]));
symlinkSync('app.conf', join(source, 'small/current'));
mkdirSync(join(source, 'big'));
writeFileSync(join(source, 'big/image'), Buffer.alloc(300_000, 'ab'));
writeFileSync(join(source, 'big/notes'), 'x\n');
const small = join(source, 'small');
const big = join(source, 'big');

overlayLaw({
  'a little tree': {
    ground: 'mkdir -p /srv/app/conf.d; echo other >/srv/app/app.conf; echo mine >/srv/app/mine',
    declared: () => void copy('/srv/app', { source: small, owner: 'root:adm' }),
    there: {
      'cd /srv/app; stat -c "%a %G" app.conf conf.d/empty; cat app.conf mine; readlink current':
        '640 adm\n755 adm\nport = 80\nmine\napp.conf',
    },
    varied: () => void copy('/srv/app', { source: small, owner: 'root:adm', folderMode: '0750' }),
    variation: /^d 7[05]{2} root:adm srv\/app/,
    drift:
      'cd /srv/app; ln -sfn mine current; chmod 700 conf.d; echo x >>app.conf; chown daemon conf.d/empty',
  },
  'a tree with a long file, and nothing else in its place': {
    ground: 'mkdir -p /srv/site/old; echo x >/srv/site/old/file; echo y >/srv/site/kept.log',
    declared: () => void copy('/srv/site', { source: big, purge: true, exclude: ['*.log'] }),
    there: { 'cd /srv/site; ls; wc -c <image': 'image\nkept.log\nnotes\n300000' },
    varied: () => void copy('/srv/site', { source: big, purge: true, exclude: ['*.log'], mode: '0600' }),
    variation: /^f 6[04]{2} root:root srv\/site\//,
    drift: 'cd /srv/site; echo x >>image; chmod 600 notes',
  },
  'one long file': {
    ground: 'mkdir /srv/one',
    declared: () => void copy('/srv/one/image', { source: join(big, 'image'), mode: '0755' }),
    there: { 'stat -c "%a %s" /srv/one/image': '755 300000' },
    varied: () => void copy('/srv/one/image', { source: join(big, 'image'), mode: '0700' }),
    variation: / srv\/one\/image$/,
    drift: 'chmod 711 /srv/one/image; echo x >>/srv/one/image',
  },
});
