import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { unarchive, type UnarchiveOptions } from '../../../modules/index.ts';
import { OverlayHost } from '../../support/overlay-host.ts';
import { shellNames } from '../../support/shells.ts';
import { tarOf, type Member } from '../../support/tar-of.ts';
import { zipOf, type ZipMember } from '../../support/zip-of.ts';

const here = mkdtempSync(join(tmpdir(), 'tsplay-hostile-'));
afterAll(() => rmSync(here, { recursive: true }));

let archives = 0;
const kept = (bytes: Buffer, end: string): { readonly source: string } => {
  const source = join(here, `${(archives += 1)}.${end}`);
  writeFileSync(source, bytes);
  return { source };
};
const tar = (...members: readonly Member[]): { readonly source: string } => kept(tarOf(members), 'tar');
const zip = (...members: readonly ZipMember[]): { readonly source: string } => kept(zipOf(members), 'zip');
const x = { content: 'x' };
const link = 0o120777;

/** Archives that are refused, with the words that say why. */
const refused: Readonly<Record<string, readonly [UnarchiveOptions, RegExp]>> = {
  'an absolute name': [tar({ name: '/srv/other/x', ...x }), /names that lead out of the folder/],
  'an absolute name in a zip': [zip({ name: '/srv/other/x', ...x }), /names that lead out of the folder/],
  'a name that goes up': [tar({ name: 'a/../../other/x', ...x }), /names that lead out of the folder/],
  'a name that goes up in a zip': [zip({ name: '../other/x', ...x }), /names that lead out of the folder/],
  'a name that only goes up': [tar({ name: '..', type: '5' }), /names that lead out of the folder/],
  'a file through a link': [
    tar({ name: 'a', type: '2', to: '/srv/other' }, { name: 'a/x', ...x }),
    /written through a link[^]*a\/x/,
  ],
  'a file through a link that comes later': [
    tar(
      { name: './a//x', ...x },
      { name: 'a/', type: '2', to: '/srv/other' },
      { name: 'a', type: '2', to: '/srv/other' },
    ),
    /written through a link/,
  ],
  'a folder in the place of a link': [
    tar(
      { name: 'a', type: '2', to: '/srv/other' },
      { name: 'a', type: '5', mode: 0o755 },
      { name: 'a/x', ...x },
    ),
    /written through a link/,
  ],
  'a file through a link in a zip': [
    zip({ name: 'a', content: '/srv/other', mode: link }, { name: 'a/x', ...x }),
    /written through a link/,
  ],
  'a device': [tar({ name: 'a', type: '3' }), /devices, pipes or sockets/],
  'a block device': [tar({ name: 'a', type: '4' }), /devices, pipes or sockets/],
  'a pipe': [tar({ name: 'a', type: '6' }), /devices, pipes or sockets/],
  'a hard link out': [
    tar({ name: 'a', type: '1', to: '/srv/other/mine' }),
    /(?:hard links|names) that lead out/,
  ],
  'a hard link up': [
    tar({ name: 'a', type: '1', to: '../other/mine' }),
    /(?:hard links|names) that lead out/,
  ],
  'a hard link through a link': [
    tar({ name: 'a', type: '2', to: '/srv/other' }, { name: 'b', type: '1', to: 'a/mine' }),
    /could not change/,
  ],
  'a name with a newline': [tar({ name: 'a\nb', ...x }), /names with tabs or newlines/],
  'a name with a newline that looks like a listing': [
    tar({ name: 'a\n-rw-r--r-- b', type: '2', to: '/srv/other' }, { name: 'a\n-rw-r--r-- b/x', ...x }),
    /names with tabs or newlines|written through a link|hard links that lead out/,
  ],
  'a name with a tab': [tar({ name: 'a\tb', ...x }), /names with tabs or newlines/],
  'a name that no file can have': [zip({ name: 'n'.repeat(300), ...x }), /could not change/],
  'a path that no file can have': [zip({ name: 'n/'.repeat(3000) + 'x', ...x }), /could not change/],
  'links that lead out, where that is not wanted': [
    { ...tar({ name: 'a', type: '2', to: '/etc/passwd' }), links: 'inside' },
    /symbolic links that lead out/,
  ],
  'links that go up, where that is not wanted': [
    { ...tar({ name: 'a', type: '2', to: '../other' }), links: 'inside' },
    /symbolic links that lead out/,
  ],
  'links by other links, where that is not wanted': [
    {
      ...tar(
        { name: 'd/', type: '5', mode: 0o755 },
        { name: 'd/up', type: '2', to: '..' },
        { name: 'out', type: '2', to: 'd/up/../other' },
      ),
      links: 'inside',
    },
    /symbolic links that lead out/,
  ],
};

