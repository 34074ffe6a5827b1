import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { download, type DownloadOptions } from '../../../modules/index.ts';
import { secret } from '../../../src/steps/index.ts';
import { oddServer, served, type OddServer } from '../../support/odd-server.ts';
import { problemsOf, stepsOf } from '../../support/modules.ts';
import { OverlayHost } from '../../support/overlay-host.ts';
import { shellNames } from '../../support/shells.ts';

const sha256 = createHash('sha256').update(served).digest('hex');
const other = createHash('sha256').update('other').digest('hex');

describe('options of a download', () => {
  const url = 'https://example.net/a';
  it.each([
    ['nothing', '/x', {}, [/^url is missing/, /^one of sha256/]],
    ['a relative path', 'x', { url, sha256 }, [/^the path must be absolute/]],
    ['a folder', '/x/', { url, sha256 }, [/^the path names a folder/]],
    ['going up', '/a/../x', { url, sha256 }, [/^the path must not go up/]],
    ['a backslash', '/a\\b', { url, sha256 }, [/no backslash/]],
    ['another scheme', '/x', { url: 'ftp://a/b', sha256 }, [/^url must be an address/]],
    ['an option for an address', '/x', { url: '-o/etc/passwd', sha256 }, [/^url must be an address/]],
    ['a space', '/x', { url: 'https://a/b c', sha256 }, [/^url must be an address/]],
    ['no ASCII', '/x', { url: 'https://a/ü', sha256 }, [/^url must be an address/]],
    ['a password', '/x', { url: 'https://me:pw@a/b', sha256 }, [/^url has a user in it/]],
    ['no host', '/x', { url: 'https://[/b', sha256 }, [/^url is no address/]],
    ['a short digest', '/x', { url, sha256: 'abc' }, [/^sha256 must be 64/]],
    ['two digests', '/x', { url, sha256, sha512: sha256.repeat(2) }, [/^only one of/]],
    ['no digest, unsafe', '/x', { url: 'http://a/b', unverified: true }, [/^without a digest the address/]],
    ['not unverified', '/x', { url, unverified: false }, [/^unverified must be true/]],
    ['no digest, resumed', '/x', { url, unverified: true, resume: true }, [/^resume: true needs a digest/]],
    ['a bad header', '/x', { url, sha256, headers: { 'a b': 'c' } }, [/'a b', which is no name/]],
    [
      'a header of two lines',
      '/x',
      { url, sha256, headers: { a: 'b\nc' } },
      [/^headers\.a must be one line/],
    ],
    ['a secret one', '/x', { url, sha256, headers: { a: secret('b\n') } }, [/^the secret header a has more/]],
    ['a time', '/x', { url, sha256, timeout: 0 }, [/^timeout must be a whole number/]],
    ['a mode', '/x', { url, sha256, mode: 644 }, [/^mode must be/]],
    ['two groups', '/x', { url, sha256, owner: 'a:b', group: 'c' }, [/^owner names a group already/]],
    ['what is gone', '/x', { state: 'absent', url }, [/^url makes no sense/]],
    ['a misspelt one', '/x', { url, sha265: sha256 }, [/did you mean sha256\?/]],
  ] as const)('%s', async (_name, path, options, expected) => {
    const call = download as (name: string, options: object) => unknown;
    const found = await problemsOf(() => void call(path, options));
    const shown = found.filter((one) => expected.length > 1 || !one.startsWith('one of sha256'));
    expect(shown).toEqual(expected.map((one) => expect.stringMatching(one)));
  });

  it('has secret headers in no text of its steps', async () => {
    const headers = { 'X-Token': secret('abracadabra') };
    const steps = await stepsOf(() => void download('/x', { url, sha256, headers }));
    expect(JSON.stringify(steps)).not.toContain('abracadabra');
  });
});

