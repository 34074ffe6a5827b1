import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
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
];

let missing: string | undefined;
beforeAll(() => {
  if (spawnSync('ansible-inventory', ['--version']).status === 0) return;
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

async function listed(source: string): Promise<Listing> {
  const child = spawn('ansible-inventory', ['-i', source, '--list'], {
    cwd: fixtures,
    env: { ...process.env, ANSIBLE_CONFIG: join(fixtures, 'ansible.cfg'), LC_ALL: 'C.UTF-8' },
  });
  const [stdout, stderr, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number]>,
  ]);
  if (status !== 0 || stderr.includes('Failed to parse')) throw new Error(stderr);
  const { _meta, ...groups } = JSON.parse(stdout) as Listing['groups'] & { _meta: Listing };
  return { groups, hostvars: _meta.hostvars };
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
    const { groups, hostvars } = await listed(source);
    const inventory = await loadInventory(await findInventory(source, fixtures), () => undefined);
    const theirs = Object.entries(groups).map(([name, { children, ...hosts }]) => [
      name,
      { ...hosts, ...(children && { children: children.toSorted() }) },
    ]);
    expect(listingOf(inventory)).toEqual({ groups: Object.fromEntries(theirs), hostvars });
  });
});

const askAnsible = `
import json, sys
from ansible.inventory.manager import InventoryManager
from ansible.parsing.dataloader import DataLoader
inventory = InventoryManager(DataLoader(), [sys.argv[1]])
print(json.dumps([sorted(h.name for h in inventory.get_hosts(p)) for p in json.load(sys.stdin)]))
`;

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
  const { stdout, stderr } = spawnSync('/usr/bin/python3', ['-c', askAnsible, source], {
    input: JSON.stringify(patterns),
    encoding: 'utf8',
    env: { ...process.env, ANSIBLE_CONFIG: join(fixtures, 'ansible.cfg') },
  });
  if (stdout === '') throw new Error(stderr);
  const theirs = JSON.parse(stdout) as readonly (readonly string[])[];
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