/** Archives that are unpacked and do no harm, with a command and what it then prints in the folder. */
const harmless: Readonly<Record<string, readonly [UnarchiveOptions, string, string]>> = {
  'links that lead out are links': [
    tar({ name: 'a', type: '2', to: '/srv/other' }, { name: 'b', type: '2', to: '../other' }),
    'readlink a b',
    '/srv/other\n../other',
  ],
  'and so they are in a zip': [
    zip({ name: 'a', content: '/etc/passwd', mode: link }),
    'readlink a',
    '/etc/passwd',
  ],
  'bits for other rights go': [
    tar({ name: 'a', mode: 0o6755, ...x }, { name: 'd/', type: '5', mode: 0o3777 }),
    'stat -c "%a %n" a d',
    '755 a\n755 d',
  ],
  'and so they do in a zip': [zip({ name: 'a', mode: 0o106755, ...x }), 'stat -c %a a', '755'],
  'names like options are names': [
    tar({ name: '-rf', ...x }, { name: '--checkpoint-action=exec=touch pwned', ...x }, { name: '-', ...x }),
    'ls',
    '-\n--checkpoint-action=exec=touch pwned\n-rf\nmine',
  ],
  'and so they are in a zip, with others that shells know': [
    zip(
      { name: '-rf', ...x },
      { name: '$(touch pwned)', ...x },
      { name: '*', ...x },
      { name: '..\\..\\up', ...x },
    ),
    "ls -A | tr '\\n' ' '",
    '$(touch pwned) * -rf ..\\..\\up mine',
  ],
  'names that are not UTF-8 stay': [
    tar({ name: Buffer.from([0x61, 0xe4, 0xff]), ...x }),
    'for one in a*; do printf %s "$one"; done | od -An -tx1 | tr -d \' \'',
    '61e4ff',
  ],
  'and so do those of a zip': [
    zip({ name: Buffer.from([0x61, 0xe4, 0x2e, 0x62]), ...x }, { name: 'ä/ö', ...x }),
    'find . -type f | wc -l',
    '3',
  ],
  'of what is there twice the last stays': [
    tar({ name: 'a', content: 'one' }, { name: 'a', content: 'two' }),
    'cat a',
    'two',
  ],
  'and it is not written through the first': [
    tar({ name: 'a', type: '2', to: '/srv/other/mine' }, { name: 'a', content: 'two' }),
    'cat a /srv/other/mine',
    'twoother',
  ],
  'nor is it in a zip': [
    zip({ name: 'a', content: '/srv/other/mine', mode: link }, { name: 'a', content: 'two' }),
    'cat /srv/other/mine',
    'other',
  ],
  'hard links within it are files': [
    tar({ name: 'a', ...x }, { name: 'b', type: '1', to: 'a' }),
    'cat a b',
    'xx',
  ],
};

