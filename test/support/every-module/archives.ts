import { fileURLToPath } from 'node:url';
import { archive, download, unarchive } from '../../../modules/index.ts';
import { secret } from '../../../src/steps/index.ts';
import type { Plays } from '../every-module.ts';

const motd = fileURLToPath(new URL('../../../templates/motd.hbs', import.meta.url));
const sha256 = 'a'.repeat(64);
const url = 'https://example.net/app.tar.gz';

export const plays: Plays = {
  downloads: (as) => {
    download("/srv/it's.gz", as({ url, sha256, mode: '0640', owner: 'app:adm', timeout: 10 }));
    download(
      '/srv/b',
      as({ url, sha512: 'b'.repeat(128), headers: { 'X-A': secret('c'), B: "it's" }, resume: false }),
    );
    download('/srv/c', as({ url, unverified: true }));
    download('/srv/d', as({ state: 'absent' }));
  },
  packing: (as) => {
    archive(
      "/srv/it's.tar.gz",
      as({ from: "/srv/it's", exclude: ['*.tmp', "it's/**"], mode: '0640', owner: 'app', group: 'adm' }),
    );
    archive('/srv/b', as({ from: '/srv/c', format: 'zip' }));
    archive('/srv/e.tar', as({ from: ["/srv/it's", '/etc/hosts'], root: '/' }));
    archive('/srv/d.tar', as({ state: 'absent' }));
  },
  unpacking: (as) => {
    unarchive(
      "/srv/it's",
      as({
        url,
        sha256,
        headers: { 'X-A': secret('c') },
        timeout: 10,
        strip: 1,
        owner: 'app',
        group: 'adm',
        fileMode: '0640',
        dirMode: '0750',
        exclude: ['*.map'],
        only: ['bin/**'],
      }),
    );
    unarchive('/srv/b', as({ remote: '/srv/b.zip', id: 'two', links: 'inside' }));
    unarchive('/srv/b', as({ source: motd, format: 'tar.zst' }));
    unarchive('/srv/c', as({ state: 'absent', id: 'x' }));
  },
};
