import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { block, ini, line, replace } from '../../../modules/index.ts';
import { programOf } from '../../support/modules.ts';
import { runIn, type Shell } from '../../support/shells.ts';

/** What a file is before, what is called with its path, and what it is after. No text after: it stays as it is. */
type Case = readonly [name: string, before: string, call: (path: string) => unknown, after?: string];

const conf = '# Port of it\n#Port 22\nListen ::\nMatch all\n  X11 no\n';

const lines: readonly Case[] = [
  ['is put at the end', 'a\nb\n', (p) => line(p, { line: 'c' }), 'a\nb\nc\n'],
  ['that is there stays', 'a\nb\nc', (p) => line(p, { line: 'b' })],
  ['looks like a number and is another text', '1.0\n', (p) => line(p, { line: '1' }), '1.0\n1\n'],
  ['goes into an empty file', '', (p) => line(p, { line: 'a' }), 'a\n'],
  ['goes behind a last line without a newline', 'a\nb', (p) => line(p, { line: 'c' }), 'a\nb\nc\n'],
  ['is a last line without a newline', 'a\nb', (p) => line(p, { match: '^b', line: 'c' }), 'a\nc'],
  [
    'takes the place of what matches',
    conf,
    (p) => line(p, { match: '^#?Port ', line: 'Port 2222' }),
    conf.replace('#Port 22', 'Port 2222'),
  ],
  [
    'takes the place of the last that matches',
    'a1\na2\nb\n',
    (p) => line(p, { match: '^a', line: 'a9' }),
    'a1\na9\nb\n',
  ],
  [
    'takes the place of the first, if it is to',
    'a1\na2\n',
    (p) => line(p, { match: '^a', line: 'a9', firstMatch: true }),
    'a9\na2\n',
  ],
  ['does not match, but is there', 'x\nb\n', (p) => line(p, { match: '^a', line: 'b' })],
  [
    'means nothing but itself',
    'a\n',
    (p) => line(p, { match: 'a', line: '\\1 & $0 \\n \t"\'`%s' }),
    '\\1 & $0 \\n \t"\'`%s\n',
  ],
  [
    'is put behind',
    conf,
    (p) => line(p, { line: 'L2', insertAfter: '^Listen' }),
    conf.replace('::\n', '::\nL2\n'),
  ],
  ['is put behind the last', 'a\na\nb\n', (p) => line(p, { line: 'n', insertAfter: 'a' }), 'a\na\nn\nb\n'],
  [
    'is put before',
    conf,
    (p) => line(p, { line: 'L2', insertBefore: '^Match' }),
    conf.replace('Match', 'L2\nMatch'),
  ],
  ['is put first', 'a\n', (p) => line(p, { line: 'n', insertBefore: 'BOF' }), 'n\na\n'],
  [
    'is put at the end where nothing matches',
    'a\n',
    (p) => line(p, { line: 'n', insertBefore: 'zz' }),
    'a\nn\n',
  ],
  ['keeps CRLF', 'a\r\nb\r\n', (p) => line(p, { match: '^a$', line: 'c' }), 'c\r\nb\r\n'],
  ['is put into CRLF', 'a\r\nb\r\n', (p) => line(p, { line: 'c' }), 'a\r\nb\r\nc\r\n'],
  ['is put into CRLF without an end', 'a\r\nb', (p) => line(p, { line: 'c' }), 'a\r\nb\r\nc\r\n'],
  ['is there in CRLF', 'a\r\nb', (p) => line(p, { line: 'b' })],
  ['leaves CRLF without an end', 'a\r\nb', (p) => line(p, { match: 'a', line: 'c' }), 'c\r\nb'],
  ['goes', 'a\nb\na\n', (p) => line(p, { line: 'a', state: 'absent' }), 'b\n'],
  ['goes by expression', '#a\nb\n a\n', (p) => line(p, { match: '^#?a', state: 'absent' }), 'b\n a\n'],
  ['is not there to go', 'ab\n', (p) => line(p, { line: 'a', state: 'absent' })],
  ['goes as the only one', 'a', (p) => line(p, { line: 'a', state: 'absent' }), ''],
  ['goes as the last', 'a\nb', (p) => line(p, { line: 'b', state: 'absent' }), 'a\n'],
  ['that is empty goes', 'a\n\nb\n', (p) => line(p, { line: '', state: 'absent' }), 'a\nb\n'],
  ['is the first behind a mark', '\uFEFFa\n', (p) => line(p, { match: '^a', line: 'b' }), '\uFEFFb\n'],
  ['is put first behind a mark', '\uFEFFa', (p) => line(p, { line: 'b', insertBefore: 'BOF' }), '\uFEFFb\na'],
  ['of UTF-8', 'grün\n', (p) => line(p, { match: '^gr[üu]n$', line: 'blau €😀' }), 'blau €😀\n'],
];

