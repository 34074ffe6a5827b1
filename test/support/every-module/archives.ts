import { download } from '../../../modules/index.ts';
import { secret } from '../../../src/steps/index.ts';
import type { Plays } from '../every-module.ts';

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
};
