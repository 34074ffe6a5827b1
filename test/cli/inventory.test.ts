import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tempProject, type TempProject } from '../playbook/load/temp-project.ts';

const main = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url));

let project: TempProject;
beforeAll(() => {
  project = tempProject({
    'inventory/prod/hosts': `mail ansible_connection=local
[web]
web[1:2] ansible_user=deploy
[db]
db1 ansible_host=192.0.2.9 ansible_port=2222
2001:db8::1 ansible_port=22
[site:children]
web
db
[all:vars]
mtu=1400
[site:vars]
mtu=1450
[web:vars]
mtu=1460
`,
    'inventory/prod/group_vars/all.yml': 'mtu: 1500\nurl: "{{ x }}"\n',
    'inventory/prod/group_vars/web/main.yml': '# first\nmtu: 9000\nansible_become_password: hunter2\n',
    'inventory/prod/host_vars/web2': '{"mtu": 9001}',
    'hosts.ts': `import { defineInventory, secret } from 'tsplay';
export default defineInventory({ hosts: { web1: { vars: { token: secret('hunter2'), n: 1 } } }, groups: { none: {} } });
`,
    'more.yaml': 'hosts: { web1: { vars: { mtu: 1300 } } }\nvars: { mtu: 1350 }\n',
    'beside/site.ts': `import { play } from 'tsplay';
export default play('Beside', { hosts: 'web' }, () => {});
`,
    'beside/group_vars/site.yaml': 'mtu: 1310\n',
    'site.ts': `import { play, v } from 'tsplay';
export default [
  play('Edge', { hosts: 'web', vars: v.object({ mtu: v.optional(v.number(), 1280), n: v.optional(v.number(), 5) }) }, () => {}),
  play('Other', { hosts: 'db', vars: v.object({ n: v.optional(v.number(), 6) }) }, () => {}),
];
`,
  });
});
afterAll(() => project.remove());

function tsplay(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, 'inventory', ...args], {
    cwd: project.dir,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

const warning =
  'warning: Jinja templates are not evaluated, and stay as they are: url (line 2) (inventory/prod/group_vars/all.yml:2:6)\n';

describe('tsplay inventory', () => {
  it('lists hosts, those of a pattern too', () => {
    expect(tsplay('list', '-i', 'prod')).toEqual({
      status: 0,
      stdout: `mail         this machine      ungrouped
web1         deploy@web1       site, web
web2         deploy@web2       site, web
db1          192.0.2.9:2222    site, db
2001:db8::1  [2001:db8::1]:22  site, db
`,
      stderr: warning,
    });
    const { stdout } = tsplay('list', 'site:!web', '-i', 'prod', '--json');
    expect(JSON.parse(stdout)).toEqual([
      {
        name: 'db1',
        connection: 'ssh',
        address: '192.0.2.9',
        port: 2222,
        groups: ['all', 'site', 'db'],
        vars: { mtu: 1500, url: '{{ x }}' },
        places: {
          mtu: { file: project.path('inventory/prod/group_vars/all.yml'), line: 1, column: 6 },
          url: { file: project.path('inventory/prod/group_vars/all.yml'), line: 2, column: 6 },
        },
      },
      expect.objectContaining({ name: '2001:db8::1' }),
    ]);
    expect(tsplay('list', 'wbe', '-i', 'prod').stderr).toContain('did you mean web?');
  });

  it('shows groups as a tree', () => {
    expect(tsplay('graph', '-i', 'prod').stdout).toBe(`all
├── ungrouped
│   └── mail
└── site
    ├── web
    │   ├── web1
    │   └── web2
    └── db
        ├── db1
        └── 2001:db8::1
`);
    expect(JSON.parse(tsplay('graph', 'web', '-i', 'prod', '--json').stdout)).toEqual({
      name: 'web',
      children: [],
      hosts: ['web1', 'web2'],
    });
    expect(tsplay('graph', '-i', 'hosts.ts').stdout).toBe('all\n├── none\n└── web1\n');
    expect(tsplay('graph', 'wbe', '-i', 'prod')).toMatchObject({
      status: 64,
      stderr: expect.stringContaining('there is no group wbe in ') as string,
    });
  });

  it('shows a host, and no secret', () => {
    expect(tsplay('host', 'web2', '-i', 'prod').stdout).toMatchInlineSnapshot(`
      "web2
        connection      ssh
        address         web2
        user            deploy
        becomePassword  ‹secret›
        groups          all, site, web
      variables
        mtu  inventory/prod/host_vars/web2:1:9      9001
        url  inventory/prod/group_vars/all.yml:2:6  "{{ x }}"
      "
    `);
    const { stdout } = tsplay('host', 'web1', '-i', 'hosts.ts', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ name: 'web1', vars: { token: '‹secret›', n: 1 } });
    expect(tsplay('host', 'web', '-i', 'prod').stderr).toContain('web is a group, not a host, in ');
    expect(tsplay('host', 'web3', '-i', 'prod').stderr).toContain('did you mean web1 or web2');
  });

  it('explains where a variable comes from, layer by layer', () => {
    expect(tsplay('explain', 'mtu', 'web2', '-i', 'prod', '-e', 'mtu:=1', '-p', 'site.ts').stdout)
      .toMatchInlineSnapshot(`
      "mtu of web2 is 1
           play Edge   site.ts:3:3                                 1280
           all         inventory/prod/hosts:11:5                   1400
           group site  inventory/prod/hosts:13:5                   1450
           group web   inventory/prod/hosts:15:5                   1460
           all         inventory/prod/group_vars/all.yml:1:6       1500
           group web   inventory/prod/group_vars/web/main.yml:2:6  9000
           host web2   inventory/prod/host_vars/web2:1:9           9001
        >  -e                                                      1
      "
    `);
    expect(tsplay('explain', 'n', 'web1', '-i', 'prod', '--playbook', 'site.ts').stdout).toBe(
      'n of web1 is 5\n  >  play Edge  site.ts:3:3  5\n',
    );
    expect(tsplay('explain', 'ansible_become_password', 'web1', '-i', 'prod').stdout).not.toContain(
      'hunter2',
    );
    expect(JSON.parse(tsplay('explain', 'n', 'web1', '-i', 'hosts.ts', '--json').stdout)).toEqual({
      variable: 'n',
      host: 'web1',
      value: 1,
      layers: [
        {
          from: 'host',
          name: 'web1',
          value: 1,
          wins: true,
          file: project.path('hosts.ts'),
          line: 2,
          column: 88,
        },
      ],
    });
    const several = ['-i', 'prod', '-i', 'more.yaml'];
    expect(tsplay('explain', 'mtu', 'web1', ...several, '-p', 'beside/site.ts').stdout)
      .toMatchInlineSnapshot(`
      "mtu of web1 is 1300
           all         inventory/prod/hosts:11:5                   1400
           all         more.yaml:2:14                              1350
           group site  inventory/prod/hosts:13:5                   1450
           group web   inventory/prod/hosts:15:5                   1460
           all         inventory/prod/group_vars/all.yml:1:6       1500
           group web   inventory/prod/group_vars/web/main.yml:2:6  9000
           group site  beside/group_vars/site.yaml:1:6             1310
        >  host web1   more.yaml:1:31                              1300
      "
    `);
    expect(tsplay('explain', 'mtu', 'web1', ...several).stdout).not.toContain('beside/');
    expect(tsplay('explain', 'mut', 'web1', '-i', 'prod')).toMatchObject({
      status: 64,
      stdout: '',
      stderr: expect.stringContaining('nothing sets the variable mut for web1; did you mean mtu?') as string,
    });
  });
});
