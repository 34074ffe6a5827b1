import {
  absent,
  directory,
  file,
  hardlink,
  readFile,
  stat,
  symlink,
  template,
} from '../../../modules/index.ts';
import type { Plays } from '../every-module.ts';

export const plays: Plays = {
  'files as a whole': (as) => {
    file(
      '/etc/sudoers.d/app',
      as({
        content: 'x\n',
        mode: '0440',
        owner: 'root',
        group: 'adm',
        backup: true,
        validate: ['visudo', "-c'", '-f%s', '%s'],
      }),
    );
    file('/var/log/app.log', as({ content: '', overwrite: false, owner: 'app' }));
    file("/etc/it's", as({ mode: '0600', group: 'adm' }));
    template(
      '/etc/motd',
      as({
        source: '../../../templates/motd.hbs',
        vars: { name: 'x', groups: [] },
        partials: { again: '../../../templates/motd.hbs' },
        group: 'adm',
        backup: true,
        validate: ['test', '-s', '%s'],
      }),
    );
  },
  'folders and links': (as) => {
    directory("/srv/it's", as({ mode: '2750', owner: 'app', group: 'adm', parents: false }));
    directory(
      '/srv/www',
      as({ owner: 'app:adm', recurse: true, fileMode: 'u=rwX,g=rX,o=', dirMode: '0750' }),
    );
    directory('/srv/all', as({ group: 'adm', recurse: true, fileMode: '0640' }));
    directory('/etc/app/conf.d', as({ purge: { keep: ['*.local', "it's"] } }));
    directory('/etc/app/sites', as({ purge: true }));
    directory('/srv/old', as({ state: 'absent', recursive: true, discard: true }));
    directory('/srv/empty', as({ state: 'absent' }));
    symlink('/srv/current', as({ to: "it's", force: true, owner: 'app', group: 'adm' }));
    symlink('/srv/plain', as({ to: '/srv/$(id)' }));
    symlink('/srv/gone', as({ state: 'absent' }));
    hardlink('/srv/b', as({ to: "/srv/it's a", force: true }));
    hardlink('/srv/c', as({ to: '/srv/a' }));
    absent('/srv/cache', as({ recursive: true, discard: true }));
    absent('/srv/x');
  },
  'what is told of files': (as) => {
    stat("/etc/it's", as({ follow: true, sha256: true }));
    readFile("/etc/it's", as({ optional: true }));
  },
};