describe.each(shellNames)('hostile archives in %s', (shell) => {
  let host: OverlayHost;
  beforeEach(async () => {
    host = await OverlayHost.start();
    host.sh('mkdir -p /srv/app /srv/other; echo mine >/srv/app/mine; printf other >/srv/other/mine');
  });
  afterEach(() => host.close());
  const put = async (options: UnarchiveOptions) => {
    const ran = await host.run(shell, () => void unarchive('/srv/app', options));
    return { ...ran, told: `${ran.told.join(' ')} ${ran.stderr}` };
  };
  const busybox = (): void =>
    void host.sh(
      'for one in tar unzip xargs find stat awk sed; do ln -sf /usr/bin/busybox "$(command -v $one)"; done',
    );

  // The tools differ more than the shells do.
  it.skipIf(shell === 'bash')(
    'are refused or do no harm',
    async () => {
      if (shell === 'ash') busybox();
      const before = host.snapshot();
      // Busybox makes links last, and none in the place of a file.
      const last = (name: string): boolean => shell === 'ash' && /through the first|nor is it/.test(name);
      const both = Object.entries(harmless);
      const fails = both.flatMap(([name, [options]]) =>
        last(name) ? [[name, [options, /symlink/]] as const] : [],
      );
      for (const [name, [options, words]] of [...Object.entries(refused), ...fails]) {
        const { statuses, told } = await put(options);
        expect([name, ...statuses, told]).toEqual([name, 'failed', expect.stringMatching(words)]);
        expect([name, ...host.snapshot()]).toEqual([name, ...before]);
      }
      for (const [name, [options, command, text]] of both.filter(([one]) => !last(one))) {
        const { statuses, name: run, told } = await put(options);
        expect([name, ...statuses, told]).toEqual([name, 'changed', expect.anything()]);
        expect([name, host.sh(`cd /srv/app && ${command}`)]).toEqual([name, text]);
        expect([name, ...(await put(options)).statuses]).toEqual([name, 'ok']);
        host.undo(shell, run);
        expect([name, ...host.snapshot()]).toEqual([name, ...before]);
      }
    },
    120_000,
  );

  it('what is unpacked is not written through links that stand there', async () => {
    expect((await put(tar({ name: 'lib', type: '2', to: '/srv/other' }))).statuses).toEqual(['changed']);
    const through = await put(tar({ name: 'lib/', type: '5', mode: 0o755 }, { name: 'lib/x', ...x }));
    expect(through.told).toMatch(/in the way: lib/);
    expect(host.sh('ls -A /srv/other')).toBe('mine');
  });

  it('of every format names are looked at, and what is no archive is none', async () => {
    const out = tarOf([{ name: '../other/x', ...x }]);
    const presses = { 'tar.gz': ['gzip'], 'tar.xz': ['xz'], 'tar.zst': ['zstd', '-q'], 'tar.bz2': ['bzip2'] };
    for (const [end, [program = '', ...words]] of Object.entries(presses)) {
      const pressed = execFileSync(program, [...words, '-c'], { input: out });
      expect((await put(kept(pressed, end))).told).toMatch(/names that lead out of the folder/);
      expect((await put(kept(pressed.subarray(0, -12), end))).told).toMatch(/it is no archive of the format/);
      expect((await put(kept(Buffer.from('no archive'), end))).told).toMatch(
        /it is no archive of the format/,
      );
    }
    expect((await put(kept(Buffer.from('no archive'), 'zip'))).statuses).toEqual(['failed']);
    expect(host.sh('ls -A /srv/app /srv/other')).toBe('/srv/app:\nmine\n\n/srv/other:\nmine');
  });

  it('more names than anybody needs are too many', async () => {
    const many = async (options: UnarchiveOptions): Promise<string> => {
      const rewritten = (text: string): string => text.replaceAll('most=1000000', 'most=3');
      const { statuses, stderr } = await host.run(shell, () => void unarchive('/srv/app', options), {
        rewritten,
      });
      return `${statuses.join(' ')} ${stderr}`;
    };
    const names = ['a', 'b', 'c', 'd'];
    for (const options of [tar(...names.map((name) => ({ name }))), zip(...names.map((name) => ({ name })))])
      expect(await many(options)).toMatch(/^failed [^]*more than 3 members/);
    expect(await many(tar(...names.slice(1).map((name) => ({ name }))))).toMatch(/^changed/);
  });
});
