import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { pkg } from '../../../modules/index.ts';
import { OverlayHost } from '../../support/overlay-host.ts';
import { shellNames } from '../../support/shells.ts';
import { LocalRepository, view } from './local-repository.ts';

let repository: LocalRepository;
let host: OverlayHost;
beforeAll(() => void (repository = new LocalRepository()));
afterAll(() => repository.remove());
beforeEach(async () => {
  host = await OverlayHost.start();
  host.sh(repository.ground());
});
afterEach(() => host.close());

const seen = (): readonly string[] => host.sh(view).split('\n').slice(0, -1);
const packages = (): readonly string[] => seen().filter((line) => !line.endsWith(' auto'));
const check = { mode: 'check' } as const;
describe('pkg with apt', () => {
  it('takes a name that another package provides for installed', async () => {
    host.sh('apt-get -qy install tiny-mta-b');
    const { told } = await host.run('dash', () => void pkg('tiny-mta'));
    expect(told).toEqual(['ok']);
    const foreign = await host.run('dash', () => void pkg('tiny-mta-b:all'));
    expect(foreign.told).toEqual(['ok']);
  });

  it('takes the architecture of the host behind a name', async () => {
    // apt-cache leaves it out of what it says.
    for (const [name, version] of [
      ['tiny-lib:all', {}],
      ['tiny-app:all', { version: '>=1.1' }],
    ] as const) {
      const body = (): void => void pkg(name, { recommends: false, ...version });
      expect((await host.run('dash', body, check)).told).toEqual(['changed']);
      expect((await host.run('dash', body)).told).toEqual(['changed']);
      expect((await host.run('dash', body)).told).toEqual(['ok']);
    }
  });

  it('keeps a version, and replaces another one only as it is told to', async () => {
    const version =
      (version: string, more: object = {}) =>
      () =>
        void pkg('tiny-app', { version, recommends: false, ...more });
    expect((await host.run('ash', version('1.*'))).told).toEqual(['changed']);
    expect(seen()).toContain('tiny-app 1.0-1 ii ');
    expect((await host.run('ash', version('1.0-1'), check)).told).toEqual(['ok']);
    const up = await host.run('ash', version('2.0-1'));
    expect(up.told).toEqual(['changed']);
    expect(host.undo('ash', up.name)).toContain('wall');
    const { stderr } = await host.run('ash', version('1.0-1'));
    expect(stderr).toMatch(/downgrade/i);
    expect((await host.run('ash', version('1.0-1', { downgrade: true, hold: true }))).told).toEqual([
      'changed',
    ]);
    expect(seen()).toContain('tiny-app 1.0-1 hi ');
    expect((await host.run('ash', version('2.*', { hold: true }))).told).toEqual(['changed']);
    expect(seen()).toContain('tiny-app 2.0-1 hi ');
    expect((await host.run('ash', version('2.*', { hold: false }))).told).toEqual(['changed']);
    expect(seen()).toContain('tiny-app 2.0-1 ii ');
  });

  it('says of the newest version what the index can tell', async () => {
    host.sh(`${repository.ground('old')}; apt-get -qy install tiny-app`);
    const latest = (): void => void pkg('tiny-app', { state: 'latest', cacheAge: '1h' });
    expect((await host.run('bash', latest, check)).told).toEqual(['ok']);
    expect((await host.run('bash', latest)).told).toEqual(['ok']);
    host.sh(repository.use('new'));
    const before = host.snapshot();
    expect((await host.run('bash', latest, check)).told).toEqual(['unknown']);
    expect(host.snapshot()).toEqual(before);
    expect((await host.run('bash', latest)).told).toEqual(['changed']);
    expect(seen()).toContain('tiny-app 2.0-1 ii ');
    expect((await host.run('bash', latest)).told).toEqual(['ok']);
    host.sh(
      "find /var/lib/apt -exec touch -d '3 hours ago' {} +; find /etc/apt -exec touch -d '5 hours ago' {} +",
    );
    expect((await host.run('bash', latest, check)).told).toEqual(['unknown']);
    expect((await host.run('bash', latest)).told).toEqual(['ok']);
    expect((await host.run('bash', latest, check)).told).toEqual(['ok']);
  });

  it('has the best version within a range', async () => {
    const range =
      (version: string, more: object = {}) =>
      () =>
        void pkg('tiny-app', { version, recommends: false, ...more });
    const old = await host.run('ash', range('>=0.9~, < 2'));
    expect(old.told).toEqual(['changed']);
    expect(seen()).toContain('tiny-app 1.0-1 ii ');
    for (const version of ['>=1.0', '<= 1.0-1', '>0:1.0~rc1', '!=2.0-1', '>0.9, <1.1'])
      expect((await host.run('ash', range(version))).told).toEqual(['ok']);
    const foretold = await host.run('ash', range('>=1.1'), check);
    expect(JSON.stringify(foretold.events)).toContain('"before":"tiny-app 1.0-1","after":"tiny-app 2.0-1"');
    expect((await host.run('ash', range('>=1.1'))).told).toEqual(['changed']);
    expect(seen()).toContain('tiny-app 2.0-1 ii ');
    expect((await host.run('ash', range('>=1.1'))).told).toEqual(['ok']);
    expect((await host.run('ash', range('<2', { downgrade: true }))).told).toEqual(['changed']);
    expect(seen()).toContain('tiny-app 1.0-1 ii ');
    expect((await host.run('ash', range('>=3'), check)).told).toEqual(['unknown']);
    const none = await host.run('ash', range('>=3'));
    expect(none.stderr).toContain('no version of tiny-app that this host could install is >=3');
  });

  it('says of what is held that it stays as it is', async () => {
    host.sh('apt-get -qy install tiny-app=1.0-1; apt-mark hold tiny-app');
    const before = seen();
    for (const [options, text] of [
      [{ version: '2.0-1' }, /tiny-app is held at 1\.0-1; say hold: true/],
      [{ version: '>1.0-1' }, /tiny-app is held at 1\.0-1; say hold: true/],
      [{ state: 'latest' }, /tiny-app is held at 1\.0-1; say hold: true/],
      [{ state: 'absent' }, /tiny-app is held, so it is not removed/],
    ] as const) {
      const body = (): void => void pkg('tiny-app', options);
      expect((await host.run('dash', body, check)).told).toEqual(['unknown']);
      const run = await host.run('dash', body);
      expect(run.told[0]).toBe('failed');
      expect(run.stderr).toMatch(text);
    }
    expect(seen()).toEqual(before);
  });

  it('marks what it is told of as wanted for itself, and takes that back', async () => {
    host.sh('apt-get -qy --no-install-recommends install tiny-app');
    expect(seen()).toContain('tiny-lib auto');
    const both = (): void => void pkg('both', { names: ['tiny-app', 'tiny-lib'] });
    expect((await host.run('bash', both, { mode: 'check' })).told).toEqual(['changed']);
    expect(seen()).toContain('tiny-lib auto');
    const { name, told } = await host.run('bash', both);
    expect(told).toEqual(['changed']);
    expect(seen()).not.toContain('tiny-lib auto');
    expect((await host.run('bash', both)).told).toEqual(['ok']);
    host.undo('bash', name);
    expect(seen()).toContain('tiny-lib auto');
    // What went because nobody needed it any more comes back as it was.
    const gone = await host.run('bash', () => void pkg('tiny-app', { state: 'absent', autoremove: true }));
    expect(seen()).toEqual(['tiny-app 2.0-1 rc ']);
    host.undo('bash', gone.name);
    expect(seen()).toEqual(['tiny-app 2.0-1 ii ', 'tiny-lib 1.0-1 ii ', 'tiny-lib auto']);
  });

  it('predicts with names and versions', async () => {
    const { events } = await host.run(
      'dash',
      () => void pkg('x', { names: ['tiny-app', 'tiny-extra'] }),
      check,
    );
    expect(JSON.stringify(events)).toContain('tiny-app 2.0-1\\ntiny-extra 1.0-1');
  });

  it('makes an index that is not there, or that is older than the repositories', async () => {
    host.sh('rm -rf /var/lib/apt/lists/*');
    const extra = (): void => void pkg('tiny-extra');
    expect((await host.run('dash', extra, check)).told).toEqual(['unknown']);
    expect((await host.run('dash', extra)).told).toEqual(['changed']);
  });

  it('waits for the lock, but not for ever', async () => {
    host.sh(`nohup python3 -c "
import fcntl, time
lock = open('/var/lib/dpkg/lock-frontend', 'w')
fcntl.lockf(lock, fcntl.LOCK_EX)
open('/run/held', 'w')
time.sleep(4)" >/dev/null 2>&1 & while [ ! -e /run/held ]; do sleep 0.1; done`);
    const {
      told: [status],
      stderr,
    } = await host.run('dash', () => void pkg('tiny-extra', { lockTimeout: 1 }));
    expect(status).toBe('failed');
    expect(stderr).toMatch(/lock/);
    expect((await host.run('dash', () => void pkg('tiny-extra'))).told).toEqual(['changed']);
  });

  it.each(shellNames)(
    '%s mends a package whose installation has failed, and takes it back',
    async (shell) => {
      const broken = (): void => void pkg('tiny-broken');
      const first = await host.run(shell, broken);
      expect(first.told[0]).toBe('failed');
      expect(first.stderr).toContain('this one is broken');
      expect(seen()).toEqual(['tiny-broken 1.0-1 iF ']);
      host.undo(shell, first.name);
      expect(seen()).toEqual([]);
      await host.run(shell, broken);
      host.sh('touch /root/mended');
      expect((await host.run(shell, broken, check)).told).toEqual(['changed']);
      expect((await host.run(shell, broken)).told).toEqual(['changed']);
      expect(seen()).toEqual(['tiny-broken 1.0-1 ii ']);
    },
  );

  it('tells of a package that nobody knows', async () => {
    const unknown = (): void => void pkg('tiny.app');
    expect((await host.run('ash', unknown, check)).told).toEqual(['unknown']);
    const {
      told: [status],
      stderr,
    } = await host.run('ash', unknown);
    expect(status).toBe('failed');
    expect(stderr).toContain('no package tiny.app is known to this host');
    expect(seen()).toEqual([]);
  });

  it('removes nothing that nobody named, unless it is told to', async () => {
    host.sh('apt-get -qy install tiny-app tiny-mta-a');
    const needed = await host.run('dash', () => void pkg('tiny-lib', { state: 'absent' }));
    expect(needed.stderr).toContain('tiny-app');
    const conflict = await host.run('dash', () => void pkg('tiny-mta-b'));
    expect(conflict.stderr).toContain('remove');
    expect(packages()).toHaveLength(4);
    const swap = await host.run('dash', () => void pkg('tiny-mta-b', { cascade: true }));
    expect(swap.told).toEqual(['changed']);
    expect(seen()).toContain('tiny-mta-b 1.0-1 ii ');
    host.undo('dash', swap.name);
    expect(seen()).toContain('tiny-mta-a 1.0-1 ii ');
    const all = await host.run(
      'dash',
      () => void pkg('tiny-lib', { state: 'purged', cascade: true, autoremove: true }),
    );
    expect(all.told).toEqual(['changed']);
    expect(packages().filter((line) => line.includes(' ii'))).toEqual(['tiny-mta-a 1.0-1 ii ']);
  });

  it('purges what is configuration only', async () => {
    host.sh('apt-get -qy install tiny-app && apt-get -qy remove tiny-app && test -e /etc/tiny-app.conf');
    expect((await host.run('bash', () => void pkg('tiny-app', { state: 'absent' }))).told).toEqual(['ok']);
    expect((await host.run('bash', () => void pkg('tiny-app', { state: 'purged' }))).told).toEqual([
      'changed',
    ]);
    host.sh('test ! -e /etc/tiny-app.conf');
  });

  it('keeps configuration files that somebody has changed, or replaces them', async () => {
    const ground =
      'apt-get -qy purge tiny-app; apt-get -qy install tiny-app=1.0-1 && echo own >/etc/tiny-app.conf';
    host.sh(ground);
    await host.run('dash', () => void pkg('tiny-app', { version: '2.0-1' }));
    expect(host.sh('cat /etc/tiny-app.conf')).toBe('own');
    host.sh(ground);
    await host.run('dash', () => void pkg('tiny-app', { version: '2.0-1', conffiles: 'replace' }));
    expect(host.sh('cat /etc/tiny-app.conf')).toBe('version = 2.0-1');
  });

  it('undoes what came with it, and not what others need by now', async () => {
    host.sh('apt-get -qy install tiny-lib');
    const { name } = await host.run('dash', () => void pkg('tiny-app'));
    expect(packages()).toHaveLength(3);
    host.sh('apt-get -qy install tiny-mta-a');
    host.undo('dash', name);
    expect(seen()).toEqual(['tiny-lib 1.0-1 ii ', 'tiny-mta-a 1.0-1 ii ']);
  });

  it('goes on when the connection has gone', async () => {
    const run = host.run('dash', () => void pkg('tiny-slow'), { name: 'cut' });
    host.sh(`while ! pgrep -f tiny-slow.postinst >/dev/null; do sleep 0.1; done
for pid in $(pgrep -x dash); do
  case $(tr '\\0' ' ' </proc/$pid/cmdline) in 'dash ') kill -KILL $pid ;; esac
done`);
    await run.catch(() => undefined);
    host.sh(
      'for i in 1 2 3 4 5 6 7 8 9 10; do [ ! -e /root/tiny-slow-was-here ] || break; sleep 0.5; done; sleep 1',
    );
    expect(seen()).toEqual(['tiny-slow 1.0-1 ii ']);
    host.undo('dash', 'cut');
    expect(seen()).toEqual([]);
  });
});
