import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { reveal, secret } from '../../../src/secrets/secret.ts';
import { problemsIn, read, warningsOf } from './support.ts';

describe('variables that say how to reach a host', () => {
  it('are settings, wherever they stand', async () => {
    const { hosts } = await read({
      hosts: `web1 ansible_host=192.0.2.1 ansible_port=2222 ansible_user=ops x=1
web2:23 ansible_ssh_private_key_file=~/.ssh/id ansible_connection=paramiko
web3 ansible_private_key_file=keys/a ansible_become_method=community.general.doas
here ansible_connection=ansible.builtin.local
[all:vars]
ansible_port = "22"
ansible_ssh_user = root
`,
      'group_vars/all.yml': 'ansible_become_method: su\nansible_become_password: hunter2\n',
    });
    expect([...hosts.values()]).toMatchObject([
      { name: 'web1', address: '192.0.2.1', port: 2222, user: 'root', becomeMethod: 'su', vars: { x: 1 } },
      {
        name: 'web2',
        address: 'web2',
        port: 23,
        identityFiles: [join(homedir(), '.ssh/id')],
        connection: 'ssh',
      },
      { name: 'web3', port: 22, identityFiles: [resolve('keys/a')], becomeMethod: 'doas' },
      { name: 'here', connection: 'local' },
    ]);
    const password = hosts.get('web1')?.becomePassword;
    expect(password && reveal(password)).toBe('hunter2');
    expect(hosts.get('web1')?.vars).toEqual({ x: 1 });
  });

  it('are weaker than what a source of our own says itself', async () => {
    const { hosts } = await read({
      'prod.yaml': 'hosts:\n  web1: { address: 192.0.2.1 }\n  web2: {}\n',
      'group_vars/all.yml': 'ansible_host: 192.0.2.9\nansible_user: ops\n',
    });
    expect([...hosts.values()]).toMatchObject([
      { address: '192.0.2.1', user: 'ops', vars: {} },
      { address: '192.0.2.9', user: 'ops', vars: {} },
    ]);
  });

  it('must be possible', async () => {
    expect(
      await problemsIn({
        hosts: `web1 ansible_host='{{ x }}' ansible_port=http
web2 ansible_host=ops@web ansible_user="a b" ansible_ssh_private_key_file=~ops/key
web3 ansible_host=5 ansible_port=70000
`,
      }),
    ).toEqual([
      'hosts:1:19 web1: ansible_host is a Jinja template, which tsplay does not evaluate',
      'hosts:1:42 web1: ansible_port must be a whole number from 1 to 65535, not "http"',
      "hosts:2:19 web2: ansible_host must be without a user, which stands in 'user'",
      'hosts:2:40 web2: ansible_user must be one word that does not begin with a dash',
      "hosts:2:75 web2: ansible_ssh_private_key_file must not begin with ~NAME; only '~/' is known",
      'hosts:3:19 web3: ansible_host must be text, not 5',
      'hosts:3:34 web3: ansible_port must be a whole number from 1 to 65535, not 70000',
    ]);
  });

  it('stay variables where they have no effect here, with one warning for each', async () => {
    const inventory = await read({
      hosts: `win ansible_connection=winrm ansible_become_method=runas ansible_python_interpreter=/x
web ansible_ssh_common_args='-o x' ansible_password=hunter2 ansible_become=yes ansible_site=x
[all:vars]
ansible_become_user=app
ansible_become_pass={{ vaulted }}
`,
    });
    expect(inventory.hosts.get('win')).toMatchObject({
      connection: 'ssh',
      vars: { ansible_connection: 'winrm', ansible_become_method: 'runas', ansible_become_user: 'app' },
    });
    expect(inventory.hosts.get('web')?.becomePassword).toBeUndefined();
    expect(reveal(inventory.hosts.get('web')?.password ?? secret(''))).toBe('hunter2');
    expect(JSON.stringify([...inventory.hosts.values()])).not.toContain('hunter2');
    expect(warningsOf(inventory)).toEqual([
      'hosts:5:21 Jinja templates are not evaluated, and stay as they are: ansible_become_pass (line 5)',
      'hosts:1:24 ansible_connection has no effect and stays a variable: tsplay has no winrm',
      'hosts:1:52 ansible_become_method has no effect and stays a variable: tsplay has no runas',
      'hosts:5:21 ansible_become_pass has no effect and stays a variable: it is a Jinja template, which tsplay does not evaluate; ask for it with -K',
      "hosts:4:21 ansible_become_user has no effect and stays a variable: a play says 'become' itself",
      'hosts:2:29 ansible_ssh_common_args has no effect and stays a variable: options of ssh stand in ssh_config, or in a file that sshConfigFile names',
      "hosts:2:76 ansible_become has no effect and stays a variable: a play says 'become' itself",
    ]);
  });
});
