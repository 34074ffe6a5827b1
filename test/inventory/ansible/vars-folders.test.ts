import { describe, expect, it } from 'vitest';
import { placeOfVariable } from '../../../src/inventory/layers.ts';
import { problemsIn, read, warningsOf } from './support.ts';

describe('group_vars/ and host_vars/', () => {
  it('stand beside an inventory of any kind', async () => {
    const vars = { 'group_vars/web.yml': 'a: 1\nb:\n  c: 2\n', 'host_vars/web1': 'd: 3\n' };
    for (const files of [
      { hosts: '[web]\nweb1\n' },
      { 'hosts.yml': 'web: {hosts: web1}\n' },
      { 'prod.yaml': 'groups:\n  web: {hosts: [web1]}\n' },
    ]) {
      const web1 = (await read({ ...files, ...vars })).hosts.get('web1');
      expect(web1?.vars).toEqual({ a: 1, b: { c: 2 }, d: 3 });
      expect(placeOfVariable(web1 ?? {}, ['b', 'c'])).toMatchObject({
        file: expect.stringMatching(/group_vars\/web\.yml$/) as string,
        line: 3,
        column: 6,
      });
    }
  });

  it('warn of a file that another one hides', async () => {
    const inventory = await read({
      hosts: '[web]\nweb1\n',
      'group_vars/web/vars.yml': 'a: 1\n',
      'group_vars/web.yml': 'a: 2\n',
      'group_vars/web.json': '{"a": 3}',
    });
    expect(inventory.hosts.get('web1')?.vars).toEqual({ a: 1 });
    expect(warningsOf(inventory)).toEqual([
      'group_vars/web.yml:1:1 group_vars/web.yml is not read, because group_vars/web is there: put both into one folder',
      'group_vars/web.json:1:1 group_vars/web.json is not read, because group_vars/web is there: put both into one folder',
    ]);
  });

  it('tell what is wrong in any of their files, together with the inventory', async () => {
    expect(
      await problemsIn({
        hosts: '[web]\nweb1 x\n[db]\n',
        'group_vars/web.yml': '- 1\n',
        'group_vars/all/a.yml': 'a: [1\n',
        'group_vars/all/b.yml': '$ANSIBLE_VAULT;1.2;AES256;prod\n3132\n',
        'group_vars/db': 'text\n',
        'host_vars/web1.yml': 'a: !vault x\n',
      }),
    ).toEqual([
      'hosts:2:6 the inventory cannot be read: x is no variable: NAME=VALUE',
      expect.stringMatching(/^group_vars\/all\/a\.yml:2:1 the inventory cannot be read: /),
      'group_vars/all/b.yml:1:1 this file is encrypted with Ansible Vault, which tsplay does not read yet',
      'group_vars/web.yml:1:1 this file must map names of variables to values',
      'group_vars/db:1:1 this file must map names of variables to values',
      'host_vars/web1.yml:1:11 a is encrypted with Ansible Vault, which tsplay does not read yet',
    ]);
  });
});
