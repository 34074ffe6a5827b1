import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { archive, type ArchiveOptions } from '../../../modules/index.ts';
import { problemsOf } from '../../support/modules.ts';
import { OverlayHost } from '../../support/overlay-host.ts';
import { shellNames } from '../../support/shells.ts';

const wrong = (path: unknown, options: object) => (): void =>
  void (archive as (path: unknown, options: object) => unknown)(path, options);

it.each([
  ['no folder', '/a.tar', {}, ["from is missing (or say state: 'absent')"]],
  ['a relative one', '/a.tar', { from: 'b' }, [expect.stringContaining('from must be absolute')]],
  ['no known end', '/a', { from: '/b' }, [expect.stringContaining('give its format')]],
  ['an empty list', '/a.tar', { from: [] }, [expect.stringContaining('from must not be empty')]],
  [
    'paths twice, in one another, outside, and relative',
    '/b/a.tar',
    { from: ['/c/d', '/c/d/', '/c/d/e', '/f', '/c', 'g'], root: '/c' },
    [
      expect.stringContaining('from[5] must be absolute'),
      'from names /c/d, which is in /c and would be packed twice',
      'from names /c/d twice',
      'from names /c/d/e, which is in /c/d and would be packed twice',
      'from names /f, which is not in the root /c',
      'from names /c, which is the root and so has no name in it',
    ],
  ],
  [
    'a root for nothing',
    '/a.tar',
    { from: '/b', root: '/c' },
    ['from names /b, which is not in the root /c'],
  ],
  [
    'itself in a list',
    '/b/a.tar',
    { from: ['/c', '/b'] },
    ['the archive would stand in /b, and so in itself'],
  ],
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
    expect(none.told.join(' ')).toContain('what is to be packed is not there: there is no /srv/none');
    host.sh('mkdir /srv/a');
    const odd = await host.run(shell, () => void archive('/srv/a.tar.gz', { from: ['/srv/a', '/srv/none'] }));
    expect(odd.told.join(' ')).toContain('there is no /srv/none');
    host.sh(`cd /srv/a && mkdir 'x
.' && mkdir -p 'x
./etc' && echo x >'x
./etc/shadow'`);
    const lines = await host.run(
      shell,
      () => void archive('/srv/a.tar.gz', { from: ['/srv/a', '/etc/hosts'] }),
    );
    expect([...lines.statuses, lines.stderr]).toEqual([
      'failed',
      expect.stringContaining('a name has more than one line'),
    ]);
    expect(host.sh('ls /srv')).not.toContain('a.tar.gz');
  });

  it('packing that fails leaves the old one, and nothing beside it', async () => {
    host.sh('mkdir /srv/a && echo x >/srv/a/f && echo old >/srv/a.tar.zst');
    host.sh("printf '#!/bin/sh\\nexit 1\\n' >/usr/bin/zstd");
    const failed = await host.run(shell, () => void archive('/srv/a.tar.zst', { from: '/srv/a' }));
    expect(failed.statuses).toEqual(['failed']);
    expect(host.sh('cat /srv/a.tar.zst; ls -A /srv | grep -c a.tar')).toBe('old\n1');
  });

  // The tools differ, and busybox's shell takes its own.
  it.skipIf(shell === 'bash')(
    'of files and folders from different places has them by their names in the root',
    async () => {
      host.sh(`mkdir -p /srv/a/deep /srv/b/cache /srv/empty && echo one >/srv/a/deep/one && echo two >/srv/b/-rf && ln -s a /srv/link &&
      echo odd >'/srv/b/odd\\x2d' && echo x >/srv/b/cache/x`);
      const listed = async (options: Omit<ArchiveOptions, 'state'>, list: string): Promise<string> => {
        const body = (): void => void archive('/srv/out', options as ArchiveOptions);
        expect((await host.run(shell, body, { mode: 'check' })).told).toEqual(['changed']);
        expect((await host.run(shell, body)).told).toEqual(['changed']);
        expect((await host.run(shell, body)).told).toEqual(['ok']);
        return host.sh(`${list} /srv/out | sed 's|^[.]/||' | sort | tr '\\n' ' '`);
      };
      const from = ['/srv/b', '/srv/a/deep', '/etc/hosts', '/srv/link'];
      const all = 'etc/hosts srv/a/deep/ srv/a/deep/one srv/b/ srv/b/-rf srv/b/odd\\x2d srv/link';
      const gnu = all.replace('odd', 'odd\\');
      expect(await listed({ from, format: 'tar.zst', exclude: ['srv/b/cache'] }, 'tar --zstd -tf')).toBe(gnu);
      expect(await listed({ from, format: 'zip', exclude: ['cache'] }, 'zipinfo -1')).toBe(all);
      const one = { from: ['/srv/a/deep/one', '/srv/a/deep/'].slice(0, 1), format: 'tar' } as const;
      expect(await listed(one, 'tar -tf')).toBe('one');
      expect(await listed({ from: '/srv/b/-rf', format: 'tar.bz2' }, 'tar -tf')).toBe('-rf');
      expect(await listed({ from: '/srv/a', root: '/srv', format: 'tar.xz' }, 'tar -tf')).toBe(
        'a/ a/deep/ a/deep/one',
      );
      expect(await listed({ from: '/srv/link', format: 'tar.gz' }, 'tar -tf')).toBe('deep/ deep/one');
      expect(await listed({ from: '/srv/empty', format: 'tar' }, 'tar -tf')).toBe('');
    },
  );

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
