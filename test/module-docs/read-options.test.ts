import { describe, expect, it } from 'vitest';
import { readOptions, variantsOf } from '../../src/module-docs/read-options.ts';
import type { Property, Shape } from '../../src/module-docs/shape.ts';
import { termsOf } from '../../src/module-docs/terms.ts';
import { typeText } from '../../src/module-docs/type-text.ts';

const other = (text: string): Shape => ({ kind: 'other', text, nothing: false });
const literal = (text: string): Shape => ({ kind: 'literal', text });
const union = (...parts: readonly Shape[]): Shape => ({ kind: 'union', parts });
const none: Shape = { kind: 'other', text: 'undefined', nothing: true };

let ids = 0;
/** An object; a `?` behind a name makes it optional, and a text is that of its comment. */
function object(
  properties: Readonly<Record<string, Shape | readonly [Shape, string]>>,
  name?: string,
): Shape {
  const all = Object.entries(properties).map(([key, given]): Property => {
    const [shape, text] = Array.isArray(given) ? (given as [Shape, string]) : [given as Shape, ''];
    return {
      name: key.replace('?', ''),
      optional: key.endsWith('?'),
      comment: { text, tags: [] },
      shape,
      file: 'options.ts',
    };
  });
  ids += 1;
  return { kind: 'object', name, id: ids, properties: () => all };
}

/** What is said of each option. */
function terms(shape: Shape): Readonly<Record<string, string>> {
  return Object.fromEntries(
    readOptions(variantsOf(shape)).map((option) => [option.name, termsOf(option).join('; ')]),
  );
}

describe('options of alternatives', () => {
  it('say with which value of another option they can be given', () => {
    const shape = union(
      object({ mode: literal("'a'"), 'rate?': other('number'), limit: other('number') }),
      object({ mode: literal("'b'"), limit: other('number') }),
      object({ mode: literal("'c'"), 'rate?': other('number') }),
    );
    expect(terms(shape)).toEqual({
      mode: 'required',
      limit: "required with `mode: 'a' | 'b'`, and not possible without",
      rate: "only with `mode: 'a' | 'c'`",
    });
  });

  it('say which others they exclude, and which they need', () => {
    const shape = union(
      object({ vip: other('string'), port: other('number'), 'mark?': none }),
      object({ mark: other('number'), 'vip?': none, 'port?': none }),
    );
    expect(terms(shape)).toEqual({
      vip: 'required, unless `mark` is given; together with `port`',
      port: 'required, unless `mark` is given; together with `vip`',
      mark: 'required, unless `vip` is given; not with `port`',
    });
  });

  it('are no options of what is to be there where only what is to go has them', () => {
    const gone = object({ state: [literal("'absent'"), 'It goes.'], 'force?': other('boolean') });
    const shape = union(object({ size: other('number'), 'state?': literal("'present'") }), gone);
    expect(terms(shape)).toEqual({ size: 'required', state: '', force: "only with `state: 'absent'`" });
    expect(readOptions(variantsOf(shape)).find(({ name }) => name === 'state')).toMatchObject({
      type: "'present' | 'absent'",
      text: "`'absent'`: It goes.",
    });
  });

  it('have the texts of all alternatives, each once', () => {
    const shape = union(
      object({ mode: [literal("'a'"), 'How.'] }),
      object({ mode: [literal("'b'"), 'How.'] }),
      object({ mode: [literal("'c'"), 'Otherwise.'] }),
    );
    expect(readOptions(variantsOf(shape))).toMatchObject([
      { name: 'mode', text: "`'a' | 'b'`: How.\n\n`'c'`: Otherwise." },
    ]);
  });
});

it('an option of what is to go says what it means there', () => {
  const shape = union(
    object({ value: [other('string'), 'Its value.'], key: [other('string'), 'Which one.'] }),
    object({
      state: literal("'absent'"),
      value: [other('string'), 'Only where it is this.'],
      key: [other('string'), 'Which one.'],
    }),
  );
  expect(Object.fromEntries(readOptions(variantsOf(shape)).map(({ name, text }) => [name, text]))).toEqual({
    state: '',
    value: "Its value.\n\nWith `state: 'absent'`: Only where it is this.",
    key: 'Which one.',
  });
});

describe('objects within options', () => {
  it('have options of their own, in lists, records and unions', () => {
    const leg = object({ via: other('string') }, 'Leg');
    const shape = object({
      legs: { kind: 'list', element: leg },
      'byName?': { kind: 'map', element: union(other('string'), leg) },
    });
    expect(readOptions(variantsOf(shape))).toMatchObject([
      { name: 'legs', type: 'Leg[]', options: [{ name: 'via', type: 'string' }] },
      { name: 'byName', type: 'Record<string, string | Leg>', options: [{ name: 'via' }] },
    ]);
  });

  it('may be within themselves', () => {
    const properties: Record<string, Shape> = { name: other('string') };
    const tree: Shape = { ...(object(properties, 'Tree') as Extract<Shape, { kind: 'object' }>) };
    const looped: Shape = {
      ...(tree as Extract<Shape, { kind: 'object' }>),
      properties: () => [
        ...(tree as Extract<Shape, { kind: 'object' }>).properties(),
        {
          name: 'children',
          optional: true,
          comment: { text: '', tags: [] },
          shape: { kind: 'list', element: looped },
          file: 'options.ts',
        },
      ],
    };
    expect(readOptions(variantsOf(object({ tree: looped })))).toMatchObject([
      { name: 'tree', options: [{ name: 'name' }, { name: 'children', type: 'Tree[]' }] },
    ]);
  });
});

it.each([
  [union(literal('true'), literal('false')), 'boolean'],
  [union(other('string'), literal('true')), 'string | true'],
  [union(other('string'), none), 'string'],
  [{ kind: 'list', element: union(other('string'), other('number')) } as const, '(string | number)[]'],
  [union(other('Sh'), other('(result: Result) => boolean')), 'Sh | ((result: Result) => boolean)'],
  [object({}), 'object'],
])('a type %# is told as one would write it', (shape, text) => {
  expect(typeText(shape)).toBe(text);
});
