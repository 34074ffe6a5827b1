import { afterAll } from 'vitest';
import { pkg } from '../../../modules/index.ts';
import { overlayLaw } from '../../support/overlay-law.ts';
import { bookkeeping, LocalRepository, view } from './local-repository.ts';

const repository = new LocalRepository();
afterAll(() => repository.remove());
const ground = repository.ground();

overlayLaw({
  'a package with a dependency': {
    ground,
    declared: () => void pkg('tiny-app', { recommends: false }),
    there: {
      'dpkg -s tiny-app tiny-lib | grep ^Status; cat /etc/tiny-app.conf':
        'Status: install ok installed\nStatus: install ok installed\nversion = 2.0-1',
    },
    varied: () =>
      void pkg('several', { names: ['tiny-app', 'tiny-extra', 'tiny-mta-a'], recommends: false, hold: true }),
    variation: /tiny-(?:extra|mta-a|app)/,
    drift: 'dpkg --purge tiny-app >/dev/null',
    absent: () => void pkg('tiny-app', { state: 'absent' }),
    gone: { 'dpkg -s tiny-app | grep ^Status': 'Status: deinstall ok config-files' },
    view,
    traces: bookkeeping,
  },
});
