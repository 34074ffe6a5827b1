import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LocalRepository } from '../../modules/packages/local-repository.ts';
import { TestKey } from '../../modules/packages/test-key.ts';
import { withLab } from '../support/lab.ts';
import { labProject, taskStatuses } from '../support/project.ts';

// What the overlay hosts of the other tests do not have: packages that bring services of a systemd that runs, on a host
// whose transactions are detached by it. Each phase is one play, since apt takes its time in an emulated machine.

const lab = withLab(1);
const project = labProject();
const repository = new LocalRepository();
const key = new TestKey();
repository.sign('new', key);
afterAll(() => {
  repository.remove();
  key.remove();
});

const read = (command: string): Promise<string> => lab.read('lab1', command);

/** Packages, marks, answers, keys, repositories and units. apt-mark takes seconds here, so its file is read. */
const view = `dpkg-query -W -f '\${Package} \${Version} \${db:Status-Abbrev}\\n' 'tiny-*' 2>/dev/null | grep -v ' un'
grep -A 2 '^Package: tiny' /var/lib/apt/extended_states | tr '\\n' ' '; echo
grep -h -A 3 '^Name: tiny' /var/cache/debconf/config.dat
find /etc/apt/keyrings /etc/apt/sources.list.d /etc/tiny* -type f -exec sha256sum {} + 2>/dev/null
systemctl show -p LoadState -p ActiveState -p UnitFileState tiny-daemon | tr '\\n' ' '; find /etc/systemd -name 'tiny*'`;
const snapshot = async (): Promise<readonly string[]> => (await read(view)).split('\n').toSorted();
const declared = `m.aptKey('tiny', { source: 'tiny.asc', fingerprint: '${key.fingerprint}' });
  m.aptRepository('tiny', { uris: ['file:/srv/repository'], suites: ['./'], signedBy: '/etc/apt/keyrings/tiny.asc' });
  m.debconf('tiny-ask', { answers: { 'tiny-ask/name': 'somebody', 'tiny-ask/kind': { type: 'select', value: 'b' } } });
  m.pkg('two at once', { names: ['tiny-ask', 'tiny-extra'], state: 'latest', hold: true });
  m.pkg('tiny-daemon', { version: '>=1.0, <2' });
  m.service('tiny-daemon', { state: 'running', enabled: true });`;

const absent = `m.service('tiny-daemon', { state: 'stopped', enabled: false });
  m.pkg('tiny-daemon', { state: 'absent', autoremove: true });
  m.aptRepository('tiny', { state: 'absent' });
  m.aptKey('tiny', { state: 'absent' });`;

/** The statuses of the tasks, in order. */
async function play(mode: 'check' | 'run', calls: string): Promise<readonly string[]> {
  project.write(
    'packages.ts',
    `import { play } from 'tsplay';
import * as m from 'tsplay/modules';
export default play('Packages', { hosts: 'lab1', become: true }, () => {
  ${calls}
});
`,
  );
  const run = await project.play(mode, 'packages.ts', '--limit', 'lab1');
  return [...taskStatuses(run, 'lab1').values()];
}

async function rollback(): Promise<void> {
  const { code, stdout, stderr } = await project.cli('rollback', '-i', 'lab', '--limit', 'lab1');
  if (code !== 0) throw new Error(`the rollback ended with status ${code}: ${stdout}${stderr}`);
}

describe('packages on a host of its own', () => {
  let before: readonly string[] = [];
  let after: readonly string[] = [];

  beforeAll(async () => {
    project.write('tiny.asc', key.armored);
    const packed = execFileSync('tar', ['-C', join(repository.folder, 'new'), '-cz', '.']).toString('base64');
    const { code, stderr } = await lab.ssh(
      'lab1',
      '[ -e /etc/lab-number ] && echo force-unsafe-io >/etc/dpkg/dpkg.cfg.d/test && rm -rf /etc/apt/sources.list /etc/apt/sources.list.d/* /var/lib/apt/lists/* && mkdir /srv/repository && cd /srv/repository && base64 -d | tar -xz',
      { input: packed },
    );
    if (code !== 0) throw new Error(stderr);
    before = await snapshot();
  });

  it('a check predicts what it can, a run does it, and a second one nothing', async () => {
    const predicted = await play('check', declared);
    // What a repository has that an earlier task would bring, nobody knows yet; that packages will be held is known.
    expect(predicted).toEqual(['changed', 'changed', 'changed', 'changed', 'unknown', 'unknown']);
    expect(await snapshot()).toEqual(before);
    expect(await play('run', declared)).toEqual(predicted.map(() => 'changed'));
    after = await snapshot();
    expect(after).toEqual(
      expect.arrayContaining(['tiny-ask 1.0-1 hi ', 'tiny-extra 1.0-1 hi ', 'tiny-daemon 1.0-1 ii ']),
    );
    expect(after.join()).toMatch(/Package: tiny-lib Architecture: amd64 Auto-Installed: 1/);
    const unit = 'systemctl is-active tiny-daemon; systemctl is-enabled tiny-daemon';
    expect(await read(`cat /etc/tiny-ask; ${unit}`)).toBe('somebody\nb\n\nactive\nenabled');
    expect(await play('run', declared)).toEqual(predicted.map(() => 'ok'));
    expect(await snapshot()).toEqual(after);
  });

  it('what was changed by hand is repaired', async () => {
    await read('systemctl stop tiny-daemon; dpkg --purge tiny-extra 2>&1');
    expect(await play('run', declared)).toEqual(['ok', 'ok', 'ok', 'changed', 'ok', 'changed']);
    expect(await snapshot()).toEqual(after);
  });

  it('absent removes it, and a rollback brings it back', async () => {
    expect(await play('run', absent)).toEqual(['changed', 'changed', 'changed', 'changed']);
    expect(
      await read('systemctl show -p LoadState --value tiny-daemon; pgrep -fx "/bin/sleep 100000" || :'),
    ).toBe('not-found');
    expect(await snapshot()).not.toContain('tiny-lib 1.0-1 ii ');
    await rollback();
    expect(await snapshot()).toEqual(after);
    expect(await read('systemctl is-active tiny-daemon')).toBe('active');
  });
});
