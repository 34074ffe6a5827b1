import { describe, expect, it } from 'vitest';
import { declarationsOf } from '../../src/inventory/declarations.ts';
import { typeOfValues } from '../../src/inventory/type-of-values.ts';
import { secret } from '../../src/secrets/secret.ts';
import { buildInventory } from './build-inventory.ts';

describe('typeOfValues', () => {
  it.each<[readonly unknown[], string]>([
    [['a', 'b'], 'string'],
    [[true, 1, null, 'x'], 'boolean | null | number | string'],
    [[[1, 'a'], []], 'readonly (number | string)[]'],
    [[[]], 'readonly unknown[]'],
    [[[[1]]], 'readonly (readonly number[])[]'],
    [[{}], 'Readonly<Record<string, unknown>>'],
    [[secret('x')], 'import("tsplay").Secret'],
    [[1, new Date()], 'unknown'],
    [[() => 1], 'unknown'],
    [
      [{ a: 1, 'b c': [{ d: 1 }, { e: 'x' }] }, { a: null }],
      `{
  readonly a: null | number;
  readonly "b c"?: readonly {
    readonly d?: number | undefined;
    readonly e?: string | undefined;
  }[] | undefined;
}`,
    ],
    [[1, { a: 1 }, [2]], 'number | {\n  readonly a: number;\n} | readonly number[]'],
    [[[{ a: 1 }, [2]]], 'readonly ({\n  readonly a: number;\n} | readonly number[])[]'],
  ])('%j', (values, type) => {
    expect(typeOfValues(values, '')).toBe(type);
  });

  it('ends somewhere', () => {
    const endless: unknown[] = [];
    endless.push(endless);
    expect(typeOfValues(endless, '')).toMatch(/^readonly \(readonly .*unknown\[\](?:\)\[\])+$/);
  });
});

describe('declarationsOf', () => {
  it('can say nothing of an empty inventory, and takes any name', async () => {
    expect(declarationsOf(await buildInventory({}, '/x'), "it's", 'tsplay types -i x')).toBe(
      `// Made by \`tsplay types -i x\`, which makes it anew when the inventory has changed.
interface TsplayInventories {
  readonly "it's": {
    readonly hosts: never;
    readonly vars: {
    };
    readonly groups: {
      readonly all: { readonly every: never; readonly some: never };
    };
  };
}
`,
    );
  });
});
