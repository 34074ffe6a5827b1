import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { fileURLToPath } from 'node:url';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { tempProject, type TempProject } from '../playbook/load/temp-project.ts';

const main = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url));

let project: TempProject;
let server: Server;
/** Connections that hosts got. */
let connections = 0;
let port = 0;

beforeAll(async () => {
  server = createServer((socket) => {
    connections += 1;
    socket.destroy();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  port = typeof address === 'object' && address !== null ? address.port : 0;
});
afterAll(() => server.close());
beforeEach(() => {
  project = tempProject();
  return () => project.remove();
});

/** Runs tsplay in the project; every host of it would have been connected to. */
async function tsplay(...args: readonly string[]) {
  const child = spawn(process.execPath, [main, ...args], { cwd: project.dir });
  const [stdout, stderr, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number]>,
  ]);
  return { status, stdout, stderr };
}

const site = `import { play, v } from 'tsplay';
import { command, file, sysctl } from 'tsplay/modules';

const vars = v.object({ mtu: v.number(), domain: v.string() });

const edge = play('Edge', { hosts: 'web', vars }, ({ vars }) => {
  const conf = file('etc/edge.conf', { content: vars.domain, mode: '9999' });
  sysctl('net.ipv4.ip_forward', { value: 1, persist: false });
  if (vars.mtu > 1500) sysctl('net.ipv4.ip_forward', { value: 0, persist: false });
  command('reload', { run: ['true'] });
  return [conf.changed];
});

const nowhere = play('Nowhere', { hosts: 'wbe:db*' }, () => {});

const broken = play('Broken', { hosts: 'web1' }, () => {
  const names: string[] = JSON.parse('{}');
  for (const name of names) file(name, { content: '' });
});

const waits = play('Waits', { hosts: 'web2' }, async () => {
  file('before', { content: '' });
  await command('x', { run: ['true'] }).result();
  file('behind', { content: '' });
});

export default [edge, nowhere, broken, waits];
`;

const hosts = (): string => `hosts:
  web1: { address: 127.0.0.1, port: ${port}, vars: { mtu: 9000, domain: a } }
  web2: { address: 127.0.0.1, port: ${port}, vars: { mtu: big } }
  web3: { address: 127.0.0.1, port: ${port}, vars: { mtu: large, domain: c } }
  web4: { address: 127.0.0.1, port: ${port}, vars: { mtu: 9000, domain: d } }
groups:
  web: { hosts: [web1, web2, web3, web4] }
`;

/** What was told, without the port, which differs from run to run. */
const told = (stderr: string): string => stderr.replaceAll(String(port), 'PORT');

