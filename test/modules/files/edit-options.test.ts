import { describe, expect, it } from 'vitest';
import { block, cron, hostsEntry, ini, limits, line, replace } from '../../../modules/index.ts';
import { secret } from '../../../src/steps/index.ts';
import { problemsOf } from '../../support/modules.ts';

type Call = (name: string, options: object) => unknown;
const modules = { block, cron, hostsEntry, ini, limits, line, replace } as unknown as Readonly<
  Record<string, Call>
>;

/** Module, name, options, and what each of its problems must say, in order. */
type Wrong = readonly [module: string, name: string, options: object, ...problems: readonly RegExp[]];

const wrong: readonly Wrong[] = [
  ['line', 'etc/x', {}, /must be absolute/, /line is missing/],
  ['line', '/etc/', { line: 'a' }, /names a folder/],
  ['line', '/proc/sys/x', { line: 'a' }, /file system of the kernel/],
  ['line', '/x', { line: 'a\nb' }, /line must have no newlines/],
  ['line', '/x', { line: 'a\0' }, /control characters/],
  ['line', '/x', { line: '\ud800' }, /half a character/],
  ['line', '/x', { line: secret('a\nb') }, /line is a secret with newlines/],
  ['line', '/x', { line: 'a', regexp: 'a' }, /there is no option 'regexp'/],
  ['line', '/x', { line: 'a', mode: '0600' }, /mode is that of a new file, so it needs create/],
  ['line', '/x', { line: 'a', insertAfter: 'a', insertBefore: 'b' }, /exclude each other/],
  ['line', '/x', { state: 'absent' }, /give line or match/],
  [
    'line',
    '/x',
    { state: 'absent', line: 'a', insertAfter: 'b', create: true },
    /insertAfter makes no sense/,
    /create makes no sense/,
  ],
  ...(
    [
      ['(a', /a '\(' is not closed/],
      ['a)', /a '\)' too many/],
      ['[a', /a '\[' is not closed/],
      ['*a', /nothing that \* could repeat/],
      ['a||b', /nothing before or behind/],
      ['()', /nothing before or behind/],
      ['a{2', /how often/],
      ['a{3,2}', /cannot be/],
      ['\\d+', /write \[0-9\]/],
      ['a\\', /ends in a backslash/],
      ['[\\d]', /a backslash means itself/],
      ['[z-a]', /runs backwards/],
      ['[[:digits:]]', /these classes/],
      ['[^ä]', /characters of ASCII/],
      ['(?:a)', /other kinds of expression/],
      ['', /an empty text/],
    ] as const
  ).map(([match, problem]): Wrong => ['line', '/x', { line: 'a', match }, problem]),
  ['replace', '/x', {}, /match is missing/, /with is missing/],
  ['replace', '/x', { match: 'a*', with: 'b' }, /matches nothing at all/],
  ['replace', '/x', { match: '(a)+', with: '$1' }, /with names \$1, but match has no such group/],
  ['replace', '/x', { match: 'a', with: secret('b') }, /with cannot be a secret/],
  ['replace', '/x', { match: 'a', with: 'b\nc' }, /no newlines/],
  ['block', '/x', {}, /content is missing/],
  ['block', '/x', { content: '\n' }, /content is empty/],
  ['block', '/x', { content: 'x', markers: ['a', 'a'] }, /markers must be two lines/],
  [
    'block',
    '/x',
    { content: 'b', markers: ['a', 'b'], marker: 'c' },
    /marker and comment make/,
    /a marker of the block in it/,
  ],
  ['block', '/x', { content: 'a\n# END tsplay: block\nb' }, /a marker of the block in it/],
  ['block', '/x', { content: 'a\r\n' }, /no control characters/],
  [
    'block',
    '/x',
    { content: 'a', marker: ' a', comment: ['#'] },
    /marker must be/,
    /what begins and what ends/,
  ],
  ['ini', '/x', {}, /give section, key, or both/],
  ['ini', '/x', { section: 's', key: 'k' }, /value is missing/],
  ['ini', '/x', { section: 's', value: 1 }, /value needs a key/],
  ['ini', '/x', { section: 'a]', key: '#k', value: ' a' }, /section must be/, /key must be/, /white space/],
  ['ini', '/x', { key: 'k', value: 1, values: [] }, /values must not be empty/, /exclude each other/],
  ['ini', '/x', { key: 'k', value: 1, separator: '->' }, /separator must be/],
  ['hostsEntry', 'db', { names: ['a'] }, /must be an address/],
  ['hostsEntry', '192.0.2.1', {}, /names is missing/],
  ['hostsEntry', '192.0.2.1', { names: [] }, /must not be empty/],
  [
    'hostsEntry',
    '192.0.2.1',
    { names: ['a', '-b', '192.0.2.2', 'a'] },
    /names\[1\]/,
    /names\[2\]/,
    /'a' twice/,
  ],
  ['hostsEntry', '127.0.0.1', { state: 'absent' }, /say which names/],
  ['limits', '-x', { limits: {} }, /limits must not be empty/, /the name must be a user/],
  ['limits', 'x', { limits: { nofile: 'lots', nice: 20 } }, /nofile must be/, /nice must be/],
  [
    'limits',
    'x',
    { limits: { nofile: { soft: 2, hard: 1 }, core: {} } },
    /above the hard one/,
    /neither soft nor hard/,
  ],
  ['cron', 'a.b', { job: 'x', minute: 0 }, /cron passes over files/],
  ['cron', 'a', {}, /job is missing/, /minute is missing/],
  ['cron', 'a', { job: 'x', hour: 3 }, /it would run every minute/],
  ['cron', 'a', { job: 'x', special: 'daily', hour: 3 }, /special and hour exclude/],
  [
    'cron',
    'a',
    { job: 'a\nb', minute: 60, hour: '24', day: 0, month: 'foo', weekday: '1-8' },
    /job/,
    /minute/,
    /hour/,
    /day/,
    /month/,
    /weekday/,
  ],
  ['cron', 'a', { job: 'x', minute: '5-1', hour: '*/0', day: '3/2' }, /minute/, /hour/, /day/],
  ['cron', 'a', { job: 'date +\\%F', minute: 0 }, /write %/],
  [
    'cron',
    'a',
    { job: 'x', minute: 0, env: { '1': 'a', B: 'a\nb' }, user: '-u' },
    /user/,
    /variable/,
    /env\.B/,
  ],
];

describe('bad input is told, all of it at once', () => {
  it.each(wrong.map((one) => [`${one[0]} ${JSON.stringify(one[2])}`, one] as const))(
    '%s',
    async (_name, one) => {
      const [module, name, options, ...problems] = one;
      const found = await problemsOf(() => void modules[module]?.(name, options));
      expect(found).toHaveLength(problems.length);
      for (const problem of problems) expect(found).toContainEqual(expect.stringMatching(problem));
    },
  );
});

it('two jobs, names or limits of one kind are one, and two that want different things are none', async () => {
  const body = (): void => {
    hostsEntry('192.0.2.1', { names: ['a'] });
    hostsEntry('192.0.2.2', { names: ['a'] });
    hostsEntry('fd00::1', { names: ['a'] });
    cron('x', { job: 'a', minute: 0 });
    cron('x', { job: 'b', minute: 0 });
  };
  expect(await problemsOf(body)).toEqual([
    expect.stringContaining('IPv4 name a'),
    expect.stringContaining('tsplay-x'),
  ]);
});
