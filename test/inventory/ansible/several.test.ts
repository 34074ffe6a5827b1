import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { explainVariable } from '../../../src/inventory/explain.ts';
import { findInventory } from '../../../src/inventory/find.ts';
import type { Inventory } from '../../../src/inventory/inventory.ts';
import { loadInventory } from '../../../src/inventory/load.ts';
import { tempProject, type TempProject } from '../../playbook/load/temp-project.ts';

/** Every step of the order gives the variables of its own name and of all weaker ones. */
const steps = [
  'first',
  'second',
  'site-of-first',
  'web-of-second',
  'all-file',
  'all-file-2',
  'all-play',
  'web-file',
  'web-file-2',
  'site-play',
  'web-play',
  'host-of-second',
  'host-file',
  'host-play',
] as const;
const vars = (name: (typeof steps)[number], indent = ''): string =>
  steps
    .slice(0, steps.indexOf(name) + 1)
    .map((step) => `${indent}v_${step.replaceAll('-', '_')}: ${name}\n`)
    .join('');

let project: TempProject;
beforeAll(() => {
  project = tempProject({
    'one/hosts.yml': `all:\n  vars:\n${vars('first', '    ')}  hosts: { a: { only: one } }\nsite:\n  vars:\n${vars('site-of-first', '    ')}  children: { web: { hosts: { a: { port: 1 } } } }\n`,
    'one/group_vars/all.yml': vars('all-file'),
    'one/group_vars/web.yml': vars('web-file'),
    'one/host_vars/a.yml': vars('host-file'),
    'two/hosts.yml': `all:\n  vars:\n${vars('second', '    ')}web:\n  vars:\n${vars('web-of-second', '    ')}  hosts:\n    a:\n      port: 2\n${vars('host-of-second', '      ')}    b: {}\n`,
    'two/group_vars/all.yml': vars('all-file-2'),
    'two/group_vars/web.yml': vars('web-file-2'),
    'ansible.cfg': '[defaults]\n',
    'play/group_vars/all.yml': vars('all-play'),
    'play/group_vars/site.yml': vars('site-play'),
    'play/group_vars/web.yml': vars('web-play'),
    'play/group_vars/nobody.yml': 'x: 1\n',
    'play/host_vars/a.yml': vars('host-play'),
    'play/host_vars/nobody.yml': 'x: 1\n',
  });
});
afterAll(() => project.remove());

const sources = ['one/hosts.yml', 'two/hosts.yml'];
const load = async (names: readonly string[] = sources): Promise<Inventory> =>
  loadInventory(
    await findInventory(
      names.map((name) => `./${name}`),
      project.dir,
    ),
    () => undefined,
    project.path('play'),
  );
const missing = (() => {
  try {
    execFileSync('ansible-inventory', ['--version'], { stdio: 'ignore' });
    return false;
  } catch {
    return true;
  }
})();

it('several inventories, and folders beside the playbook, are merged in the order of their strength', async () => {
  const a = (await load()).hosts.get('a');
  if (a === undefined) throw new Error('no host a');
  const winners = explainVariable(a, 'v_first', { defaults: [], extraVars: {} });
  expect(winners.map(({ value }) => value)).toEqual(steps);
  expect(winners.at(-1)?.where).toMatchObject({ file: project.path('play/host_vars/a.yml') });
  for (const step of steps.slice(3)) {
    expect(a.vars[`v_${step.replaceAll('-', '_')}`]).toBe('host-play');
  }
  expect((await load(sources.toReversed())).hosts.get('a')?.vars).toMatchObject({ port: 1 });
});

it.skipIf(missing)('they are merged as Ansible does', async () => {
  for (const names of [sources, sources.toReversed()]) {
    const words = names.flatMap((name) => ['-i', project.path(name)]);
    const text = execFileSync(
      'ansible-inventory',
      [...words, '--playbook-dir', project.path('play'), '--list'],
      {
        encoding: 'utf8',
        env: { ...process.env, ANSIBLE_CONFIG: project.path('ansible.cfg'), LC_ALL: 'C.UTF-8' },
        stdio: 'pipe',
      },
    );
    const { _meta: meta } = JSON.parse(text) as { readonly _meta: { readonly hostvars: object } };
    const { hosts } = await load(names);
    expect(Object.fromEntries([...hosts].map(([name, host]) => [name, host.vars]))).toEqual(meta.hostvars);
  }
});

it('the lab is merged with nothing', async () => {
  await expect(findInventory(['lab', './one/hosts.yml'], project.dir)).rejects.toMatchObject({
    code: 'inventory-lab-alone',
  });
});