const expressions: readonly Case[] = [
  ['intervals', 'aab\naaab\n', (p) => line(p, { match: '^a{3}b$', line: 'x' }), 'aab\nx\n'],
  ['open intervals', 'ab\naaaab\n', (p) => line(p, { match: '^a{2,}b$', line: 'x' }), 'ab\nx\n'],
  [
    'bounded intervals',
    'abababab\nabab\n',
    (p) => line(p, { match: '^(ab){1,3}$', line: 'x' }),
    'abababab\nx\n',
  ],
  [
    'classes',
    'A_9 -\n',
    (p) => line(p, { match: '^[[:upper:]]_[[:digit:]][[:space:]]-$', line: 'x' }),
    'x\n',
  ],
  [
    'brackets with all that is special',
    '^]-\\[\n',
    (p) => line(p, { match: '^[]^\\\\[-]{5}$', line: 'x' }),
    'x\n',
  ],
  ['a hat alone', '^\n', (p) => line(p, { match: '^[\\\\^]$', line: 'x' }), 'x\n'],
  ['inverted brackets', 'a]b\n', (p) => line(p, { match: '^a[^[:alpha:]^]b$', line: 'x' }), 'x\n'],
  [
    'escaped characters',
    'a.b*(c)|{d}^$\\/\n',
    (p) => line(p, { match: '^a\\.b\\*\\(c\\)\\|\\{d\\}\\^\\$\\\\/$', line: 'x' }),
    'x\n',
  ],
  [
    'a point is no escaped one',
    'axb\na.b\nayb\n',
    (p) => line(p, { match: '^a\\.b$', line: 'x' }),
    'axb\nx\nayb\n',
  ],
  ['alternatives', 'red\nblue\n', (p) => line(p, { match: '^(red|green)$', line: 'x' }), 'x\nblue\n'],
  [
    'a beginning among alternatives',
    'a,k=1\n',
    (p) => replace(p, { match: '(^|,)k=[0-9]', with: '$1k=x' }),
    'a,k=x\n',
  ],
  ['a tab', 'a\tb\n', (p) => line(p, { match: '^a\\tb$', line: 'x' }), 'x\n'],
  ['repeated letters beyond ASCII', 'äää\n', (p) => line(p, { match: '^ä{3}$', line: 'x' }), 'x\n'],
];

const replaced: readonly Case[] = [
  ['everywhere', 'a b a\nxa\n', (p) => replace(p, { match: 'a', with: 'c' }), 'c b c\nxc\n'],
  ['means itself', 'k=a\n', (p) => replace(p, { match: 'a', with: '\\1&\\\\ $$5' }), 'k=\\1&\\\\ $5\n'],
  [
    'groups',
    'port = 80 # x\n',
    (p) => replace(p, { match: '^(port *= *)[0-9]+( *#)', with: '$18080$2' }),
    'port = 8080 # x\n',
  ],
  [
    'groups in groups',
    '10.1.2.3\n',
    (p) => replace(p, { match: '((10)[.]1)[.](2[.]3)', with: '<$1|$2|$3>' }),
    '<10.1|10|2.3>\n',
  ],
  [
    'a group of alternatives',
    'http://deb.x http://sec.x\n',
    (p) => replace(p, { match: 'http://(deb|sec)[.]x', with: 'https://$1.x' }),
    'https://deb.x https://sec.x\n',
  ],
  ['the whole', 'a1b2\n', (p) => replace(p, { match: '^a1b2', with: '#$&' }), '#a1b2\n'],
  ['a beginning is one only', 'aaa\n', (p) => replace(p, { match: '^a', with: 'b' }), 'baa\n'],
  ['an end', 'ab ab\n', (p) => replace(p, { match: 'ab$', with: 'c' }), 'ab c\n'],
  ['longest first', 'k=1;k=2;\n', (p) => replace(p, { match: '^(k=.*);', with: '[$1]' }), '[k=1;k=2]\n'],
  ['nothing where nothing matches', 'a\n', (p) => replace(p, { match: 'b', with: 'c' })],
  ['by nothing', 'a;b;\n', (p) => replace(p, { match: ';', with: '' }), 'ab\n'],
  [
    'between limits',
    'p=1\n[a]\np=1\n[b]\np=1\n[c]\np=1\n',
    (p) => replace(p, { match: 'p=1', with: 'p=2', after: '^\\[b\\]', before: '^\\[' }),
    'p=1\n[a]\np=1\n[b]\np=2\n[c]\np=1\n',
  ],
  ['after nothing', 'p=1\n', (p) => replace(p, { match: 'p=1', with: 'p=2', after: 'zz' })],
  ['before nothing', 'p=1\n', (p) => replace(p, { match: 'p=1', with: 'p=2', before: 'zz' }), 'p=2\n'],
  ['in CRLF', 'a\r\nb\r\n', (p) => replace(p, { match: 'a$', with: 'c' }), 'c\r\nb\r\n'],
];

