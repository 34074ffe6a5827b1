import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pkg } from '../../../modules/index.ts';
import { OverlayHost } from '../../support/overlay-host.ts';
import { overlayLaw } from '../../support/overlay-law.ts';
import type { Shell } from '../../support/shells.ts';

/** A package manager of another distribution, as it is, on hosts that have packages for it. */
export interface RealManager {
  /** Shell commands that make a host one of its distribution, with an index of one of two repositories. */
  readonly ground: (which: 'old' | 'new') => string;
  /** A shell command that says which of the two is used from now on. */
  readonly use: (which: 'old' | 'new') => string;
  /** Prints packages and their versions, and what is held, one a line. */
  readonly view: string;
  /** What it writes down beside what it does. */
  readonly traces: RegExp;
  /** Begins a shell command that removes packages, or installs one, without asking. */
  readonly remove: string;
  readonly install: string;
  /** Files whose age is that of the index. */
  readonly index: string;
  /** Where its repositories are declared. */
  readonly repositories: string;
  readonly holds: boolean;
  /** Whether it lets go what conflicts with what is to come, where it is told to. */
  readonly makesRoom: boolean;
  /** Shell commands that keep `tiny-broken` from being installed, and that end that. */
  readonly breaks: string;
  readonly mends: string;
  /** What it says of a package that it does not know, and of one that others need. */
  readonly unknown: string;
  readonly needed: string;
}

const check = { mode: 'check' } as const;

/** A host for each test of a `describe`, which the manager can run on. */
export function managerHost(manager: RealManager) {
  let host: OverlayHost;
  beforeEach(async () => {
    host = await OverlayHost.start(['managers']);
  });
  afterEach(() => host.close());
  return {
    get host(): OverlayHost {
      return host;
    },
    /** What tasks come to there. */
    told: async (body: () => void, mode: 'check' | 'apply' = 'apply'): Promise<readonly string[]> =>
      (await host.run('dash', body, { mode })).told,
    /** What is installed there, with an end. */
    seen: (): readonly string[] => host.sh(`${manager.view}; echo end`).split('\n'),
  };
}

