import { assert, command, debug, fail, waitFor } from '../../../modules/index.ts';
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
  waiting: (as) => {
    waitFor('own', as({ port: 80, timeout: 60, every: 2, initialDelay: 1 }));
    waitFor('other', as({ port: 80, host: 'fd00::1', connectTimeout: 3, state: 'absent' }));
    waitFor('drained', as({ port: 443, state: 'drained' }));
    waitFor('file', as({ file: "/run/it's" }));
    waitFor('line', as({ file: '/run/log', matches: "^it's|$(x)$", state: 'absent' }));
    waitFor('command', as({ command: sh`test -e "it's"`, become: 'app' }));
  },
};
