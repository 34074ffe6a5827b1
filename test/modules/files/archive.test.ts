import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { archive } from '../../../modules/index.ts';
import { problemsOf } from '../../support/modules.ts';
import { OverlayHost } from '../../support/overlay-host.ts';
import { shellNames } from '../../support/shells.ts';

const wrong = (path: unknown, options: object) => (): void =>
  void (archive as (path: unknown, options: object) => unknown)(path, options);

it.each([
  ['no folder', '/a.tar', {}, ["from is missing (or say state: 'absent')"]],
  ['a relative one', '/a.tar', { from: 'b' }, [expect.stringContaining('from must be absolute')]],
  ['no known end', '/a', { from: '/b' }, [expect.stringContaining('give its format')]],
  ['an unknown format', '/a', { from: '/b', format: 'rar' }, [expect.stringContaining('format must be')]],
  ['itself', '/b/a.tar', { from: '/b' }, ['the archive would stand in /b, and so in itself']],
  ['itself, from the root', '/a.tar', { from: '/' }, ['the archive would stand in /, and so in itself']],
  [
    'a folder as its name',
    '/a/',
    { from: '/b' },
    expect.arrayContaining([expect.stringContaining('names a folder')]),
  ],
  [
    'patterns',
    '/a.tar',
    { from: '/b', exclude: ['/x', ''] },
    [expect.stringContaining('exclude[0]'), expect.stringContaining('exclude[1]')],
  ],
  [
    'what makes no sense',
    '/a.tar',
    { state: 'absent', from: '/b' },
    ["from makes no sense with state: 'absent'"],
  ],
])('%s', async (_name, path, options, problems) => {
  expect(await problemsOf(wrong(path, options))).toEqual(problems);
});

describe.each(shellNames)('in %s', (shell) => {
  let host: OverlayHost;
  beforeEach(async () => {
    host = await OverlayHost.start();
  });
  afterEach(() => host.close());

  it('a folder that is not there, or cannot be read, is no empty archive', async () => {
    const none = await host.run(shell, () => void archive('/srv/a.tar.gz', { from: '/srv/none' }));
    expect(none.told.join(' ')).toContain('there is no folder /srv/none to be packed');
    expect(host.sh('ls /srv')).not.toContain('a.tar.gz');
  });

  it('packing that fails leaves the old one, and nothing beside it', async () => {
    host.sh('mkdir /srv/a && echo x >/srv/a/f && echo old >/srv/a.tar.zst');
    host.sh("printf '#!/bin/sh\\nexit 1\\n' >/usr/bin/zstd");
    const failed = await host.run(shell, () => void archive('/srv/a.tar.zst', { from: '/srv/a' }));
    expect(failed.statuses).toEqual(['failed']);
    expect(host.sh('cat /srv/a.tar.zst; ls -A /srv | grep -c a.tar')).toBe('old\n1');
  });

  it('is what an old one becomes when a file changes, and comes back', async () => {
    host.sh('mkdir /srv/a && echo x >/srv/a/f && echo old >/srv/a.tgz && chmod 640 /srv/a.tgz');
    const body = (): void => void archive('/srv/a.tgz', { from: '/srv/a' });
    const run = await host.run(shell, body);
    expect(run.told).toEqual(['changed']);
    expect(host.sh('tar -xzOf /srv/a.tgz ./f; stat -c %a /srv/a.tgz')).toBe('x\n640');
    expect((await host.run(shell, body)).told).toEqual(['ok']);
    host.sh('echo y >/srv/a/f');
    expect((await host.run(shell, body, { mode: 'check' })).told).toEqual(['changed']);
    host.undo(shell, run.name);
    expect(host.sh('cat /srv/a.tgz; stat -c %a /srv/a.tgz')).toBe('old\n640');
  });
});
