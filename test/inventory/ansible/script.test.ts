import { chmodSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TsplayError, TsplayErrors } from '../../../src/errors/tsplay-error.ts';
import { findInventory } from '../../../src/inventory/find.ts';
import type { Inventory } from '../../../src/inventory/inventory.ts';
import { loadInventory } from '../../../src/inventory/load.ts';
import { tempProject, type TempProject } from '../../playbook/load/temp-project.ts';
import { warningsOf } from './support.ts';

let project: TempProject;
beforeEach(() => (project = tempProject()));
afterEach(() => project.remove());

/** Runs a shell script as an inventory. */
async function run(body: string, mode = 0o755): Promise<Inventory> {
  project.write({ 'cloud.sh': `#!/bin/sh\n${body}\n` });
  chmodSync(project.path('cloud.sh'), mode);
  return loadInventory(await findInventory('./cloud.sh', project.dir), () => undefined);
}

const prints = (data: unknown): string => `cat <<'END'\n${JSON.stringify(data)}\nEND`;

async function problems(running: Promise<Inventory>): Promise<readonly string[]> {
  const error: unknown = await running.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  const errors = error instanceof TsplayErrors ? error.errors : error instanceof TsplayError ? [error] : [];
  return errors.map(({ message }) => message.replaceAll(project.dir, ''));
}

describe('a program that prints an inventory', () => {
  it('is asked for each host where its list has no variables', async () => {
    const { hosts } = await run(
      `echo "$@" >>"${project.path('calls')}"
       case $1 in
         --list) echo '{"web": ["web1", "web2"]}' ;;
         --host) [ "$2" = web1 ] && echo '{"n": 1}' || : ;;
       esac`,
    );
    expect([...hosts.values()].map(({ name, vars }) => [name, vars])).toEqual([
      ['web1', { n: 1 }],
      ['web2', {}],
    ]);
  });

  it('keeps numbers that would be rounded as text, as files in YAML do', async () => {
    const { hosts } = await run(
      String.raw`echo '{"web": {"hosts": ["a"], "vars": {"n": [12345678901234567890, -9007199254740993, 7], "t": "\"1, 12345678901234567890", "f": 1e20}}, "_meta": {"hostvars": {}}}'`,
    );
    expect(hosts.get('a')?.vars).toEqual({
      n: ['12345678901234567890', '-9007199254740993', 7],
      t: '"1, 12345678901234567890',
      f: 1e20,
    });
  });

  it('may mark values that are no templates, and keep passwords', async () => {
    const inventory = await run(
      prints({
        web: { hosts: ['web1'], vars: { a: '{{ x }}', ansible_become_password: 'hunter2' } },
        _meta: {
          hostvars: {
            web1: { b: { __ansible_unsafe: '{{ y }}' }, c: ['{{ z }}'], ansible_host: '192.0.2.1' },
          },
        },
      }),
    );
    expect(inventory.hosts.get('web1')).toMatchObject({
      address: '192.0.2.1',
      vars: { a: '{{ x }}', b: '{{ y }}', c: ['{{ z }}'] },
    });
    expect(JSON.stringify([...inventory.hosts.values()])).not.toContain('hunter2');
    expect(warningsOf(inventory)).toEqual([
      'cloud.sh:1:1 Jinja templates are not evaluated, and stay as they are: a, c',
    ]);
  });

  it('may say something beside, which is passed on', async () => {
    const inventory = await run(
      `echo "old API" >&2; echo more >&2; ${prints({ web: ['web1'], _meta: { hostvars: {} } })}`,
    );
    expect(warningsOf(inventory)).toEqual(['cloud.sh:1:1 cloud.sh says: old API']);
  });

  it('must print groups as JSON', async () => {
    expect(await problems(run('echo oops >&2; exit 3'))).toEqual([
      "'/cloud.sh --list' gives no inventory: it ended with status 3. It said: oops",
    ]);
    expect(await problems(run('kill -9 $$'))).toEqual([
      "'/cloud.sh --list' gives no inventory: it was ended by SIGKILL",
    ]);
    expect(await problems(run('echo "{"; echo oops >&2'))).toEqual([
      "'/cloud.sh --list' gives no inventory: it does not print JSON. It said: oops",
    ]);
    expect(await problems(run('echo "[]"'))).toEqual([
      "'/cloud.sh --list' gives no inventory: it does not print a mapping of names",
    ]);
    expect(await problems(run(`[ $1 = --list ] && echo '{"web": ["web1"]}'`))).toEqual([
      "'/cloud.sh --host web1' gives no inventory: it ended with status 1",
    ]);
  });

  it('must print groups that can be, and all that is wrong is told at once', async () => {
    expect(
      await problems(
        run(
          prints({
            web: 'web1',
            db: { hosts: ['d b', 5, 'db1'], children: 'web', vars: [] },
            'a/b': [],
            _meta: { hostvars: { db1: 7 } },
          }),
        ),
      ),
    ).toEqual([
      'web.hosts must be a list of names',
      'd b is no name: it is empty, begins with a dash, or holds a blank or one of : & ! , * ? [ ] ~ @ / \\',
      '5 must be text',
      'db.children must be a list of names',
      'db.vars must be a mapping',
      'a/b is no name: it is empty, begins with a dash, or holds a blank or one of : & ! , * ? [ ] ~ @ / \\',
      'db1 must be a mapping',
    ]);
  });

  it('must be executable', async () => {
    expect(await problems(run('', 0o644))).toEqual(['/cloud.sh is a program, but may not be run']);
  });
});
