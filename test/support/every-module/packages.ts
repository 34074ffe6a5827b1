import { pkg } from '../../../modules/index.ts';
import type { Plays } from '../every-module.ts';

export const plays: Plays = {
  packages: (as) => {
    const nginx = pkg('nginx');
    pkg(
      'web server',
      as({
        names: { debian: ['apache2', 'libc6:i386'], rhel: ['httpd'], default: ['apache'] },
        state: 'latest',
        hold: true,
        cacheAge: '1h',
        recommends: false,
        downgrade: true,
        conffiles: 'replace',
        lockTimeout: 60,
        cascade: true,
        when: nginx.changed,
      }),
    );
    pkg('postgresql-16', as({ version: '16.*', hold: false, cacheAge: 0, recommends: true, manager: 'apt' }));
    pkg('old', as({ names: ['telnet', 'perl(JSON)'], state: 'purged', autoremove: true, become: true }));
    pkg('g++', as({ state: 'absent' }));
  },
};
