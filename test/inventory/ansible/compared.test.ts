import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findInventory } from '../../../src/inventory/find.ts';
import type { Inventory } from '../../../src/inventory/inventory.ts';
import { loadInventory } from '../../../src/inventory/load.ts';
import { selectHosts } from '../../../src/inventory/pattern.ts';
import { reveal, Secret } from '../../../src/secrets/secret.ts';

const fixtures = fileURLToPath(new URL('../../fixtures/inventory/', import.meta.url));
const sources = [
  'basic.ini',
  'basic.yml',
  'where.yml',
  'ranges.ini',
  'ranges.yml',
  'variables.ini',
  'variables.yml',
  'reference.ini',
  'reference.yml',
  'values.ini',
  'values.yml',
  'priority.yml',
  'folders/hosts',
  'several',
  'several/20-script',
  'several/nested/40-each',
];

// The command itself, forked for each inventory: loading it takes most of its time.
const listAll = `
import json, os, sys
from ansible.cli.inventory import InventoryCLI
listings = []
for source in json.load(sys.stdin):
    reading, writing = os.pipe()
    if os.fork() == 0:
        os.dup2(writing, 1)
        try:
            InventoryCLI(['ansible-inventory', '-i', source, '--list']).run()
        finally:
            sys.stdout.flush()
            os._exit(0)
    os.close(writing)
    with open(reading, encoding='utf-8') as printed:
        listings.append(json.load(printed))
    os.wait()
print(json.dumps(listings))
`;

const selectAll = `
import json, sys
from ansible.inventory.manager import InventoryManager
from ansible.parsing.dataloader import DataLoader
source, patterns = json.load(sys.stdin)
inventory = InventoryManager(DataLoader(), [source])
print(json.dumps([sorted(h.name for h in inventory.get_hosts(p)) for p in patterns]))
`;

/** Runs Python where Debian's ansible-core is, with this as its input. */
function askAnsible(program: string, input: unknown): unknown {
  const { status, stdout, stderr } = spawnSync('/usr/bin/python3', ['-c', program], {
    cwd: fixtures,
    input: JSON.stringify(input),
    encoding: 'utf8',
    env: { ...process.env, ANSIBLE_CONFIG: join(fixtures, 'ansible.cfg'), LC_ALL: 'C.UTF-8' },
  });
  if (status !== 0 || stderr.includes('Failed to parse')) throw new Error(stderr);
  return JSON.parse(stdout);
}

let missing: string | undefined;
let listings: readonly Listing[] = [];
beforeAll(() => {
  if (spawnSync('ansible-inventory', ['--version']).status === 0) {
    const printed = askAnsible(
      listAll,
      sources.map((name) => join(fixtures, name)),
    ) as readonly (Listing['groups'] & { readonly _meta: Listing })[];
    listings = printed.map(({ _meta, ...groups }) => ({ groups, hostvars: _meta.hostvars }));
    return;
  }
  missing = 'NOT COMPARED WITH ANSIBLE: there is no ansible-inventory (Debian package ansible-core)';
  if (process.env['CI']) throw new Error(missing);
  console.error(missing);
});
beforeEach((context) => context.skip(missing !== undefined, missing));

/** What `ansible-inventory --list` prints. */
interface Listing {
  readonly groups: Readonly<
    Record<string, { readonly hosts?: readonly string[]; readonly children?: readonly string[] }>
  >;
  readonly hostvars: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** Our inventory as such a listing, with the variables before any of them becomes a setting. */
function listingOf({ graph, hosts }: Inventory): Listing {
  const groups = [...graph].map(([name, { hosts, children }]) => [
    name,
    {
      ...(hosts.length > 0 && name !== 'all' && { hosts }),
      ...(children.length > 0 && { children: children.toSorted() }),
    },
  ]);
  const hostvars = [...hosts.values()].map(({ name, layers = [] }) => [
    name,
    Object.assign({}, ...layers.map(({ vars }) => vars)) as object,
  ]);
  const listing = {
    groups: Object.fromEntries(groups.filter(([, group]) => Object.keys(group as object).length > 0)),
    hostvars: Object.fromEntries(hostvars.filter(([, vars]) => Object.keys(vars as object).length > 0)),
  };
  const revealed = (_: string, value: unknown): unknown => (value instanceof Secret ? reveal(value) : value);
  return JSON.parse(JSON.stringify(listing, revealed)) as Listing;
}

describe('an inventory is read as Ansible reads it', () => {
  it.each(sources)('%s', async (name) => {
    const source = join(fixtures, name);
    const { groups, hostvars } = listings[sources.indexOf(name)] ?? { groups: {}, hostvars: {} };
    const inventory = await loadInventory(await findInventory(source, fixtures), () => undefined);
    const theirs = Object.entries(groups).map(([name, { children, ...hosts }]) => [
      name,
      { ...hosts, ...(children && { children: children.toSorted() }) },
    ]);
    expect(listingOf(inventory)).toEqual({ groups: Object.fromEntries(theirs), hostvars });
  });
});

it('a pattern names the hosts that it names in Ansible', async () => {
  const patterns = [
    ['all', '*', 'cobweb', 'webservers', 'ungrouped', 'cobweb:weber', 'cobweb,weber', 'webservers:dbservers'],
    ['webservers:!staging', 'webservers:&staging', 'webservers:dbservers:&staging:!webbing', '!staging'],
    [
      '&staging:atlanta:!webservers',
      'www*',
      '*.example.com',
      'www0?.example.com',
      'www1[12].*',
      'db-[!ab].*',
    ],
    ['one*.com:dbservers', 'webservers[0]', 'webservers[-1]', 'webservers[0:2]', 'webservers[1:]'],
    ['webservers[13:99]', 'atlanta[1:3]', 'www*[2]', 'all[0]', 'all[2:4]', 'mail.example.com[0]'],
    [
      '~(one|two).*\\.example\\.com',
      '~web',
      '~.*b-',
      'webservers:!~www',
      '2001:db8::1',
      'cobweb,2001:db8::1',
    ],
    ['same', 'all:!same', 'webservers:&same', 's*'],
  ].flat();
  const source = join(fixtures, 'patterns.ini');
  const theirs = askAnsible(selectAll, [source, patterns]) as readonly (readonly string[])[];
  const inventory = await loadInventory(await findInventory(source, fixtures), () => undefined);
  const ours = patterns.map((pattern) =>
    selectHosts(inventory, pattern, fixtures)
      .map(({ name }) => name)
      .toSorted(),
  );
  expect(Object.fromEntries(patterns.map((pattern, index) => [pattern, ours[index]]))).toEqual(
    Object.fromEntries(patterns.map((pattern, index) => [pattern, theirs[index]])),
  );
});
