import { describe, expect, it } from 'vitest';
import { action, defineModule, file, option, secret, sh, type OptionRule } from '../../src/steps/index.ts';
import { problemsOf, programOf } from '../support/modules.ts';

const half = '\ud800';

describe('rules', () => {
  const cases: readonly (readonly [
    string,
    OptionRule,
    readonly unknown[],
    Readonly<Record<string, unknown>>,
  ])[] = [
    [
      'line',
      option.line(),
      ['a', 'ä €😀', "it's $(x)"],
      {
        'o must be a text, not an empty text': '',
        'o must be a text, not the number 7': 7,
        'o must be a text, not null': null,
        'o must be a text, not a secret': secret('s'),
        "o must have no newlines or other control characters: 'a\\u000ab'": 'a\nb',
        "o must have no newlines or other control characters: 'a\\u0000'": 'a\0',
        "o has half a character that no host can be sent: 'a\\ud800'": `a${half}`,
      },
    ],
    [
      'word',
      option.word,
      ['', 'a\nb'],
      {
        'o contains a NUL byte, which no command line can carry': 'a\0',
        'o must be a text, not a list': ['a'],
      },
    ],
    [
      'content',
      option.content,
      ['', 'a\0\n', secret('s')],
      {
        'o must be a text, bytes or a secret, not true': true,
        'o must be a text, bytes or a secret, not an object': {},
      },
    ],
    [
      'path',
      option.path,
      ['/', '/a b/./c', `/${'x'.repeat(255)}`],
      {
        "o must be absolute, not 'a/b'": 'a/b',
        "o must not go up by '..': write the path that is meant": '/a/../b',
        'o has a part that is longer than the 255 bytes that Linux takes': `/${'ä'.repeat(128)}`,
        'o is longer than the 4095 bytes that Linux takes': '/x'.repeat(2048),
      },
    ],
    ['flag', option.flag, [true, false], { "o must be true or false, not 'yes'": 'yes' }],
    [
      'whole',
      option.whole(0, 255),
      [0, 255],
      {
        'o must be a whole number from 0 to 255, not the number 256': 256,
        'o must be a whole number from 0 to 255, not the number 0.5': 0.5,
        'o must be a whole number from 0 to 255, not the number NaN': Number.NaN,
        "o must be a whole number from 0 to 255, not '7'": '7',
      },
    ],
    [
      'oneOf',
      option.oneOf('present', 'absent'),
      ['absent'],
      {
        "o must be 'present' or 'absent', not 'absnet'; did you mean absent?": 'absnet',
        "o must be 'present' or 'absent', not a function": () => {},
      },
    ],
    [
      'listOf',
      option.listOf(option.flag, 1),
      [[true]],
      {
        'o must not be empty': [],
        'o must be a list, not shell text': sh`x`,
        'o[1] must be true or false, not undefined': [true, undefined],
      },
    ],
    [
      'mapOf',
      option.mapOf(option.flag, (key) => (key === 'bad' ? 'bad is no key' : undefined)),
      [{}, { a: true, b: undefined }],
      {
        'bad is no key': { bad: true },
        'o.a must be true or false, not the number 1': { a: 1 },
        'o must be an object, not an object': new Map(),
      },
    ],
  ];
  it.each(cases)('%s', (_name, rule, fine, wrong) => {
    for (const value of fine) expect(rule('o', value)).toEqual([]);
    for (const [problem, value] of Object.entries(wrong)) expect(rule('o', value)).toEqual([problem]);
  });
});

interface Options {
  readonly size?: number;
  readonly kind?: 'a' | 'b';
}

const thing = defineModule<Options>('thing', {
  options: { size: option.whole(1, 9), kind: option.oneOf('a', 'b') },
  check(name, o, problem) {
    if (name.startsWith('x')) problem('the name must not begin with x');
    if ((o.size ?? 1).toFixed() === '9' && o.kind === 'a') problem('a is at most 8');
  },
  steps: () => [],
});

/** A call as JavaScript makes it, without types. */
const called =
  (name: unknown, ...options: readonly unknown[]) =>
  (): void =>
    void (thing as (...args: readonly unknown[]) => unknown)(name, ...options);

