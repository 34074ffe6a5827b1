import { format, inspect } from 'node:util';
import { serialize } from 'node:v8';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { reveal, secret, Secret, withSecrets } from '../../src/secrets/secret.ts';

const canary = 'canary-7f3a91';
const hidden = secret(canary);
const holder = { list: [hidden], map: new Map([['key', hidden]]), hidden };

describe('a secret is not printed', () => {
  it.each<[string, () => string]>([
    ['in a template literal', () => `a${hidden as unknown as string}`],
    ['joined to a text', () => 'a'.concat(hidden as unknown as string)],
    ['by JSON', () => JSON.stringify(holder)],
    ['by inspect', () => inspect(holder, { depth: 9, showHidden: true, getters: true })],
    [
      'by inspect without its own method',
      () => inspect(holder, { depth: 9, showHidden: true, customInspect: false }),
    ],
    ['by formats of the console', () => format('%s %o %O %j', hidden, hidden, hidden, hidden)],
    ['as a clone', () => inspect(structuredClone({ hidden }), { customInspect: false, showHidden: true })],
    ['serialised', () => serialize({ hidden }).toString('latin1')],
    ['spread', () => JSON.stringify(Object.assign({}, hidden))],
    [
      'by the names and values that it has',
      () => Reflect.ownKeys(hidden).map(String).join() + Object.values(hidden).join(),
    ],
    ['as the key of an object', () => Object.keys({ [String(hidden)]: 1 }).join()],
    ['as the cause of an error', () => inspect(new Error('x', { cause: hidden }))],
    ['by a number', () => String(Number(hidden))],
    ['as an error', () => String(new Error(String(hidden)).stack)],
    ['by a schema that refuses it', () => JSON.stringify(v.safeParse(v.string(), hidden).issues)],
    [
      'by a schema of an object that refuses it',
      () => {
        const schema = v.strictObject({ hidden: v.picklist(['a', 'b']), other: v.number() });
        return inspect(v.safeParse(schema, { hidden, other: hidden }), { depth: 9 });
      },
    ],
  ])('%s', (_, print) => {
    expect(print()).not.toContain(canary);
  });

  it('but says that it is one', () => {
    expect(`${String(hidden)} ${JSON.stringify({ hidden })} ${inspect([hidden])}`).toBe(
      '‹secret› {"hidden":"‹secret›"} [ ‹secret› ]',
    );
  });
});

describe('secret', () => {
  it('joins texts and secrets to a secret', () => {
    const url = secret`postgres://app:${hidden}@db${1}/app`;
    expect(url).toBeInstanceOf(Secret);
    expect(reveal(url)).toBe(`postgres://app:${canary}@db1/app`);
    expect(reveal(secret`plain\n`)).toBe('plain\n');
  });

  it('makes a text with a secret in it a secret, and leaves another one as it is', () => {
    expect(withSecrets(() => 'plain')).toBe('plain');
    const made = withSecrets((reveal) => `pw ${reveal(hidden)}`);
    expect(made).toBeInstanceOf(Secret);
    expect(reveal(made as Secret)).toBe(`pw ${canary}`);
  });
});