const begin = '# BEGIN tsplay: block\n';
const end = '# END tsplay: block\n';
const blocks: readonly Case[] = [
  ['is put at the end', 'a', (p) => block(p, { content: 'x\ny' }), `a\n${begin}x\ny\n${end}`],
  ['is there', `a\n${begin}x\n${end}b`, (p) => block(p, { content: 'x\n' })],
  [
    'becomes longer',
    `a\n${begin}x\n${end}b`,
    (p) => block(p, { content: 'y\n\n1\\n&\n' }),
    `a\n${begin}y\n\n1\\n&\n${end}b`,
  ],
  [
    'becomes shorter',
    `${begin}x\ny\nz\n${end}b\n`,
    (p) => block(p, { content: 'y\n' }),
    `${begin}y\n${end}b\n`,
  ],
  [
    'ends the file',
    `${begin}x\n# END tsplay: block`,
    (p) => block(p, { content: 'y' }),
    `${begin}y\n# END tsplay: block`,
  ],
  ['goes', `a\n${begin}x\n${end}b\n`, (p) => block(p, { state: 'absent' }), 'a\nb\n'],
  ['goes as the last', `a\n${begin}x\n${end}`, (p) => block(p, { state: 'absent' }), 'a\n'],
  ['is not there to go', 'a\n', (p) => block(p, { state: 'absent' })],
  [
    'is one of several',
    `${begin}x\n${end}`,
    (p) => block(p, { marker: 'b 2', content: 'z', insertBefore: 'BOF', comment: ['<!--', '-->'] }),
    `<!-- BEGIN tsplay: b 2 -->\nz\n<!-- END tsplay: b 2 -->\n${begin}x\n${end}`,
  ],
  [
    'stands behind',
    'a\nb\nc\n',
    (p) => block(p, { content: 'x', insertAfter: '^b$' }),
    `a\nb\n${begin}x\n${end}c\n`,
  ],
  [
    'is one of somebody else',
    'a\n# {{{\nold\n# }}}\nb\n',
    (p) => block(p, { content: 'x', markers: ['# {{{', '# }}}'] }),
    'a\n# {{{\nx\n# }}}\nb\n',
  ],
  [
    'is put into CRLF',
    'a\r\n',
    (p) => block(p, { content: 'x' }),
    `a\r\n${begin}x\n${end}`.replaceAll(/\r?\n/g, '\r\n'),
  ],
];