describe('what a module was called with', () => {
  const cases: readonly (readonly [string, unknown, unknown, readonly string[]])[] = [
    ['nothing wrong', 't', { size: 9, kind: 'b', when: undefined, become: 'app' }, []],
    ['nothing at all', 't', undefined, []],
    ['an option that is not there', 't', { siez: 1 }, ["there is no option 'siez'; did you mean size?"]],
    [
      'one that is like none',
      't',
      { wholesale: 1 },
      [
        "there is no option 'wholesale'; there are size, kind, when, become, diff, tags, notify, ignoreErrors, retries, delay, timeLimit",
      ],
    ],
    [
      'names of Object',
      't',
      { toString: 1, __proto__: null },
      [expect.stringContaining("no option 'toString'")],
    ],
    ['a text for options', 't', 'size', ["the options must be an object, not 'size'"]],
    ['a list for options', 't', [], ['the options must be an object, not a list']],
    ['an object of a class', 't', new Date(), ['the options must be an object, not an object']],
    ['no name', undefined, {}, ['the name must be a text, not undefined']],
    ['an empty name', '', {}, ['the name must be a text, not an empty text']],
    ['a number for a name', 5, {}, ['the name must be a text, not the number 5']],
    ['a newline in the name', 'a\nb', {}, [expect.stringContaining('no newlines')]],
    ['a name without end', 'n'.repeat(5000), {}, ['the name is longer than 4096 characters']],
    [
      'a boolean for a condition',
      't',
      { when: true },
      ['when must be a condition such as handle.changed, not true; a plain boolean goes in a plain if'],
    ],
    ['a function for a condition', 't', { when: () => true }, [expect.stringMatching(/^when must be/)]],
    [
      'an option for a user',
      't',
      { become: '-u root' },
      ["become must be true, false or the name of a user, not '-u root'"],
    ],
    [
      'everything at once',
      'x',
      { size: '9', kind: 'c', more: 1 },
      [
        "size must be a whole number from 1 to 9, not '9'",
        expect.stringContaining("kind must be 'a' or 'b', not 'c'"),
        expect.stringContaining("no option 'more'"),
        'the name must not begin with x',
      ],
    ],
    ['what only both say together', 't', { size: 9, kind: 'a' }, ['a is at most 8']],
  ];
  it.each(cases)('%s', async (_name, name, options, problems) => {
    expect(await problemsOf(called(name, ...(options === undefined ? [] : [options])))).toEqual(problems);
  });

  it('counts a condition as used, even where the task that waits for it is wrong', async () => {
    const body = (): void => {
      const first = thing('first');
      called('t', { when: first.changed, size: 0 })();
    };
    expect(await problemsOf(body)).toEqual(['size must be a whole number from 1 to 9, not the number 0']);
  });

  it('lets a module without rules have any options', async () => {
    const free = defineModule<{ readonly any?: number }>('free', { steps: () => [] });
    const body = (): void => void (free as (name: string, o: object) => unknown)('f', { other: 1 });
    expect(await problemsOf(body)).toEqual([]);
  });
});

describe('the files of steps', () => {
  const writes = defineModule<{ readonly content: string }>('writes', {
    steps: (path, o) => [file(path, o)],
  });
  it('are claimed by their content, whatever their path looks like', async () => {
    const clash = await problemsOf(() => {
      writes('/etc/x', { content: 'a' });
      writes('/etc//./x', { content: 'b' });
    });
    expect(clash).toEqual([
      expect.stringMatching(/^writes\[.*\] wants file:\/etc\/x to be of content #\w+, but/),
    ]);
    await programOf(() => {
      writes('/etc/x', { content: 'a' });
      writes('/etc//x', { content: 'a' });
      writes('/etc/y', { content: 'b' });
    });
  });

  it('tell what the vocabulary refuses as a problem of the call', async () => {
    const shell = (one: unknown) => sh`echo ${one as string}`;
    const wrong = defineModule('wrong', { steps: (name) => [action(name, { run: shell(secret('x')) })] });
    expect(await problemsOf(() => void wrong('/x'))).toEqual([
      expect.stringMatching(/^a secret cannot be part of shell text/),
    ]);
  });
});
