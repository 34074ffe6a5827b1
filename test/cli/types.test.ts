import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, it } from 'vitest';
import { tempProject, type TempProject } from '../playbook/load/temp-project.ts';

const main = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url));

let project: TempProject;
beforeEach(() => {
  project = tempProject({
    'package.json': '{}',
    'inventory/prod/hosts': '[web]\nweb1 mtu=1500\n',
    'inventory/prod/group_vars/web.yml': 'list: [1, a]\nansible_become_password: x\n',
    'sites/site.ts': `import { play } from 'tsplay';
export default play('Edge', { hosts: 'web' }, ({ host }) => [host.vars.mtu.toFixed(), host.vars.list]);
`,
  });
  return () => project.remove();
});

function tsplay(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], {
    cwd: project.dir,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

describe('tsplay types', () => {
  it('writes declarations beside the inventory, and tells whether they are up to date', () => {
    expect(tsplay('types', '-i', 'prod', '--check')).toMatchObject({ status: 2 });
    expect(tsplay('types', '-i', 'prod')).toEqual({
      status: 0,
      stdout: 'inventory/prod.tsplay.d.ts: written\n',
      stderr: '',
    });
    expect(readFileSync(project.path('inventory/prod.tsplay.d.ts'), 'utf8')).toMatchInlineSnapshot(`
      "// Made by \`tsplay types -i prod\`, which makes it anew when the inventory has changed.
      interface TsplayInventories {
        readonly "inventory/prod": {
          readonly hosts: "web1";
          readonly vars: {
            readonly list: readonly (number | string)[];
            readonly mtu: number;
          };
          readonly groups: {
            readonly all: { readonly every: "list" | "mtu"; readonly some: never };
            readonly ungrouped: { readonly every: never; readonly some: "list" | "mtu" };
            readonly web: { readonly every: "list" | "mtu"; readonly some: never };
          };
        };
      }
      "
    `);
    expect(tsplay('types', '-i', 'prod', '--check')).toEqual({
      status: 0,
      stdout: 'inventory/prod.tsplay.d.ts is up to date\n',
      stderr: '',
    });
    project.write({ 'inventory/prod/host_vars/web1': 'more: 1\n' });
    expect(tsplay('types', '-i', 'prod', '--check')).toEqual({
      status: 2,
      stdout: 'inventory/prod.tsplay.d.ts is not up to date: tsplay types -i prod\n',
      stderr: '',
    });
    expect(tsplay('types', '-i', 'lab')).toMatchObject({ status: 64, stdout: '' });
  });

  it('makes a name that there is not a type error, whichever inventory the playbook is run on', () => {
    const compile = (inventory: string) => tsplay('compile', 'sites/site.ts', '-i', inventory);
    expect(compile('prod').stderr).toContain("'host.vars.mtu' is of type 'unknown'");
    tsplay('types', '-i', 'prod');
    expect(compile('prod')).toMatchObject({ status: 0, stderr: '' });
    project.write({
      'other/hosts.yaml': 'hosts:\n  web1: { vars: { mtu: 1 } }\ngroups:\n  web: { hosts: [web1] }\n',
    });
    expect(compile('other/hosts.yaml')).toMatchObject({ status: 0, stderr: '' });
    project.write({
      'sites/site.ts': `import { play } from 'tsplay';
export default play('Edge', { hosts: 'wbe' }, ({ host }) => host.vars.mut);
`,
    });
    const { status, stderr } = compile('other/hosts.yaml');
    expect(status).toBe(64);
    expect(stderr).toContain(`Type '"wbe"' is not assignable to type 'KnownPattern<"wbe", "wbe">'`);
    expect(stderr).toContain('hint: No inventory with declarations has "wbe".');
    expect(stderr).toContain("Property 'mut' does not exist");
    // Those beside the inventory count together with those of the project.
    project.write({ 'other/hosts.yaml': 'hosts:\n  wbe: { vars: { mut: 1 } }\n' });
    tsplay('types', '-i', 'other/hosts.yaml');
    expect(compile('prod').stderr).toContain('KnownPattern<"wbe", "wbe">');
    expect(compile('other/hosts.yaml')).toMatchObject({ status: 0, stderr: '' });
  });
});