const text = '; c\nroot=1\n\n[a]\nkey = v ; w\n#other = 1\n\tdeep=x\n\n[b]\nlist=1\nlist=2\nlist=3\n';
const inis: Case[] = [
  ['sets a value', text, (p) => ini(p, { section: 'a', key: 'key', value: 'n' }), text.replace('v ; w', 'n')],
  ['finds a value', text, (p) => ini(p, { section: 'a', key: 'key', value: 'v ; w' })],
  [
    'keeps the white space',
    text,
    (p) => ini(p, { section: 'a', key: 'deep', value: 5 }),
    text.replace('deep=x', 'deep=5'),
  ],
  [
    'knows keys before sections',
    text,
    (p) => ini(p, { key: 'root', value: 2 }),
    text.replace('root=1', 'root=2'),
  ],
  [
    'adds keys before sections',
    text,
    (p) => ini(p, { key: 'new', value: true }),
    text.replace('root=1', 'root=1\nnew=true'),
  ],
  [
    'adds keys, as those of the section are',
    text,
    (p) => ini(p, { section: 'a', key: 'other', value: '1' }),
    text.replace('\tdeep=x', '\tdeep=x\nother = 1'),
  ],
  ['adds keys at the end', text, (p) => ini(p, { section: 'b', key: 'n', value: '' }), `${text}n=\n`],
  ['adds sections', text, (p) => ini(p, { section: 'c d', key: 'n', value: 'x' }), `${text}\n[c d]\nn=x\n`],
  ['adds sections without a key', 'a=1', (p) => ini(p, { section: 's' }), 'a=1\n\n[s]\n'],
  ['adds to nothing', '', (p) => ini(p, { section: 's', key: 'k', value: 'v' }), '[s]\nk = v\n'],
  [
    'takes a separator',
    '',
    (p) => ini(p, { section: 's', key: 'k', value: 'v', separator: '=' }),
    '[s]\nk=v\n',
  ],
  ['knows colons', 'a: 1\nb: 2\n', (p) => ini(p, { key: 'b', value: 3, separator: ': ' }), 'a: 1\nb: 3\n'],
  [
    'makes several one',
    text,
    (p) => ini(p, { section: 'b', key: 'list', value: 2 }),
    text.replace('1\nlist=2\nlist=3', '2'),
  ],
  [
    'sets several',
    text,
    (p) => ini(p, { section: 'b', key: 'list', values: [1, 5] }),
    text.replace('2\nlist=3', '5'),
  ],
  [
    'adds several',
    text,
    (p) => ini(p, { section: 'b', key: 'list', values: [1, 2, 3, 4] }),
    `${text}list=4\n`,
  ],
  [
    'takes away',
    text,
    (p) => ini(p, { section: 'b', key: 'list', state: 'absent' }),
    text.replace(/list=\d\n/g, ''),
  ],
  [
    'takes values away',
    text,
    (p) => ini(p, { section: 'b', key: 'list', values: [2], state: 'absent' }),
    text.replace('list=2\n', ''),
  ],
  [
    'takes a section away',
    text,
    (p) => ini(p, { section: 'a', state: 'absent' }),
    text.replace(/\[a\][^]*(?=\[b)/, ''),
  ],
  ['has nothing to take away', text, (p) => ini(p, { section: 'zz', key: 'k', state: 'absent' })],
  [
    'gives a value to a key without one',
    '[s]\nskip\n',
    (p) => ini(p, { section: 's', key: 'skip', value: 'x' }),
    '[s]\nskip = x\n',
  ],
  [
    'leaves CRLF',
    '[s]\r\na=1\r\n',
    (p) => ini(p, { section: 's', key: 'b', value: '2' }),
    '[s]\r\na=1\r\nb=2\r\n',
  ],
  [
    'takes backslashes as they are',
    '[s]\na=1\n',
    (p) => ini(p, { section: 's', key: 'a', value: '\\1&\\\\t' }),
    '[s]\na=\\1&\\\\t\n',
  ],
];

const twice = '[a]\nx=1\n\n[b]\ny=1\n[a]\nx=2\nk=1\n';
const unit = '[S]\nRun=/bin/a \\\n  --k=1 \\\n  --b\nk=2\nk=3\n';
inis.push(
  ['finds a section that stands twice', twice, (p) => ini(p, { section: 'a', key: 'k', value: 1 })],
  [
    'sets what is in the second one',
    twice,
    (p) => ini(p, { section: 'a', key: 'k', value: 2 }),
    twice.replace('k=1', 'k=2'),
  ],
  [
    'leaves one value in both',
    twice,
    (p) => ini(p, { section: 'a', key: 'x', value: 3 }),
    twice.replace('x=1', 'x=3').replace('x=2\n', ''),
  ],
  [
    'adds to the first one',
    twice,
    (p) => ini(p, { section: 'a', key: 'n', value: 3 }),
    twice.replace('x=1', 'x=1\nn=3'),
  ],
  [
    'takes away from both',
    twice,
    (p) => ini(p, { section: 'a', key: 'x', state: 'absent' }),
    twice.replaceAll(/x=.\n/g, ''),
  ],
  ['takes both away', twice, (p) => ini(p, { section: 'a', state: 'absent' }), '[b]\ny=1\n'],
  [
    'sets a value of several lines',
    unit,
    (p) => ini(p, { section: 'S', key: 'Run', value: '/bin/c' }),
    '[S]\nRun=/bin/c\nk=2\nk=3\n',
  ],
  [
    'takes several lines away',
    unit,
    (p) => ini(p, { section: 'S', key: 'Run', state: 'absent' }),
    '[S]\nk=2\nk=3\n',
  ],
  [
    'adds behind several lines',
    unit,
    (p) => ini(p, { section: 'S', key: 'Run', values: ['', '/bin/d', '/bin/e'] }),
    '[S]\nRun=\nRun=/bin/d\nRun=/bin/e\nk=2\nk=3\n',
  ],
  ['knows no key within a value', unit, (p) => ini(p, { section: 'S', key: '--k', state: 'absent' })],
  [
    'leaves no blank behind an empty value',
    '[s]\na = 1\n',
    (p) => ini(p, { section: 's', key: 'a', value: '' }),
    '[s]\na =\n',
  ],
  [
    'begins behind a mark',
    '\uFEFF[s]\na=1\n',
    (p) => ini(p, { section: 's', key: 'a', value: 2 }),
    '\uFEFF[s]\na=2\n',
  ],
);

const cases: Readonly<Record<string, readonly Case[]>> = { lines, expressions, replaced, blocks, inis };
const awks = { mawk: ['mawk'], gawk: ['gawk'], busybox: ['busybox', 'awk'] } as const;

let dir = '';
const path = process.env['PATH'];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tsplay-edits-'));
});
afterEach(() => {
  process.env['PATH'] = path;
  rmSync(dir, { recursive: true });
});

