import * as library from 'yaml';
import { describe, expect, it } from 'vitest';
import type { OpenDocument } from '../../../modules/files/documents/document.ts';
import { JsonText } from '../../../modules/files/documents/json-text.ts';
import {
  keyPathText,
  readKeyPath,
  type Key,
  type PlainValue,
} from '../../../modules/files/documents/key-path.ts';
import { YamlText } from '../../../modules/files/documents/yaml-text.ts';

type Act = (document: { set(path: string, value: PlainValue): void; remove(path: string): void }) => void;
type Case = readonly [name: string, before: string, act: Act, after?: string];

const keys = (path: string): readonly Key[] => readKeyPath(path) ?? [];

const pretty =
  '{\n    "a": 1.0,\n    "big": 12345678901234567890,\n    "list": [1, 2],\n    "in": {\n        "b": "x"\n    }\n}\n';
const jsons: readonly Case[] = [
  [
    'leaves what is so',
    pretty,
    (d) => (d.set('a', 1), d.set('in.b', 'x'), d.set('list', [1, 2]), d.remove('none.x')),
  ],
  ['sets a value', pretty, (d) => d.set('in.b', 'y'), pretty.replace('"x"', '"y"')],
  ['sets what is in a list', pretty, (d) => d.set('list[1]', 5), pretty.replace('[1, 2]', '[1, 5]')],
  ['adds to a list', pretty, (d) => d.set('list[2]', 3), pretty.replace('[1, 2]', '[1, 2, 3]')],
  ['adds a key', pretty, (d) => d.set('in.c', true), pretty.replace('"x"', '"x",\n        "c": true')],
  [
    'adds objects on the way',
    pretty,
    (d) => d.set('new.deep[0].k', null),
    pretty.replace(
      '    }\n}',
      '    },\n    "new": {\n        "deep": [\n            {\n                "k": null\n            }\n        ]\n    }\n}',
    ),
  ],
  ['removes the last', pretty, (d) => d.remove('in'), pretty.replace(/,\n    "in"[^]*?\}/, '')],
  ['removes the first', pretty, (d) => d.remove('a'), pretty.replace('"a": 1.0,\n    ', '')],
  ['removes the only', pretty, (d) => d.remove('in.b'), pretty.replace(/\{\n        "b": "x"\n    \}/, '{}')],
  ['removes from a list', pretty, (d) => d.remove('list[0]'), pretty.replace('[1, 2]', '[2]')],
  ['takes the last of two keys', '{"a":1,"a":2}', (d) => d.set('a', 3), '{"a":1,"a":3}'],
  ['removes a key that stands twice', '{"a":1,"b":2,"a":3}', (d) => d.remove('a'), '{"b":2}'],
  ['keeps one line', '{"a":{"b":1}}', (d) => d.set('a.c', [1]), '{"a":{"b":1,"c":[1]}}'],
  ['keeps one line with blanks', '{ "a": 1, "b": 2 }', (d) => d.set('c', 3), '{ "a": 1, "b": 2, "c": 3 }'],
  [
    'keeps tabs and CRLF',
    '{\r\n\t"a": {}\r\n}',
    (d) => d.set('a.b', 1),
    '{\r\n\t"a": {\r\n\t\t"b": 1\r\n\t}\r\n}',
  ],
  ['makes a file', '', (d) => d.set('a', 'é"'), '{\n  "a": "é\\""\n}\n'],
  [
    'keeps what is said of others when one goes',
    '{\n  "a": 1, // of a\n  "b": 2, // of b\n  "c": 3 // of c\n}\n',
    (d) => d.remove('b'),
    '{\n  "a": 1, // of a\n  "c": 3 // of c\n}\n',
  ],
  [
    'keeps it when the last goes',
    '{\n  "a": 1, // of a\n  "b": 2 // of b\n}\n',
    (d) => d.remove('b'),
    '{\n  "a": 1 // of a\n}\n',
  ],
  [
    'keeps it with commas at the end',
    '{\n  "a": 1, /* of a */\n  "b": 2,\n}\n',
    (d) => d.remove('b'),
    '{\n  "a": 1, /* of a */\n}\n',
  ],
  [
    'keeps it when others stand in the same line',
    '{\n  "a": 1, // of a\n  "b": 2, "c": 3\n}\n',
    (d) => d.remove('b'),
    '{\n  "a": 1, // of a\n  "c": 3\n}\n',
  ],
  [
    'keeps comments, and commas at the end',
    '// c\n{\n  "a": 1, // of a\n  /* b */ "b": [\n    1, // one\n  ],\n}\n',
    (d) => (d.set('c', 2), d.set('b[1]', 2)),
    '// c\n{\n  "a": 1, // of a\n  /* b */ "b": [\n    1, // one\n    2,\n  ],\n  "c": 2,\n}\n',
  ],
  [
    'knows keys with anything in them',
    '{"a.b":{"c[0]":1}}',
    (d) => d.set('["a.b"]["c[0]"]', 2),
    '{"a.b":{"c[0]":2}}',
  ],
];