it.each(['run', 'check'])(
  'tsplay %s tells all that is wrong with all plays on all hosts at once',
  async (command) => {
    project.write({ 'site.ts': site, 'hosts.yaml': hosts() });
    const { status, stdout, stderr } = await tsplay(command, 'site.ts', '-i', 'hosts.yaml');
    expect({ status, stdout, connections }).toEqual({ status: 64, stdout: '', connections: 0 });
    expect(told(stderr)).toMatchInlineSnapshot(`
      "error[pattern-empty]: 'wbe' in the pattern 'wbe:db*' matches no host; did you mean web?
        at site.ts:14:17
            13 |
          > 14 | const nowhere = play('Nowhere', { hosts: 'wbe:db*' }, () => {});
               |                 ^
            15 |
        hint: Patterns are names, groups, globs (web*), ranges (web[01:20]), and a:&b:!c to narrow down.

      error[bad-option]: file('etc/edge.conf'): mode must be three or four octal digits between quotes, such as '0644', not '9999'
        the same on 1 more: web4
        at site.ts:7:16
            6 | const edge = play('Edge', { hosts: 'web', vars }, ({ vars }) => {
          > 7 |   const conf = file('etc/edge.conf', { content: vars.domain, mode: '9999' });
              |                ^
            8 |   sysctl('net.ipv4.ip_forward', { value: 1, persist: false });

      error[bad-option]: file('etc/edge.conf'): the path must be absolute, not 'etc/edge.conf'
        the same on 1 more: web4
        at site.ts:7:16
            6 | const edge = play('Edge', { hosts: 'web', vars }, ({ vars }) => {
          > 7 |   const conf = file('etc/edge.conf', { content: vars.domain, mode: '9999' });
              |                ^
            8 |   sysctl('net.ipv4.ip_forward', { value: 1, persist: false });

      error[claim-clash]: sysctl[net.ipv4.ip_forward]#2 wants sysctl:net/ipv4/ip_forward to be 0, but sysctl[net.ipv4.ip_forward] wants 1
        the same on 1 more: web4
        at site.ts:9:24
             8 |   sysctl('net.ipv4.ip_forward', { value: 1, persist: false });
          >  9 |   if (vars.mtu > 1500) sysctl('net.ipv4.ip_forward', { value: 0, persist: false });
               |                        ^
            10 |   command('reload', { run: ['true'] });
        hint: Both manage the same thing on the host. Let one of them have it, or make them agree.

      error[unused-condition]: the condition file[etc/edge.conf].changed is not used by any task
        the same on 1 more: web4
        at site.ts:11:16
            10 |   command('reload', { run: ['true'] });
          > 11 |   return [conf.changed];
               |                ^
            12 | });
        hint: Pass it as \`when:\`; a condition is decided on the host and does nothing by itself.

      error[bad-variable]: web2: the variable mtu does not fit play 'Edge': Invalid type: Expected number but received "big"
        at hosts.yaml:3:57
            2 |   web1: { address: 127.0.0.1, port: PORT, vars: { mtu: 9000, domain: a } }
          > 3 |   web2: { address: 127.0.0.1, port: PORT, vars: { mtu: big } }
              |                                                         ^
            4 |   web3: { address: 127.0.0.1, port: PORT, vars: { mtu: large, domain: c } }
        hint: Set it for this host or one of its groups in the inventory, or with -e.

      error[bad-variable]: web2: the variable domain does not fit play 'Edge': it is not set
        at hosts.yaml:3:3
            2 |   web1: { address: 127.0.0.1, port: PORT, vars: { mtu: 9000, domain: a } }
          > 3 |   web2: { address: 127.0.0.1, port: PORT, vars: { mtu: big } }
              |   ^
            4 |   web3: { address: 127.0.0.1, port: PORT, vars: { mtu: large, domain: c } }
        hint: Set it for this host or one of its groups in the inventory, or with -e.

      error[bad-variable]: web3: the variable mtu does not fit play 'Edge': Invalid type: Expected number but received "large"
        at hosts.yaml:4:57
            3 |   web2: { address: 127.0.0.1, port: PORT, vars: { mtu: big } }
          > 4 |   web3: { address: 127.0.0.1, port: PORT, vars: { mtu: large, domain: c } }
              |                                                         ^
            5 |   web4: { address: 127.0.0.1, port: PORT, vars: { mtu: 9000, domain: d } }
        hint: Set it for this host or one of its groups in the inventory, or with -e.

      error[body-failed]: web1: the body of play 'Broken' threw: names is not iterable
        at site.ts:18:22
            17 |   const names: string[] = JSON.parse('{}');
          > 18 |   for (const name of names) file(name, { content: '' });
               |                      ^
            19 | });

      error[bad-option]: file('before'): the path must be absolute, not 'before'
        at site.ts:22:3
            21 | const waits = play('Waits', { hosts: 'web2' }, async () => {
          > 22 |   file('before', { content: '' });
               |   ^
            23 |   await command('x', { run: ['true'] }).result();

      14 problems; nothing was run.
      "
    `);
  },
);

it('tells what is wrong with the types of a playbook and with its inventory at once', async () => {
  project.write({
    'site.ts': `import { play } from 'tsplay';
import { file } from 'tsplay/modules';
export default play('Test', { hosts: 'all' }, () => {
  const conf = file('/etc/x', { contents: '' });
  if (conf.changed) file('/etc/y', { content: '' });
});
`,
    'hosts.yaml': 'hosts:\n  web1: { prot: 22 }\ngroups:\n  web: { hosts: [web1, web1], children: [wbe] }\n',
  });
  const { status, stdout, stderr } = await tsplay('run', 'site.ts', '-i', 'hosts.yaml');
  expect({ status, stdout }).toEqual({ status: 64, stdout: '' });
  expect(stderr).toMatchInlineSnapshot(`
    "error[type-error]: Object literal may only specify known properties, but 'contents' does not exist in type 'FileOptions & TaskOptions'. Did you mean to write 'content'? (TS2561)
      at site.ts:4:33
          3 | export default play('Test', { hosts: 'all' }, () => {
        > 4 |   const conf = file('/etc/x', { contents: '' });
            |                                 ^
          5 |   if (conf.changed) file('/etc/y', { content: '' });
      hint: Options of file, with their types and an example: tsplay doc file

    error[type-error]: This condition will always return true since this function is always defined. Did you mean to call it instead? (TS2774)
      at site.ts:5:7
          4 |   const conf = file('/etc/x', { contents: '' });
        > 5 |   if (conf.changed) file('/etc/y', { content: '' });
            |       ^
          6 | });
      hint: A condition of a task is decided on the host: pass it as \`when:\`, or await handle.result() and test its values.

    error[inventory-invalid]: hosts.web1.prot is not known here; did you mean port?
      at hosts.yaml:2:11
          1 | hosts:
        > 2 |   web1: { prot: 22 }
            |           ^
          3 | groups:

    error[inventory-invalid]: groups.web.hosts.1 names web1 a second time
      at hosts.yaml:4:24
          3 | groups:
        > 4 |   web: { hosts: [web1, web1], children: [wbe] }
            |                        ^
          5 |

    error[inventory-invalid]: groups.web.children.0 is no group: wbe; did you mean web?
      at hosts.yaml:4:42
          3 | groups:
        > 4 |   web: { hosts: [web1, web1], children: [wbe] }
            |                                          ^
          5 |

    5 problems; nothing was run.
    "
  `);
});

