import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { file, line, unarchive, type UnarchiveOptions } from '../../../modules/index.ts';
import { problemsOf } from '../../support/modules.ts';
import { oddServer } from '../../support/odd-server.ts';
import { OverlayHost } from '../../support/overlay-host.ts';
import { shellNames } from '../../support/shells.ts';
import { tarOf, type Member } from '../../support/tar-of.ts';

const here = mkdtempSync(join(tmpdir(), 'tsplay-archives-'));
afterAll(() => rmSync(here, { recursive: true }));
const sha256 = 'a'.repeat(64);

describe('options of what is unpacked', () => {
  const url = 'https://a/b.tgz';
  const remote = '/srv/a.tar';
  it.each([
    ['nothing', '/x', {}, [/^one of source, remote and url/]],
    ['a relative path', 'x', { remote }, [/^the path must be absolute/]],
    ['the kernel', '/proc/x', { remote }, [/is in a file system of the kernel/]],
    ['two sources', '/x', { remote, url, sha256 }, [/^only one of source/]],
    ['no digest', '/x', { url }, [/^url needs the sha256/]],
    ['a digest too many', '/x', { source: 'a.tar', sha256 }, [/^sha256 makes no sense/]],
    ['headers for nobody', '/x', { remote, headers: {}, timeout: 3 }, [/^headers makes/, /^timeout makes/]],
    ['no format', '/x', { remote: '/srv/a' }, [/^the name of the archive does not say/]],
    ['a wrong one', '/x', { remote, format: 'tar.gzip' }, [/^format must be.*did you mean tar\.gz/]],
    ['a relative archive', '/x', { remote: 'a.tar' }, [/^remote must be absolute/]],
    ['patterns', '/x', { remote, exclude: [], only: ['/a'] }, [/^exclude must not be/, /^only\[0\] must be/]],
    ['links', '/x', { remote, links: 'none' }, [/^links must be/]],
    ['levels', '/x', { remote, strip: -1 }, [/^strip must be a whole number/]],
    ['an id', '/x', { remote, id: 'a b' }, [/^id must be a word/]],
    ['two groups', '/x', { remote, owner: 'a:b', group: 'c' }, [/^owner names a group/]],
    ['what is gone', '/x', { state: 'absent', remote }, [/^remote makes no sense/]],
    ['a misspelt one', '/x', { remote, stripp: 1 }, [/did you mean strip\?/]],
    ['no such source', '/x', { source: 'no.tar' }, [/^there is no file/]],
  ] as const)('%s', async (_name, path, options, expected) => {
    const call = unarchive as (name: string, options: object) => unknown;
    const found = await problemsOf(() => void call(path, options), join(here, 'site.ts'));
    expect(found).toEqual(expected.map((one) => expect.stringMatching(one)));
  });
});

