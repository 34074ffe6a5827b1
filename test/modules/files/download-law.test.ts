import { createHash } from 'node:crypto';
import { download } from '../../../modules/index.ts';
import { overlayLaw, type OverlayCase } from '../../support/overlay-law.ts';

const one = 'the first version\n'.repeat(4000);
const two = 'the second version\n'.repeat(4000);
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const sha512 = (text: string): string => createHash('sha512').update(text).digest('hex');

const served = `ip link set lo up && mkdir -p /srv/www /srv/app && cd /srv/www &&
  yes 'the first version' | head -n 4000 >one && yes 'the second version' | head -n 4000 >two &&
  busybox httpd -p 127.0.0.1:8080 -h /srv/www && echo mine >/srv/app/two && chmod 640 /srv/app/two`;
const url = (name: string): string => `http://127.0.0.1:8080/${name}`;

const by = (programs: string): OverlayCase => ({
  ground: `${served} && ${programs}`,
  declared: () => {
    download('/srv/app/one', { url: url('one'), sha256: sha256(one), mode: '0750', owner: 'daemon:adm' });
    download("/srv/app/it's two", { url: url('two'), sha512: sha512(two).toUpperCase() });
    download('/srv/app/two', { url: url('two'), sha256: sha256(two), headers: { 'X-Kind': 'a "b" \\c' } });
  },
  there: {
    'cd /srv/app; stat -c "%a %U:%G %n" *; cmp one ../www/one && cmp two ../www/two && ls -A':
      "644 root:root it's two\n750 daemon:adm one\n640 root:root two\nit's two\none\ntwo",
  },
  varied: () => {
    download('/srv/app/one', { url: url('two'), sha256: sha256(two), mode: '0750', owner: 'daemon:adm' });
    download("/srv/app/it's two", { url: url('two'), sha512: sha512(two) });
    download('/srv/app/two', { url: url('two'), sha256: sha256(two) });
  },
  variation: /srv\/app\/one$/,
  drift: 'cd /srv/app; echo x >>one; echo y >two; chmod 700 one; rm "it\'s two"',
  absent: () => {
    download('/srv/app/one', { state: 'absent' });
    download("/srv/app/it's two", { state: 'absent' });
  },
  gone: { 'ls -A /srv/app': 'two' },
});

overlayLaw({
  'downloads by curl': by(':'),
  'downloads by wget': by('rm /usr/bin/curl'),
  "downloads by busybox's wget": by('rm /usr/bin/curl && ln -sf /usr/bin/busybox /usr/bin/wget'),
});
