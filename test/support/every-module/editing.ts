import { block, cron, hostsEntry, ini, json, limits, line, replace, yaml } from '../../../modules/index.ts';
import { secret } from '../../../src/steps/index.ts';
import type { Plays } from '../every-module.ts';

const made = { create: true, mode: '0600', owner: 'root:adm' } as const;

export const plays: Plays = {
  editing: (as) => {
    const path = "/etc/it's";
    line(path, as({ line: "it's", match: "^it's$", insertAfter: '^a', firstMatch: true, ...made }));
    line(path, as({ line: secret('x'), insertBefore: 'BOF' }));
    line(path, as({ match: '^b{2,3}', line: 'bb', state: 'absent' }));
    block(path, as({ content: "it's\n\\", marker: "it's", comment: '//', insertBefore: '^a', ...made }));
    block(path, as({ content: secret('x'), comment: ['<!--', '-->'] }));
    block(path, as({ content: 'x', markers: ["# it's", '# }'] }));
    block(path, as({ marker: 'gone', state: 'absent' }));
    replace(path, as({ match: "(it's) (a|b)", with: '$2 $$ $& $1', after: '^x', before: '^y' }));
    ini(path, as({ section: "it's", key: 'k', value: 1, separator: '=', ...made, become: 'app' }));
    ini(path, as({ section: 's', key: 'k', values: ['a', true, secret('x')], state: 'present' }));
    ini(path, as({ key: 'gone', values: ["it's"], state: 'absent' }));
  },
  'files of the system': (as) => {
    hostsEntry('192.0.2.1', as({ names: ['a.example', 'a'] }));
    hostsEntry('fd00::1', as({ names: ['b'], state: 'absent' }));
    limits('@wheel', as({ limits: as({ nofile: as({ soft: 1024, hard: 'unlimited' }), core: 0 }) }));
    limits('*', as({ state: 'absent' }));
    cron(
      'backup',
      as({
        job: "it's %",
        minute: '*/5',
        hour: 3,
        day: 1,
        month: 'jan',
        weekday: 'mon-fri',
        user: 'app',
        env: as({ A: "it's" }),
        disabled: true,
      }),
    );
    cron('warm', as({ job: 'true', special: 'reboot' }));
    cron('gone', as({ state: 'absent' }));
    cron('own', as({ job: "it's", minute: 0, crontab: 'user' }));
    cron('theirs', as({ user: 'app', crontab: 'user', state: 'absent' }));
  },
  documents: async (as) => {
    await Promise.all([
      json(
        "/etc/it's.json",
        as({ set: { "it's.a[0]": secret('x'), b: 1.5 }, remove: ['c'], ...made, backup: true }),
      ),
      yaml(
        "/etc/it's.yaml",
        as({ merge: { "it's": ['a'] }, validate: ['true', '%s'], become: 'app', diff: false }),
      ),
    ]);
  },
};
