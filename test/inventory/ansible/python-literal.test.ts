import { describe, expect, it } from 'vitest';
import { iniValue } from '../../../src/inventory/ansible/python-literal.ts';

// What Python 3.11 makes of them by ast.literal_eval.
const literals: readonly (readonly [string, unknown])[] = [
  ['1', 1],
  ['-1', -1],
  ['+1', 1],
  ['- 1', -1],
  ['1_000', 1000],
  ['0x1f', 31],
  ['0XFF', 255],
  ['0o17', 15],
  ['0b11', 3],
  ['00', 0],
  ['0_0', 0],
  ['1.5', 1.5],
  ['-1.5', -1.5],
  ['1.', 1],
  ['.5', 0.5],
  ['1e3', 1000],
  ['1E5', 100_000],
  ['0.1e+10', 1_000_000_000],
  ['1_000.5', 1000.5],
  [' 1', 1],
  ['1 ', 1],
  ['1 # a comment', 1],
  ["'a'", 'a'],
  ['"it\'s"', "it's"],
  ["'a' 'b'", 'ab'],
  ["b'x'", 'x'],
  ["u'x'", 'x'],
  ["r'\\n'", '\\n'],
  ["rb'x'", 'x'],
  ["'''a'''", 'a'],
  ["'\\x41\\u00e9\\101\\n'", 'AéA\n'],
  ["'\\q'", '\\q'],
  ["''", ''],
  ["'é'", 'é'],
  ['None', null],
  ['True', true],
  ['False', false],
  ['()', []],
  ['(1)', 1],
  ['(1,)', [1]],
  ['(1, 2)', [1, 2]],
  ['[1,]', [1]],
  ["[1, 'a', [None]]", [1, 'a', [null]]],
  ['{1, 2}', [1, 2]],
  ['set()', []],
  ['{}', {}],
  ["{'a': 1,}", { a: 1 }],
  ["{'a': 1, 'a': 2}", { a: 2 }],
  ["{1: 'x', None: 'y', True: 'z'}", { 1: 'x', null: 'y', true: 'z' }],
];

// Python finds them to be no literals, or JSON has no such values.
const texts = [
  ['', 'yes', 'true', 'é', 'web1', '/bin/sh', '127.0.0.1', '1.2.3', '2001:db8::1', '~', '-', '+', '.', '# x'],
  ['017', '0777', '08', '0xg', '1L', '5_', '1__0', '._5', '1;2', '--1', '1 + 2', '10**2', 'not True', 'nan'],
  ["'a", "'", "'\\'", "f'x'", "-'a'", "'a'+'b'", "b'a' 'b'", "'\\N{DIGIT ONE}'", "'\\x4'", 'a b'],
  ['[', '[1', '[1,,2]', '[,]', '(,)', '{,}', '{**{}}', '[*[1]]', "{'a': 1, 2}", "{'a'", '[1] x'],
  ['1j', '1+2j', '...', '1e400', '12345678901234567890', '[1, 12345678901234567890]'],
  [`${'['.repeat(200)}${']'.repeat(200)}`],
].flat();

describe('iniValue', () => {
  it.each(literals)('%s is a literal', (text, value) => {
    expect(iniValue(text)).toEqual(value);
  });

  it.each(texts)('%s is text', (text) => {
    expect(iniValue(text)).toBe(text);
  });

  it('takes a key that objects have, as a key and nothing else', () => {
    const value = iniValue("{'__proto__': {'a': 1}}") as Record<string, unknown>;
    expect(Object.keys(value)).toEqual(['__proto__']);
    expect(value['a']).toBeUndefined();
  });
});
