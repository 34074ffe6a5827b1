import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pkg } from '../../../modules/index.ts';
import { OverlayHost } from '../../support/overlay-host.ts';
import { shellNames } from '../../support/shells.ts';
import { fakeGround, fakes, type Faked } from './fake-managers.ts';

const managers = Object.keys(fakes) as Faked[];

// These cannot be had here: programs of the same names, after what yum 3 is documented to print and apk was seen to.
describe.each(managers)('pkg with %s', (manager) => {
  const { release } = fakes[manager];
  let host: OverlayHost;
  beforeEach(async () => {
    host = await OverlayHost.start();
    host.sh(fakeGround(manager));
  });
  afterEach(() => host.close());
  const installed = (): readonly string[] => host.sh('sort /fake/installed').split('\n');
  const log = (): readonly string[] => host.sh('cat /fake/log; : >/fake/log').split('\n').filter(Boolean);

  it.each(shellNames)('installs, upgrades, removes, and takes that back, in %s', async (shell) => {
    const run = async (
      body: () => void,
    ): Promise<{ readonly name: string; readonly told: readonly string[] }> => {
      const before = host.sh('cat /fake/installed /fake/locks');
      const check = await host.run(shell, body, { mode: 'check' });
      expect(host.sh('cat /fake/installed /fake/locks')).toBe(before);
      const { name, told } = await host.run(shell, body);
      expect(check.told).toEqual(told);
      const again = await host.run(shell, body);
      expect(again.told).toEqual(['ok']);
      return { name, told };
    };
    expect((await run(() => void pkg('sendmail'))).told).toEqual(['ok']);

    const names = {
      rhel: ['app', 'extra'],
      alpine: ['app', 'extra'],
      default: ['app', 'extra'],
      debian: ['none'],
    };
    const { name } = await run(() => void pkg('web', { names, recommends: false }));
    expect(installed()).toEqual(
      ['app', 'extra', 'lib', 'old', 'postfix'].map((one) => `${one} 1.0${one === 'lib' ? '-1' : release}`),
    );
    host.undo(shell, name);
    expect(installed()).toEqual([`old 1.0${release}`, `postfix 1.0${release}`]);

    const upgrade = await run(() => void pkg('old', { state: 'latest', cacheAge: '1d' }));
    expect(upgrade.told).toEqual(['changed']);
    expect(installed()).toContain(`old 2.0${release}`);

    const gone = await run(() => void pkg('old', { state: 'absent' }));
    expect(installed()).toEqual([`postfix 1.0${release}`]);
    host.undo(shell, gone.name);
    expect(installed()).toContain(`old 2.0${release}`);
  });

  it('says what it cannot do, and what it does not know', async () => {
    const missing = await host.run('dash', () => void pkg('x', { names: { debian: ['a'] } }));
    expect(missing.stderr).toContain('names says nothing for this distribution');
    const nothing = await host.run('dash', () => void pkg('nosuch'));
    expect(nothing.told[0]).toBe('failed');
  });

  const holds = manager === 'yum';
  it.skipIf(holds)('says that it cannot hold packages', async () => {
    const held = await host.run('dash', () => void pkg('old', { hold: true }));
    expect(held.stderr).toContain('holds no packages');
  });

  it.runIf(holds)('holds packages', async () => {
    const told = async (hold: boolean): Promise<readonly string[]> =>
      (await host.run('dash', () => void pkg('postfix', { hold }))).told;
    expect(await told(true)).toEqual(['changed']);
    expect(await told(true)).toEqual(['ok']);
    expect(await told(false)).toEqual(['changed']);
    expect(await told(false)).toEqual(['ok']);
  });

  it.runIf(holds)('removes nothing that others need', async () => {
    await host.run('dash', () => void pkg('app'));
    const needed = await host.run('dash', () => void pkg('lib', { state: 'absent' }));
    expect(needed.stderr).toContain('lib is needed by');
  });

  it('waits where another one holds the lock', async () => {
    if (manager === 'yum') host.sh('touch /fake/lock');
    expect((await host.run('ash', () => void pkg('extra', { lockTimeout: 7 }))).told).toEqual(['changed']);
    const install =
      manager === 'apk'
        ? 'apk --wait 7 add --upgrade extra'
        : 'yum -y --setopt=exit_on_lock=True install extra';
    // Who does not wait by itself is tried again.
    expect(log().filter((call) => call === install)).toHaveLength(manager === 'apk' ? 1 : 2);
  });

  it('has a word for a version', async () => {
    const run = await host.run('bash', () => void pkg('extra', { version: '1.0*' }));
    const word = { yum: 'extra-1.0*', apk: 'extra~1.0' }[manager];
    expect(log().some((call) => call.endsWith(` ${word}`))).toBe(true);
    expect(run.told).toEqual(['changed']);
  });
});