describe.each(shellNames)('in %s', (shell) => {
  let host: OverlayHost;
  beforeEach(async () => {
    host = await OverlayHost.start();
    host.sh('mkdir -p /srv/app /srv/other; echo mine >/srv/app/mine');
  });
  afterEach(() => host.close());

  const put = async (
    options: UnarchiveOptions,
    mode: 'check' | 'apply' = 'apply',
  ): Promise<readonly string[]> => {
    const { told, stderr } = await host.run(shell, () => void unarchive('/srv/app', options), { mode });
    return told[0] === 'failed' ? ['failed', `${told.join(' ')} ${stderr}`] : told;
  };
  const packed = (members: readonly Member[]): UnarchiveOptions => {
    const source = join(here, `${createHash('sha256').update(JSON.stringify(members)).digest('hex')}.tar`);
    writeFileSync(source, tarOf(members));
    return { source };
  };
  it('follows from version to version, and leaves alone what is not its own', async () => {
    const file = (name: string, content = name): Member => ({ name, content });
    expect(await put(packed([file('a'), file('old/b'), file('old/c'), file('d')]))).toEqual(['changed']);
    host.sh('echo edited >/srv/app/d');
    const two = packed([file('a', 'new'), file('e/f')]);
    expect(await put(two, 'check')).toEqual(['changed']);
    expect(await put(two)).toEqual(['changed']);
    expect(host.sh('cd /srv/app; find . | sort; cat a d mine')).toBe(
      '.\n./a\n./d\n./e\n./e/f\n./mine\nnewedited\nmine',
    );
    expect(await put(two)).toEqual(['ok']);
    host.undo(shell, 'run3');
    expect(host.sh('cd /srv/app; find . -type f | sort; cat a')).toBe(
      './a\n./d\n./mine\n./old/b\n./old/c\na',
    );
  });

  it('leaves to other tasks what they declare of it, but for what another archive brings', async () => {
    const files = (version: string): readonly Member[] =>
      ['conf', 'edited', 'plain'].map((name) => ({ name: `etc/${name}`, content: `${name} ${version}\n` }));
    const play = async (version: string): Promise<readonly string[]> => {
      const body = (): void => {
        unarchive('/srv/app', { ...packed(files(version)) } as UnarchiveOptions);
        file('/srv/app/etc/conf', { content: 'ours\n' });
        line('/srv/app/etc/edited', { line: 'more' });
      };
      return (await host.run(shell, body)).told;
    };
    const seen = (): string => host.sh('cd /srv/app/etc; cat conf edited plain');
    expect(await play('1')).toEqual(['changed', 'changed', 'changed']);
    expect(seen()).toBe('ours\nedited 1\nmore\nplain 1');
    expect(await play('1')).toEqual(['ok', 'ok', 'ok']);
    host.sh('cd /srv/app/etc; echo x >plain; rm edited');
    expect(await play('1')).toEqual(['changed', 'ok', 'changed']);
    expect(seen()).toBe('ours\nedited 1\nmore\nplain 1');
    expect(await play('2')).toEqual(['changed', 'changed', 'changed']);
    expect(seen()).toBe('ours\nedited 2\nmore\nplain 2');
    expect(await play('2')).toEqual(['ok', 'ok', 'ok']);
  });

  it('refuses what stands in the way, a wrong digest, and what is no archive', async () => {
    host.sh('mkdir /srv/app/a; ln -s /srv/other /srv/app/b');
    expect(await put(packed([{ name: 'a' }]))).toEqual(['failed', expect.stringMatching(/in the way: a/)]);
    const through = packed([
      { name: 'b/', type: '5', mode: 0o755 },
      { name: 'b/x', content: 'x' },
    ]);
    expect(await put(through)).toEqual(['failed', expect.stringMatching(/in the way: b/)]);
    expect(host.sh('ls -A /srv/other')).toBe('');
    host.sh('echo no archive >/srv/a.tar; head -c 3000 /dev/urandom | gzip | head -c 2000 >/srv/a.tar.gz');
    expect(await put({ remote: '/srv/a.tar' })).toEqual([
      'failed',
      expect.stringMatching(/no archive of the/),
    ]);
    expect(await put({ remote: '/srv/a.tar.gz' })).toEqual(['failed', expect.stringMatching(/no archive/)]);
    expect(await put({ remote: '/srv/a.tar', sha256 })).toEqual([
      'failed',
      expect.stringMatching(/which is not the declared/),
    ]);
    expect(await put({ remote: '/srv/none.tar' })).toEqual([
      'failed',
      expect.stringMatching(/no archive \/srv/),
    ]);
    expect(host.sh('ls -A /srv/app')).toBe('a\nb\nmine');
  });

  // Busybox's shell has an mv of its own.
  it.skipIf(shell === 'ash')('goes on after it was killed half-way, and can be taken back', async () => {
    host.sh('echo old >/srv/app/b');
    const before = host.snapshot();
    host.sh(`printf '#!/bin/sh\\necho >>/tmp/moves; [ "$(wc -l </tmp/moves)" != 2 ] || kill -9 "$PPID"\\nexec /bin/mv "$@"\\n' \\
      >/usr/local/bin/mv; chmod 755 /usr/local/bin/mv`);
    const three = packed(['a', 'b', 'c'].map((name) => ({ name, content: name })));
    const cut = await put(three);
    expect(cut[0]).toBe('failed');
    host.sh('rm /usr/local/bin/mv');
    expect(host.sh('ls -A /srv/app')).toMatch(/^\.tsplay-\w+~\na\nb/);
    expect(await put(three)).toEqual(['changed']);
    expect(host.sh('cd /srv/app; ls -A; cat a b c')).toBe('a\nb\nc\nmine\nabc');
    host.undo(shell, 'run2');
    host.undo(shell, 'run1');
    const traces = / usr\/local/;
    expect(host.snapshot().filter((line) => !traces.test(line))).toEqual(
      before.filter((line) => !traces.test(line)),
    );
  });

  it('fetches what it unpacks, and only then', async () => {
    const server = await oddServer(host);
    try {
      const wrong = { url: `${server.address}/whole/a.tar`, sha256 };
      expect(await put(wrong)).toEqual(['failed', expect.stringMatching(/which is not the declared/)]);
      host.sh(
        'cd /srv/other && echo x >f && tar -cf /srv/b.tar f && busybox httpd -p 127.0.0.1:8081 -h /srv',
      );
      const right = {
        url: 'http://127.0.0.1:8081/b.tar',
        sha256: host.sh('sha256sum </srv/b.tar').slice(0, 64),
      };
      expect(await put(right, 'check')).toEqual(['changed']);
      expect(await put(right)).toEqual(['changed']);
      host.sh('rm /srv/b.tar');
      expect(await put(right)).toEqual(['ok']);
      expect(host.sh('ls -A /srv/app')).toBe('f\nmine');
    } finally {
      await server.close();
    }
  });
});
