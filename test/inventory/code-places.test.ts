import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CodePlaces } from '../../src/inventory/code-places.ts';
import { tempProject, type TempProject } from '../playbook/load/temp-project.ts';

let project: TempProject;
beforeEach(() => (project = tempProject()));
afterEach(() => project.remove());

/** What stands at the places of values, up to the end of the line, and of a key; `call` is the call itself. */
function found(code: string, ...paths: readonly string[]): readonly string[] {
  project.write({ 'hosts.ts': code });
  const offset = code.indexOf('defineInventory(');
  const before = code.slice(0, offset).split('\n');
  const places = new CodePlaces({
    file: project.path('hosts.ts'),
    line: before.length,
    column: (before.at(-1)?.length ?? 0) + 1,
  });
  return paths.map((path) => {
    const { line, column } = places.locateValue(path.split('.'));
    const rest = code.split('\n')[line - 1]?.slice(column - 1) ?? '';
    return rest.startsWith('defineInventory(') ? 'call' : rest;
  });
}

describe('the data of an inventory in TypeScript', () => {
  it('is found in literals, whatever stands between', () => {
    const code = `import { defineInventory } from 'tsplay';
export default defineInventory({
  // hosts: { web1: {} },
  hosts: {
    'web1': { address: '192.0.2.1', vars: { a: "}", b: \`\${ { x: '}' }.x }\`, c: /[/}]/.test('x') } },
    "web.2": { vars: { list: [1, { deep: true }, f(1, 2)], /* d: 0, */ d: 1 / 2 } },
    ...more,
    [computed]: { vars: { e: 1 } },
    web3: {
      vars:
        { f: (() => { return 1; })(), g },
    },
  },
  vars: { h: 1 as const, i: x ? { y: 1 } : 2 },
});
`;
    expect(
      found(
        code,
        'hosts.web1.vars.a',
        'hosts.web1.vars.b',
        'hosts.web1.vars.c',
        'vars.h',
        'vars.i',
        'hosts.web3.vars.f',
        'hosts.web3.vars.g',
        'hosts.web3.vars',
      ),
    ).toEqual([
      `"}", b: \`\${ { x: '}' }.x }\`, c: /[/}]/.test('x') } },`,
      `\`\${ { x: '}' }.x }\`, c: /[/}]/.test('x') } },`,
      `/[/}]/.test('x') } },`,
      '1 as const, i: x ? { y: 1 } : 2 },',
      'x ? { y: 1 } : 2 },',
      '(() => { return 1; })(), g },',
      'g },',
      'vars:',
    ]);
  });

  it.each([
    ["defineInventory(() => ({ hosts: { web1: { vars: { a: 'here' } } } }))", "'here' } } } }))"],
    ["defineInventory(async () => ({ hosts: { web1: { vars: { a: 'here' } } } }))", "'here' } } } }))"],
    [
      "defineInventory(async () => {\n  const x = { return: 1 };\n  return { hosts: { web1: { vars: { a: 'here' } } } };\n})",
      "'here' } } } };",
    ],
    ["defineInventory({ hosts: { web1: { vars: { a: 1, 'a': 'twice' } } } })", "'twice' } } } })"],
    ['defineInventory({ hosts: { web1: { vars } } })', 'vars } } })'],
    ['defineInventory({ hosts: { web1: host() } })', 'web1: host() } })'],
    ["const vars: Vars = { a: 'here' };\ndefineInventory({ hosts: { web1: { vars } } })", "'here' };"],
    ["const $h = { web1: { vars: { a: 'here' } } };\ndefineInventory({ hosts: $h })", "'here' } } };"],
    ["const all = { hosts: { web1: { vars: { a: 'here' } } } };\ndefineInventory(all)", "'here' } } } };"],
    ['const web1 = { a: 1 };\nconst web1 = { a: 2 };\ndefineInventory({ hosts: { web1 } })', 'web1 } })'],
    ['defineInventory({ hosts })', 'hosts })'],
    ['defineInventory(hosts)', 'call'],
    ['defineInventory(fetchHosts)', 'call'],
    ['defineInventory(async () => load())', 'call'],
    ['defineInventory(function () { return { hosts: {} }; })', 'call'],
    ['defineInventory({ hosts: { web1: { vars: { a: ( } } } })', 'call'],
    ['defineInventory({ hosts: {', 'call'],
    ["defineInventory({ hosts: { web1: { vars: { x: 'not closed, a: 1 } } } })", 'call'],
  ])('%s', (code, place) => {
    expect(found(code, 'hosts.web1.vars.a')).toEqual([place]);
  });
});