describe.each(shellNames)('in %s', (shell) => {
  let host: OverlayHost;
  let server: OddServer;
  beforeEach(async () => {
    host = await OverlayHost.start();
    server = await oddServer(host);
    host.sh('mkdir /srv/app');
  });
  afterEach(async () => {
    await server.close();
    await host.close();
  });

  const get = async (
    kind: string,
    options: Partial<DownloadOptions> & { readonly retries?: number } = {},
    mode: 'check' | 'apply' = 'apply',
  ): Promise<readonly string[]> => {
    const { told, stderr } = await host.run(
      shell,
      () =>
        void download('/srv/app/a', {
          url: `${server.address}/${kind}/x`,
          sha256,
          timeout: 5,
          ...options,
        } as DownloadOptions),
      { mode },
    );
    return told[0] === 'failed' ? ['failed', `${told[1]} ${stderr}`] : told;
  };
  const there = (): string => host.sh('sha256sum </srv/app/a; ls -A /srv/app');
  const right = `${sha256}  -\na`;

  const programs = {
    curl: ':',
    wget: 'rm /usr/bin/curl',
    busybox: 'rm /usr/bin/curl && ln -sf /usr/bin/busybox /usr/bin/wget',
  };
  // bash has no programs of its own in their place, so what goes for dash goes for it.
  const chosen = Object.entries(programs).filter(([name]) => shell !== 'bash' || name === 'curl');
  it.each(chosen)('goes on where the connection was lost, by %s', async (_, ground) => {
    host.sh(ground);
    const lost = await get('cut');
    expect(lost).toEqual(['failed', expect.stringMatching(/the next try goes on from there/)]);
    expect(host.sh('ls -A /srv/app; stat -c %a /srv/app/.*.part~')).toMatch(/^\.tsplay-\w+\.part~\n600$/);
    expect(await get('cut')).toEqual(['changed']);
    expect(there()).toBe(right);
    expect(server.asked.at(-1)).toMatch(/ bytes=\d{2,}- /);
    expect(await get('cut')).toEqual(['ok']);
    // A server that cannot go on gives all of it again.
    for (const kind of ['from-start', 'refused']) {
      host.sh('rm /srv/app/a');
      expect((await get(kind))[0]).toBe('failed');
      expect(await get(kind)).toEqual(['changed']);
      expect(there()).toBe(right);
    }
    // What another has laid there is not gone on with, nor written through.
    const [part = ''] = host.sh('rm /srv/app/a; ls -A /srv/app').split('\n');
    expect(part).toBe('');
    expect(await get('none')).toEqual(['failed', expect.stringMatching(/404/)]);
    expect(host.sh('ls -A /srv/app')).toBe('');
  });

  it('never lets a wrong digest go live, and tells both', async () => {
    host.sh('echo mine >/srv/app/a');
    const wrong = await get('whole', { sha256: other });
    expect(wrong).toEqual(['failed', expect.stringMatching(`gave sha256 ${sha256}.*declared ${other}`)]);
    expect(host.sh('cat /srv/app/a; ls -A /srv/app')).toBe('mine\na');
  });

  it('tries again as often as the task says, and follows redirects', async () => {
    expect(await get('cut', { retries: 1, delay: 0 } as object)).toEqual(['changed']);
    expect(await get('away')).toEqual(['ok']);
    host.sh('rm /srv/app/a');
    expect(await get('away')).toEqual(['changed']);
    expect(there()).toBe(right);
  });

  it('keeps secret headers off command lines, and to their host', async () => {
    const headers = { 'X-Token': secret('a "b" \\c') };
    expect(await get('secret', { headers })).toEqual(['changed']);
    expect(server.asked.at(-1)).toBe('/secret/x - a "b" \\c');
    host.sh('rm /srv/app/a');
    expect((await get('away', { headers }))[0]).toBe('failed');
    expect(host.sh('grep -rl "a .b. .c" /var/lib/tsplay-test || echo none')).toBe('none');
    host.sh('rm -f /srv/app/a /usr/bin/curl; ln -sf /usr/bin/busybox /usr/bin/wget');
    expect(await get('secret', { headers })).toEqual([
      'failed',
      expect.stringMatching(/would show secret headers/),
    ]);
  });

  // Busybox has a wget of its own, which its shell prefers.
  it.skipIf(shell === 'ash')('has other programs in the place of curl', async () => {
    host.sh('rm /usr/bin/curl');
    const headers = { 'X-Token': secret('a "b" \\c') };
    expect(await get('secret', { headers })).toEqual(['changed']);
    expect(host.sh('grep -rl "a .b. .c" /var/lib/tsplay-test || echo none')).toBe('none');
    host.sh('rm /usr/bin/wget /srv/app/a');
    expect((await get('whole', {}, 'check'))[0]).toBe('failed');
  });

  it('goes on after it was killed half-way', async () => {
    const ends = get('slow');
    await expect.poll(() => host.sh('cat /srv/app/.*.part~ 2>/dev/null | wc -c')).toMatch(/^(9|100)\d{3,4}$/);
    host.sh(
      'for p in /proc/[0-9]*; do case $(readlink $p/exe) in */curl) kill -9 "${p#/proc/}" ;; esac; done',
    );
    expect((await ends)[0]).toBe('failed');
    expect(await get('slow')).toEqual(['changed']);
    expect(server.asked.at(-1)).toMatch(/ bytes=(9|100)\d{3,4}- /);
    expect(there()).toBe(right);
  });

  it('says before what it cannot do', async () => {
    host.sh('ln -s b /srv/app/link; mkdir /srv/app/folder');
    const told = async (path: string, options = {}): Promise<readonly string[]> => {
      const body = (): void =>
        void download(path, { url: `${server.address}/whole/x`, sha256, ...options } as DownloadOptions);
      return (await host.run(shell, body, { mode: 'check' })).told;
    };
    expect(await told('/srv/app/link')).toEqual(['failed', expect.stringMatching(/is a symbolic link/)]);
    expect(await told('/srv/app/folder')).toEqual(['failed', expect.stringMatching(/a folder of that name/)]);
    expect(await told('/srv/no/x')).toEqual([
      'failed',
      expect.stringMatching(/there is no folder \/srv\/no/),
    ]);
    expect(await told('/srv/app/x', { owner: 'nobody-here' })).toEqual([
      'failed',
      expect.stringMatching(/there is no user nobody-here/),
    ]);
  });
});