const doc = '# top\na: 1 # of a\nb:\n  - x # of x\n  - "y"\n\n# of c\nc:\n  d: \'q\'\n';
const yamls: readonly Case[] = [
  [
    'leaves what is so',
    `${doc}e:   [1,2]\n`,
    (d) => (d.set('a', 1), d.set('b', ['x', 'y']), d.set('c.d', 'q'), d.remove('none.x')),
  ],
  ['sets a value', doc, (d) => d.set('a', 2), doc.replace('a: 1', 'a: 2')],
  ['keeps quotes', doc, (d) => d.set('c.d', 'r'), doc.replace("'q'", "'r'")],
  ['sets what is in a list', doc, (d) => d.set('b[0]', 'z'), doc.replace('- x', '- z')],
  ['adds to a list', doc, (d) => d.set('b[2]', 'z'), doc.replace('"y"\n', '"y"\n  - z\n')],
  ['adds a key', doc, (d) => d.set('c.e.f', [1]), `${doc}  e:\n    f:\n      - 1\n`],
  ['removes', doc, (d) => d.remove('b[1]'), doc.replace('  - "y"\n', '')],
  [
    'writes texts as texts',
    'a: x\n',
    (d) => (d.set('a', 'no'), d.set('b', '0644'), d.set('c', '12:30'), d.set('d', 'true')),
    'a: "no"\nb: "0644"\nc: "12:30"\nd: "true"\n',
  ],
  ['keeps lists as they are indented', 'a:\n- 1\nb: 2\n', (d) => d.set('a[1]', 3), 'a:\n- 1\n- 3\nb: 2\n'],
  ['keeps four blanks', 'a:\n    b: 1\n', (d) => d.set('a.c.d', 2), 'a:\n    b: 1\n    c:\n        d: 2\n'],
  [
    'keeps long lines',
    `a: ${'word '.repeat(40)}end\nb: 1\n`,
    (d) => d.set('b', 2),
    `a: ${'word '.repeat(40)}end\nb: 2\n`,
  ],
  ['makes a file', '', (d) => d.set('a.b', 1), 'a:\n  b: 1\n'],
  ['keeps a file of comments', '# top\n\n# a: 2\n', (d) => d.set('a', 1), '# top\n\n# a: 2\na: 1\n'],
  ['keeps a comment without an end', '# top', (d) => d.set('a', 1), '# top\na: 1\n'],
  ['keeps comments of an empty document', '---\n# top\n', (d) => d.set('a', 1), '---\n# top\na: 1\n'],
  [
    'finds keys that are no texts',
    'p:\n  80: a\n  0x10: b\ntrue: c\n"1": d\n',
    (d) => (d.set('p.80', 'x'), d.set('p.0x10', 'q'), d.set('true', 'z'), d.set('1', 'w')),
    'p:\n  80: x\n  0x10: q\ntrue: z\n"1": w\n',
  ],
  ['removes keys that are no texts', 'p:\n  80: a\n  443: b\n', (d) => d.remove('p.80'), 'p:\n  443: b\n'],
  ['keeps CRLF', 'a: 1\r\nb: 2\r\n', (d) => d.set('b', 3), 'a: 1\r\nb: 3\r\n'],
];

const kinds: Readonly<Record<string, { cases: readonly Case[]; open: (text: string) => OpenDocument }>> = {
  json: { cases: jsons, open: (text: string) => new JsonText(text) },
  yaml: { cases: yamls, open: (text: string) => new YamlText(library, text) },
};

describe.each(Object.entries(kinds))('%s', (_kind, { cases, open }) => {
  it.each(cases.map((one) => ({ name: one[0], one })))('$name', ({ name, one: [, before, act, after] }) => {
    const changed = (text: string): string => {
      const document = open(text);
      act({
        set: (path, value) => document.set(keys(path), value),
        remove: (path) => document.remove(keys(path)),
      });
      return document.text;
    };
    const made = changed(before);
    expect(made).toBe(after ?? before);
    // A place in a list is another one when something has gone before it.
    const again = name === 'removes from a list' ? made : changed(made);
    expect(again).toBe(made);
  });

  it.each([
    ['a list where an object is', 'a[0]', /^has no list at a/],
    ['an object where a text is', 'b.c', /^has no object at b/],
    ['a gap', 'l[3]', /^has a list of 1 at l, so \[3\] would leave a gap/],
    ['a gap in what is new', 'n[1]', /would leave a gap/],
  ])('refuses %s', (_name, path, message) => {
    expect(() => open('{"a": {}, "b": "x", "l": [1]}\n').set(keys(path), 1)).toThrow(message);
  });
});

it('says where a file is wrong', () => {
  const wrong = [
    () => new JsonText('{\n "a": 1\n "b": 2 }'),
    () => new JsonText('{"a": tru}'),
    () => new JsonText("{'a': 1}"),
  ];
  for (const one of wrong)
    expect(one).toThrow(/^is no JSON: something else was expected in line \d, column \d/);
  expect(() => new YamlText(library, 'a: [1\nb: 2\n')).toThrow(/^is no YAML: line \d: /);
  expect(() => new YamlText(library, 'a: 1\n---\nb: 2\n')).toThrow(/several YAML documents/);
});

it('reads paths of keys', () => {
  for (const path of ['a', 'a.b[0].c', '[0][1]', 'a["b.c"]["]"].d', 'a b.c', 'ä.€', 'a[0]'])
    expect(keyPathText(readKeyPath(path) ?? [])).toBe(path);
  for (const path of ['', '.a', 'a..b', 'a.', 'a[x]', 'a[-1]', 'a[', 'a]', '[""]', 'a b .c', 'a[0]b'])
    expect([path, readKeyPath(path)]).toEqual([path, undefined]);
});