/** What is true of `pkg` whatever the manager is. */
export function managerCases(manager: RealManager, lawful: readonly Shell[]): void {
  overlayLaw(
    {
      'a package with a dependency': {
        ground: manager.ground('new'),
        declared: () => void pkg('tiny-app', { recommends: false }),
        there: {
          [`${manager.view} | grep -v held; cat /etc/tiny-app.conf`]:
            'tiny-app 2.0-1\ntiny-lib 1.0-1\nversion = 2.0',
        },
        varied: () =>
          void pkg('several', {
            names: ['tiny-app', 'tiny-extra', 'tiny-mta-a'],
            recommends: false,
            ...(manager.holds ? { hold: true } : {}),
          }),
        variation: /tiny-(?:extra|mta-a|app)/,
        drift: `${manager.remove} tiny-app >/dev/null 2>&1`,
        absent: () => void pkg('tiny-app', { state: 'absent' }),
        gone: { [`${manager.view} | grep app || echo none`]: 'none' },
        view: `${manager.view}; echo end`,
        traces: manager.traces,
      },
    },
    lawful,
    ['managers'],
  );

  describe('in dash', () => {
    const on = managerHost(manager);
    const { told } = on;
    const seen = (): readonly string[] => on.seen().slice(0, -1);

    it('takes a name that another package provides, and predicts with versions', async () => {
      on.host.sh(manager.ground('new'));
      const mta = (): void => void pkg('tiny-mta');
      expect((await told(mta, 'check'))[0]).toBe('unknown');
      expect(await told(mta)).toEqual(['changed']);
      expect(await told(mta)).toEqual(['ok']);
      const b = (cascade: boolean) => (): void => void pkg('tiny-mta-b', { cascade });
      expect((await told(b(false)))[0]).toBe('failed');
      expect((await told(b(true)))[0]).toBe(manager.makesRoom ? 'changed' : 'failed');
      expect(seen()).toEqual([`tiny-mta-${manager.makesRoom ? 'b' : 'a'} 1.0-1`]);
      const { events } = await on.host.run(
        'dash',
        () => void pkg('x', { names: ['tiny-app', 'tiny-extra'] }),
        check,
      );
      expect(JSON.stringify(events)).toContain('tiny-app 2.0-1\\ntiny-extra 1.0-1');
    });

    it('says of the newest version what the index can tell', async () => {
      on.host.sh(`${manager.ground('old')}; ${manager.install} tiny-app >/dev/null 2>&1`);
      const latest = (): void => void pkg('tiny-app', { state: 'latest', cacheAge: '1h' });
      const early = `find ${manager.index} -exec touch -d '3 hours ago' {} +; find ${manager.repositories} -exec touch -d '5 hours ago' {} +`;
      on.host.sh(`find ${manager.repositories} -exec touch -d '5 hours ago' {} +`);
      expect(await told(latest, 'check')).toEqual(['ok']);
      expect(await told(latest)).toEqual(['ok']);
      on.host.sh(manager.use('new'));
      expect(await told(latest, 'check')).toEqual(['unknown']);
      expect(await told(latest)).toEqual(['changed']);
      expect(seen()).toContain('tiny-app 2.0-1');
      expect(await told(latest)).toEqual(['ok']);
      expect(await told(latest, 'check')).toEqual(['ok']);
      on.host.sh(early);
      expect(await told(latest, 'check')).toEqual(['unknown']);
      expect(await told(latest)).toEqual(['ok']);
      expect(await told(latest, 'check')).toEqual(['ok']);
    });

    it('removes nothing that others need, unless it is told to', async () => {
      on.host.sh(`${manager.ground('new')}; ${manager.install} tiny-app >/dev/null 2>&1`);
      const before = seen();
      const lib = (more: object) => (): void => void pkg('tiny-lib', { state: 'absent', ...more });
      const needed = await on.host.run('dash', lib({}));
      expect(needed.stderr).toContain(manager.needed);
      expect(seen()).toEqual(before);
      const gone = await on.host.run('dash', lib({ cascade: true }));
      expect(gone.told).toEqual(['changed']);
      expect(seen().filter((line) => /app|lib/.test(line))).toEqual([]);
      on.host.undo('dash', gone.name);
      expect(seen()).toEqual(before);
    });

    it('takes with a package what only it has needed, where it is told to', async () => {
      on.host.sh(manager.ground('new'));
      const first = await on.host.run('dash', () => void pkg('tiny-app', { recommends: false }));
      on.host.sh(`${manager.install} tiny-mta-a >/dev/null 2>&1`);
      expect(await told(() => void pkg('tiny-app', { state: 'purged', autoremove: true }))).toEqual([
        'changed',
      ]);
      expect(seen()).toEqual(['tiny-mta-a 1.0-1']);
      on.host.undo('dash', first.name);
      expect(seen()).toEqual(['tiny-mta-a 1.0-1']);
    });

    it('leaves with an undo what others have come to need', async () => {
      on.host.sh(manager.ground('new'));
      const lib = await on.host.run('dash', () => void pkg('tiny-lib'));
      on.host.sh(`${manager.install} tiny-app >/dev/null 2>&1`);
      expect(() => on.host.undo('dash', lib.name)).toThrow(manager.needed);
      expect(seen()).toContain('tiny-lib 1.0-1');
    });

    it('waits for the lock, but not for ever, and says what it cannot do', async () => {
      on.host.sh(manager.ground('new'));
      const hold = `rm -f /root/tiny-slow-began; nohup ${manager.install} tiny-slow >/root/slow 2>&1 &
for try in $(seq 600); do [ ! -e /root/tiny-slow-began ] || exit 0; sleep 0.1; done; cat /root/slow; exit 1`;
      on.host.sh(hold);
      const late = await on.host.run('dash', () => void pkg('tiny-extra', { lockTimeout: 1 }));
      expect(late.told[0]).toBe('failed');
      expect(late.stderr).toMatch(/lock/);
      on.host.sh('{ sleep 2; touch /root/tiny-slow-may-end; } >/dev/null 2>&1 &');
      expect(await told(() => void pkg('tiny-extra', { lockTimeout: 60 }))).toEqual(['changed']);
      expect(seen().filter((line) => /extra|slow/.test(line))).toEqual([
        'tiny-extra 1.0-1',
        'tiny-slow 1.0-1',
      ]);

      const nosuch = (): void => void pkg('nosuch');
      expect((await told(nosuch, 'check'))[0]).toBe('unknown');
      expect((await on.host.run('dash', nosuch)).stderr).toContain(manager.unknown);
      on.host.sh(manager.breaks);
      const broken = (): void => void pkg('tiny-broken');
      expect((await told(broken))[0]).toBe('failed');
      on.host.sh(manager.mends);
      expect(await told(broken)).toEqual(['changed']);
    });
  });
}
