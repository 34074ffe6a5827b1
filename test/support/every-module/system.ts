import { assert, command, debug, fail, git, mount, reboot, swap, waitFor } from '../../../modules/index.ts';
import { secret, sh } from '../../../src/steps/index.ts';
import type { Plays } from '../every-module.ts';

export const plays: Plays = {
  'what is said and must hold': (as) => {
    const run = ['mv', '/x', '/y'] as const;
    const moved = command('move', as({ run, creates: '/y', removes: '/x', onlyIf: ['test', '-d', '/'] }));
    command('only', as({ run: sh`echo "it's"`, onlyIf: sh`test -e /y`, unless: sh`test -e /z` }));
    fail("it's not to be", as({ when: moved.failed }));
    assert('known', as({ that: true, message: 'it is not so' }));
    assert('asked', as({ test: ['test', '-e', "it's"] }));
    debug('text', as({ message: "it's\n*", when: moved.changed }));
    debug('value', as({ value: { key: secret('geheim'), list: [1, undefined] } }));
  },
  mounts: (as) => {
    mount(
      "/srv/it's",
      as({ source: 'UUID=1-2', type: 'ext4', options: ['noatime', 'nofail'], dump: 1, pass: 2 }),
    );
    mount(
      '/srv/a b',
      as({ source: "/srv/it's", options: ['rbind', 'ro'], persist: false, state: 'mounted' }),
    );
    mount('/srv/t', as({ type: 'tmpfs', options: ['size=64k', 'mode=1777', 'uid=0', 'exec'] }));
    mount('/srv/n', as({ source: 'nas:/x', type: 'nfs', options: ['vers=4', '_netdev'], state: 'present' }));
    mount('/srv/image', as({ source: '/srv/image.iso', type: 'iso9660', options: ['loop', 'ro'] }));
    mount('/srv/u', as({ state: 'unmounted' }));
    mount('/srv/gone', as({ state: 'absent' }));
  },
  reboots: (as) => {
    const changed = command('kernel', { run: ['true'] });
    reboot('new kernel', as({ when: changed.changed, timeout: 900, message: "it's time", test: ['true'] }));
    reboot(
      'by kexec',
      as({ run: ['systemctl', 'kexec'], onlyIf: sh`true`, unless: ['needs-restarting', '-r'] }),
    );
  },
  'swap space': (as) => {
    swap("/var/it's/file", as({ size: 64, priority: 5 }));
    swap('/dev/vdb', as({ persist: false }));
    swap('/swapfile', as({ state: 'absent' }));
  },
  clones: (as) => {
    const repository = 'git@git.example.net:app.git';
    git(
      "/srv/it's",
      as({ repository, ref: 'v1', depth: 1, verify: 'tag', allowedSigners: "/etc/it's", become: 'app' }),
    );
    git(
      '/srv/forced',
      as({ repository, submodules: true, force: true, key: "/root/it's", state: 'present' }),
    );
    git('/srv/commit', as({ repository, ref: '0123456789'.repeat(4), verify: 'commit' }));
    git(
      '/srv/once',
      as({ repository: 'git@git.example.net:app.git', update: false, acceptNewHostKey: true }),
    );
    git('/srv/gone', as({ state: 'absent' }));
  },
  waiting: (as) => {
    waitFor('own', as({ port: 80, timeout: 60, every: 2, initialDelay: 1 }));
    waitFor('other', as({ port: 80, host: 'fd00::1', connectTimeout: 3, state: 'absent' }));
    waitFor('drained', as({ port: 443, state: 'drained' }));
    waitFor('file', as({ file: "/run/it's" }));
    waitFor('line', as({ file: '/run/log', matches: "^it's|$(x)$", state: 'absent' }));
    waitFor('command', as({ command: sh`test -e "it's"`, become: 'app' }));
  },
};