it('tells what else is wrong before a connection beside wrong types, and runs no body', async () => {
  const site = (body: string) => `import { play, v } from 'tsplay';
import { file } from 'tsplay/modules';
export const one = play('One', { hosts: 'wbe' }, () => {});
const vars = v.object({ mtu: v.number() });
export default [one, play('Two', { hosts: 'web', vars }, () => {
  ${body}
})];
`;
  project.write({
    'site.ts': site("console.log('body'); file('/etc/x', { contents: '' });"),
    'syntax.ts': `${site('')}}`,
    'throws.ts': `if ('a' === 1) play(); throw new Error('a');\n${site('')}`,
    'hosts.yaml': hosts(),
    'hosts.ts': `import { defineInventory } from 'tsplay';
export default defineInventory({ hosts: { a: {} }, groups: { web: { hosts: ['a', 'b'] } } });
`,
    'wrong.ts': `import { defineInventory } from 'tsplay';
console.log('inventory');
export default defineInventory({ hosts: { a: { prot: 22 } } });
`,
  });
  const codes = async (...args: readonly string[]) => {
    const { status, stdout, stderr } = await tsplay(...args);
    expect({ status, stdout }).toEqual({ status: 64, stdout: '' });
    return [...stderr.matchAll(/^error\[([^\]]+)\]/gm)].map(([, code]) => code);
  };
  const data = ['type-error', 'pattern-empty', 'bad-variable', 'bad-variable'];
  expect(await codes('run', 'site.ts', '-i', 'hosts.yaml')).toEqual(data);
  expect(await codes('check', 'site.ts', '-i', 'hosts.yaml', '--limit', 'nobody')).toEqual([
    'type-error',
    'pattern-empty',
    'pattern-empty',
  ]);
  expect(await codes('run', 'site.ts', '-i', 'hosts.ts')).toEqual(data);
  // What is no code, throws, or is an inventory with wrong types is not gone by.
  expect(new Set(await codes('run', 'syntax.ts', '-i', 'hosts.yaml'))).toEqual(new Set(['type-error']));
  expect(new Set(await codes('run', 'throws.ts', '-i', 'hosts.yaml'))).toEqual(new Set(['type-error']));
  expect(new Set(await codes('run', 'site.ts', '-i', 'wrong.ts'))).toEqual(new Set(['type-error']));
  expect(connections).toBe(0);
});

it('tells what the code of a playbook threw with nobody waiting for it, as what it is', async () => {
  project.write({
    'site.ts': `import { play } from 'tsplay';
export default play('Test', { hosts: 'all' }, () => {
  void Promise.reject(new Error('lost'));
});
`,
    'hosts.yaml': 'hosts: { here: { connection: local } }\n',
  });
  const { status, stderr } = await tsplay('check', 'site.ts', '-i', 'hosts.yaml');
  expect(status).toBe(1);
  expect(stderr).toMatch(
    /^error\[uncaught\]: code of the playbook threw, and nothing waited for it: lost\n {2}at site\.ts:3:23\n/,
  );
});

it('looks at the playbook where there is no such inventory, and at the inventory where there is no such playbook', async () => {
  project.write({ 'site.ts': 'export default 1;\n', 'hosts.yaml': 'hosts: []\n' });
  const codes = ({ stderr }: { readonly stderr: string }) =>
    [...stderr.matchAll(/^error\[(.*?)\]/gm)].map(([, code]) => code);
  expect(codes(await tsplay('run', 'site.ts', '-i', 'prod'))).toEqual([
    'not-a-playbook',
    'inventory-not-found',
  ]);
  expect(codes(await tsplay('run', 'none.ts', '-i', 'hosts.yaml'))).toEqual([
    'file-not-found',
    'inventory-invalid',
  ]);
  expect(codes(await tsplay('run', 'none.ts', '-i', 'prod'))).toEqual([
    'file-not-found',
    'inventory-not-found',
  ]);
});

it('tells of a limit and of patterns of plays at once, and builds nothing for hosts that were not meant', async () => {
  project.write({ 'site.ts': site, 'hosts.yaml': hosts() });
  for (const command of ['run', 'compile']) {
    const { status, stderr } = await tsplay(command, 'site.ts', '-i', 'hosts.yaml', '--limit', 'wbe1');
    expect(status).toBe(64);
    expect(stderr).toMatch(
      /^error\[pattern-empty\]: the pattern 'wbe1' matches no host; did you mean web1[^]*'wbe' in the pattern 'wbe:db\*'[^]*\n2 problems; nothing was run\.\n$/,
    );
  }
});

