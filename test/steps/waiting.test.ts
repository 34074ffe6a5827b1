import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { file, poll, present, requires, sh, tool, type Step } from '../../src/steps/index.ts';
import { FolderHost } from '../support/folder-host.ts';
import { shellNames, type ShellRun } from '../support/shells.ts';

let host: FolderHost;
beforeEach(() => {
  host = new FolderHost();
});
afterEach(() => host.close());

const next = (): Step => file(host.at('next'), { content: 'x' });
const stepsOf = ({ events }: ShellRun): readonly string[] =>
  events.flatMap((event) => (event.type === 'step' ? [`${event.what}: ${event.status}`] : []));
const failure = ({ events }: ShellRun) =>
  events.find((event) => event.type === 'task' && event.status === 'failed');

/** Nothing has been noted, since nothing was changed. */
const noJournal = (): void => expect(existsSync(join(host.dir, 'state'))).toBe(false);

describe.each(shellNames)('poll, in %s', (shell) => {
  const ready = (limit: number): Step =>
    poll('it is ready', { until: sh`: >${host.at('looked')}; [ -e ${host.at('ready')} ]`, limit });

  it('cannot be foreseen, waits, and then finds nothing to wait for', async () => {
    const check = await host.run(shell, [{ steps: [ready(60)] }, { steps: [next()] }], { mode: 'check' });
    expect(check.statuses).toEqual(['unknown', 'changed']);
    expect(check.events).toContainEqual(
      expect.objectContaining({ status: 'unknown', reason: 'waiting until it is ready' }),
    );
    expect(existsSync(host.at('next'))).toBe(false);
    rmSync(host.at('looked'));
    noJournal();

    const running = host.run(shell, [{ steps: [ready(60)] }]);
    await expect.poll(() => existsSync(host.at('looked'))).toBe(true);
    host.write('ready', '');
    expect((await running).statuses).toEqual(['ok']);
    noJournal();
    expect((await host.run(shell, [{ steps: [ready(60)] }], { mode: 'check' })).statuses).toEqual(['ok']);
  });

  it('ends at its limit, and at once where it cannot be told', async () => {
    const late = await host.run(shell, [{ steps: [ready(1), next()] }]);
    expect(failure(late)).toMatchObject({ error: { message: 'waited 1 s in vain until it is ready' } });
    const never = poll('it is ready', { until: sh`echo why >&2; exit 2`, limit: 3600 });
    const broken = await host.run(shell, [{ steps: [never, next()] }]);
    expect(failure(broken)).toMatchObject({ error: { message: 'cannot tell whether it is ready' } });
    expect(existsSync(host.at('next'))).toBe(false);
  });
});

describe.each(shellNames)('requires, in %s', (shell) => {
  const flagged = (options: { inside?: 'flag:x'; fresh?: 'set' } = {}): Step =>
    requires('the flag', {
      test: sh`[ -e ${host.at('flag')} ]`,
      otherwise: 'there is no flag here',
      ...options,
    });

  it('ends its task in a check too, before anything is changed, and lets it go on where it holds', async () => {
    for (const mode of ['check', 'apply'] as const) {
      const refused = await host.run(shell, [{ steps: [flagged(), next()] }, { steps: [next()] }], { mode });
      expect(refused.statuses).toEqual(['failed', 'skipped']);
      expect(failure(refused)).toMatchObject({ error: { message: 'there is no flag here' } });
      expect(stepsOf(refused)).toEqual(['the flag: failed']);
      noJournal();
    }
    host.write('flag', '');
    expect((await host.run(shell, [{ steps: [flagged()] }])).statuses).toEqual(['ok']);
    noJournal();
    const both = [{ steps: [flagged(), next()] }];
    expect((await host.run(shell, both)).statuses).toEqual(['changed']);
    expect((await host.run(shell, both, { name: 'again' })).statuses).toEqual(['ok']);
    const before = host.snapshot();
    host.undo(shell);
    expect(host.since(before)).toEqual(['next: "644 x" is now none']);
  });

  it('says beside it what its test says', async () => {
    const step = requires('x', { test: sh`echo 'process 7'; exit 1`, otherwise: 'it is taken' });
    expect(failure(await host.run(shell, [{ steps: [step] }]))).toMatchObject({
      error: { message: 'it is taken: process 7' },
    });
  });

  it('is open in a check where it is about something that is made before', async () => {
    const make = present('x', {
      test: sh`[ -e ${host.at('flag')} ]`,
      create: sh`: >${host.at('flag')}`,
      provides: 'flag:x',
    });
    const run = (step: Step, mode: 'check' | 'apply'): Promise<ShellRun> =>
      host.run(shell, [{ steps: [make, step] }], { mode });
    expect(stepsOf(await run(flagged({ inside: 'flag:x' }), 'check'))).toEqual([
      'x: changed',
      'the flag: unknown',
    ]);
    expect(stepsOf(await run(flagged({ inside: 'flag:x', fresh: 'set' }), 'check'))).toEqual([
      'x: changed',
      'the flag: ok',
    ]);
    expect(stepsOf(await run(flagged({ inside: 'flag:x' }), 'apply'))).toEqual([
      'x: changed',
      'the flag: ok',
    ]);
  });
});

describe.skipIf(process.getuid?.() !== 0).each(shellNames)('a tool, in %s', (shell) => {
  const packages = { debian: 'for-debian', fedora: 'for-fedora', suse: 'for-suse' };
  /** What a host with this /etc/os-release says of a tool that it does not have. */
  async function missing(release: string): Promise<ShellRun> {
    host.write('os-release', release);
    const mount = 'mount --bind "$0" /etc/os-release && exec "$@"';
    const other = new FolderHost({ under: ['unshare', '--mount', 'sh', '-c', mount, host.at('os-release')] });
    try {
      return await other.run(shell, [{ steps: [tool('no-such-tool', packages), next()] }], { mode: 'check' });
    } finally {
      other.close('canary');
    }
  }

  it.each([
    ['ID=fedora\nVERSION_ID=40\n', 'for-fedora (fedora)'],
    ['NAME="openSUSE Leap"\nID="opensuse-leap"\nID_LIKE="suse opensuse"\n', 'for-suse (opensuse-leap)'],
    ["ID=ubuntu\nID_LIKE='debian'\n", 'for-debian (ubuntu)'],
    ['ID=plan9\n', 'for-debian (plan9)'],
    ['# nothing\n', 'for-debian'],
    ['ID=$(touch canary)fedora\nID_LIKE="`touch canary`"\ntouch canary\n', 'for-debian ($(touch)'],
  ])('that is missing is named with its package, by %j', async (release, named) => {
    const run = await missing(release);
    expect(run.statuses).toEqual(['failed']);
    expect(failure(run)).toMatchObject({
      error: {
        message: 'the program no-such-tool is not installed on this host',
        hint: `Install the package ${named}.`,
      },
    });
    expect(stepsOf(run)).toEqual([]);
  });

  it('that is there is not spoken of, wherever the login looks for programs', async () => {
    const run = await host.run(shell, [{ steps: [tool('sh', packages), tool('sysctl', packages), next()] }], {
      mode: 'check',
    });
    expect(stepsOf(run)).toEqual([`${host.at('next')}: changed`]);
  });
});
