import { play, sh } from 'tsplay';
import { assert, command, debug, fail, git, mount, reboot, swap, waitFor } from 'tsplay/modules';

export default play('System', { hosts: 'all' }, ({ host }) => {
  const probe = command('probe', { run: ['true'], reads: true });
  fail('no', { when: probe.failed });
  fail('never');
  assert('named', { that: host.name.length > 0 });
  assert('asked', { test: sh`true`, message: 'not so', when: probe.changed });
  debug('host', { value: host.name });
  debug('text', { message: 'a' });
  git('/srv/app', { repository: '/srv/app.git', ref: 'main', depth: 1, verify: 'commit' });
  git('/srv/gone', { state: 'absent', become: 'app' });
  mount('/srv', { source: '/dev/sdb1', type: 'ext4', pass: 2 });
  mount('/srv/b', { source: '/srv', options: ['bind'] as const, persist: false });
  mount('/srv/c', { state: 'unmounted' });
  reboot('now');
  reboot('due', { onlyIf: ['true'], test: sh`true` });
  swap('/swapfile', { size: 1024, priority: 0 });
  swap('/dev/vdb');
  swap('/swapfile', { state: 'absent' });
  waitFor('port', { port: 80, state: 'drained' });
  waitFor('host', { port: 80, host: 'db1', connectTimeout: 1 });
  waitFor('file', { file: '/x', matches: '^a$', state: 'absent', timeout: 1 });
  waitFor('command', { command: ['true'], every: 2, initialDelay: 3 });
  command('mv', { run: ['mv', '/a', '/b'], creates: '/b', removes: '/a', onlyIf: ['true'] });
});