it('connects to the same hosts where nothing is wrong', async () => {
  project.write({
    'site.ts': site
      .replace("mode: '9999'", "mode: '0600'")
      .replace('etc/edge', '/etc/edge')
      .replace('value: 0', 'value: 1')
      .replace("run: ['true']", "run: ['true'], when: conf.changed")
      .replace('return [conf.changed];', '')
      .replace(/export default .*/, 'export default [edge];'),
    'hosts.yaml': hosts(),
  });
  const { status } = await tsplay('check', 'site.ts', '-i', 'hosts.yaml', '--limit', 'web1');
  expect(status).toBe(3);
  expect(connections).toBeGreaterThan(0);
});

it('shows every variable that a schema refuses where it has its value from', async () => {
  project.write({
    'site.ts': `import { play, v } from 'tsplay';
const uplink = v.object({ dev: v.string(), mark: v.number() });
const vars = v.object({ mtu: v.number(), uplinks: v.array(uplink), domain: v.string(), n: v.number() });
export default play('Edge', { hosts: 'web', vars }, () => {});
`,
    'prod/hosts': '[web]\nweb1 mtu=big\nweb2\n\n[web:vars]\ndomain = 5\n',
    'prod/group_vars/web.yml': 'mtu: 9000\nuplinks:\n  - dev: eth0\n    mark: "1"\n  - dev: eth1\n',
    'prod/group_vars/all/json.json': '{\n  "mtu": "small"\n}\n',
    'prod/3.ts': `import { defineInventory } from 'tsplay';
const vars = {
  uplinks: [{ dev: 3, mark: 1 }],
};
export default defineInventory({
  hosts: { web2: { vars } },
});
`,
  });
  const { status, stderr } = await tsplay('check', 'site.ts', '-i', './prod', '-e', 'n=x');
  expect(status).toBe(64);
  expect(stderr.replaceAll(/\n {6}.*/g, '')).toMatchInlineSnapshot(`
    "error[bad-variable]: web2: the variable uplinks.0.dev does not fit play 'Edge': Invalid type: Expected string but received 3
      at prod/3.ts:3:20
        > 3 |   uplinks: [{ dev: 3, mark: 1 }],
      hint: Set it for this host or one of its groups in the inventory, or with -e.

    error[bad-variable]: web2: the variable domain does not fit play 'Edge': Invalid type: Expected string but received 5
      the same on 1 more: web1
      at prod/hosts:6:10
        > 6 | domain = 5
      hint: Set it for this host or one of its groups in the inventory, or with -e.

    error[bad-variable]: web2: the variable n does not fit play 'Edge': Invalid type: Expected number but received "x" (from -e)
      the same on 1 more: web1
      hint: Set it for this host or one of its groups in the inventory, or with -e.

    error[bad-variable]: web1: the variable mtu does not fit play 'Edge': Invalid type: Expected number but received "big"
      at prod/hosts:2:10
        > 2 | web1 mtu=big
      hint: Set it for this host or one of its groups in the inventory, or with -e.

    error[bad-variable]: web1: the variable uplinks.0.mark does not fit play 'Edge': Invalid type: Expected number but received "1"
      at prod/group_vars/web.yml:4:11
        > 4 |     mark: "1"
      hint: Set it for this host or one of its groups in the inventory, or with -e.

    error[bad-variable]: web1: the variable uplinks.1.mark does not fit play 'Edge': Invalid key: Expected "mark" but received undefined
      at prod/group_vars/web.yml:5:5
        > 5 |   - dev: eth1
      hint: Set it for this host or one of its groups in the inventory, or with -e.

    8 problems; nothing was run.
    "
  `);
});

it('takes files of patterns beside the playbook, and for a limit where one stands', async () => {
  project.write({
    'sites/site.ts':
      "import { play } from 'tsplay';\nexport default play('Some', { hosts: '@some.txt' }, () => {});\n",
    'sites/some.txt': 'web1\nweb2\n',
    'here/failed.txt': 'web2\nweb3\n',
    'hosts.yaml': hosts(),
  });
  const { status, stderr } = await tsplay(
    'compile',
    'sites/site.ts',
    '-i',
    'hosts.yaml',
    '--limit',
    '@here/failed.txt',
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(
    (await tsplay('compile', 'sites/site.ts', '-i', 'hosts.yaml', '--limit', '@failed.txt')).stderr,
  ).toContain(
    `the pattern '@failed.txt' names the file ${project.path('failed.txt')}: there is no such file`,
  );
});
