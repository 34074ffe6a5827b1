import { fileURLToPath } from 'node:url';
import { copy, fetch, script } from '../../../modules/index.ts';
import type { Plays } from '../every-module.ts';

const templates = fileURLToPath(new URL('../../../templates', import.meta.url));
const motd = `${templates}/motd.hbs`;

export const plays: Plays = {
  copies: (as) => {
    const one = copy("/srv/it's", as({ source: motd, mode: '0640', owner: 'root:adm' }));
    copy('/srv/again', as({ remote: "/srv/it's own", owner: 'app' }));
    copy(
      '/srv/tree',
      as({
        source: templates,
        mode: '0644',
        folderMode: '0755',
        owner: 'app',
        exclude: ['*.map', 'a/**', 'x?y(z)'],
        purge: true,
        when: one.changed,
      }),
    );
  },
  fetches: (as) => {
    fetch("/etc/it's", as({ to: "fetched/it's" }));
    fetch('/etc/passwd', as({ become: 'app' }));
  },
  scripts: (as) => {
    script(
      'plain',
      as({ source: motd, args: ["it's", '-x'], interpreter: ['python3', '-u'], creates: '/x', chdir: '/' }),
    );
  },
};