/** From here on `awk` is this one, but for busybox's shell, which has its own. */
function useAwk(name: keyof typeof awks): void {
  const [program, applet = ''] = awks[name];
  mkdirSync(join(dir, 'bin'));
  writeFileSync(join(dir, 'bin/awk'), `#!/bin/sh\nexec ${program} ${applet} "$@"\n`, { mode: 0o755 });
  process.env['PATH'] = `${join(dir, 'bin')}:${path}`;
}

/** Every shell, and every awk. */
const combinations: readonly (readonly [Shell, keyof typeof awks])[] = [
  ['dash', 'mawk'],
  ['ash', 'busybox'],
  ['bash', 'gawk'],
];

describe.each(combinations)('in %s with %s', (shell, awk) => {
  it.each(Object.keys(cases))('%s', async (group) => {
    useAwk(awk);
    const all = cases[group] ?? [];
    const at = (index: number): string => join(dir, `file ${index}`);
    const body = (): void => all.forEach(([, , call], index) => void call(at(index)));
    for (const [index, [, before]] of all.entries()) writeFileSync(at(index), before);
    const seen = (): readonly (readonly [string, string])[] =>
      all.map(([name], index) => [name, readFileSync(at(index), 'utf8')]);
    const home = join(dir, 'state');
    const check = await runIn(shell, await programOf(body), { home, mode: 'check' });
    const statuses = all.map(([, , , after]) => (after === undefined ? 'ok' : 'changed'));
    expect(all.map(([name], index) => [name, check.statuses[index]])).toEqual(
      all.map(([name], index) => [name, statuses[index]]),
    );
    expect(seen()).toEqual(all.map(([name, before]) => [name, before]));
    const foretold = check.events.flatMap((event) =>
      event.type === 'step' && event.status === 'changed' ? [[event.before ?? '', event.after ?? '']] : [],
    );
    expect(foretold).toEqual(
      all.flatMap(([, before, , after]) => (after === undefined ? [] : [[before, after]])),
    );
    const run = await runIn(shell, await programOf(body), { home });
    expect(run.statuses).toEqual(statuses);
    expect(seen()).toEqual(all.map(([name, before, , after]) => [name, after ?? before]));
    const again = await runIn(shell, await programOf(body), { home });
    expect(again.statuses).toEqual(statuses.map(() => 'ok'));
    execFileSync('sh', [join(home, 'runs/test/undo.sh')]);
    expect(seen()).toEqual(all.map(([name, before]) => [name, before]));
  });
});
