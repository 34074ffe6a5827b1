import { describe, expect, it } from 'vitest';
import { placeOfVariable } from '../../../src/inventory/layers.ts';
import { problemsIn, read, warningsOf } from './support.ts';

const problems = (text: string) => problemsIn({ 'hosts.yml': text });

describe('an inventory in the YAML of Ansible', () => {
  it('knows where every variable, and what is in it, has its value from', async () => {
    const { hosts } = await read({
      'hosts.yml': `x: &x
  vars: &vars
    a: 1
    b:
      - c: 2
        d: 3
web:
  hosts:
    web[1:2]:
      e: {f: [g]}
      <<: *vars
  vars: {h: 4}
`,
    });
    const places = [['a'], ['b', '0', 'd'], ['b', '1'], ['e', 'f', '0'], ['e', 'z'], ['h'], ['none']].map(
      (path) => {
        const { line, column } = placeOfVariable(hosts.get('web2') ?? {}, path) ?? {};
        return [path.join('.'), line, column];
      },
    );
    expect(places).toEqual([
      ['a', 3, 8],
      ['b.0.d', 6, 12],
      ['b.1', 4, 5],
      ['e.f.0', 10, 15],
      ['e.z', 10, 7],
      ['h', 12, 13],
      ['none', undefined, undefined],
    ]);
  });

  it('tells all that is wrong with it at once, and where', async () => {
    expect(
      await problems(`web:
  hosts: [web1, web2]
  host:
    web3:
  vars: 5
db:
  hosts:
    db[1:x]:
    db2: 5
    d*b:
  children:
    a b:
other: 7
empty:
a/b: {}
`),
    ).toEqual([
      'hosts.yml:2:3 web.hosts must map names to values (NAME: …), but is a list',
      'hosts.yml:3:3 web.host is not known here; a group has hosts, vars and children; did you mean hosts?',
      'hosts.yml:5:3 web.vars must map names to values (NAME: …), but is 5',
      'hosts.yml:8:5 db.hosts has a name that is none: db[1:x]: [1:x] is no range, such as [01:20], [1:20:5] or [a:f]',
      'hosts.yml:9:5 db.hosts.db2 must map names to values (NAME: …), but is 5',
      'hosts.yml:10:5 db.hosts.d*b is no name: it is empty, begins with a dash, or holds a blank or one of : & ! , * ? [ ] ~ @ / \\',
      'hosts.yml:12:5 db.children.a b is no name: it is empty, begins with a dash, or holds a blank or one of : & ! , * ? [ ] ~ @ / \\',
      'hosts.yml:13:1 other must map names to values (NAME: …), but is 7',
      'hosts.yml:15:1 a/b is no name: it is empty, begins with a dash, or holds a blank or one of : & ! , * ? [ ] ~ @ / \\',
    ]);
  });

  it('is no configuration of a plugin', async () => {
    expect(await problems('plugin: amazon.aws.aws_ec2\nregions: [eu-west-1]\n')).toEqual([
      'hosts.yml:1:1 this configures the inventory plugin amazon.aws.aws_ec2 of Ansible, and tsplay has no plugins',
    ]);
  });

  it('has no values that are encrypted, and no tags that it does not know', async () => {
    expect(
      await problems(`all:
  vars:
    a: !vault |
      $ANSIBLE_VAULT;1.1;AES256
      3132
    b: [1, !vault x]
    c: !!set {x}
`),
    ).toEqual([
      'hosts.yml:3:15 a is encrypted with Ansible Vault, which tsplay does not read yet',
      'hosts.yml:6:19 b is encrypted with Ansible Vault, which tsplay does not read yet',
      'hosts.yml:7:14 the inventory cannot be read: c has the tag !!set, which is not read',
    ]);
    expect(await problems('all:\n  vars:\n    a: !env X\n')).toEqual([
      'hosts.yml:3:8 the inventory cannot be read: Unresolved tag: !env',
    ]);
  });

  it('tells where its syntax is wrong', async () => {
    expect(await problems('all:\n  vars: {a: 1\n')).toEqual([expect.stringMatching(/^hosts\.yml:\d:\d /)]);
    expect(await problems('all: {[1]: x}\n')).toEqual([
      'hosts.yml:1:7 the inventory cannot be read: a key must be text, not a list or mapping',
    ]);
    expect(await problems('all:\n  vars:\n    a: {<<: 5}\n')).toEqual([
      'hosts.yml:1:1 the inventory cannot be read: Merge sources must be maps or map aliases',
    ]);
  });

  it('warns of repeated keys, of which the last one counts', async () => {
    const inventory = await read({ 'hosts.yml': 'all:\n  hosts:\n    web1:\n  vars:\n    a: 1\n    a: 2\n' });
    expect(inventory.hosts.get('web1')?.vars).toEqual({ a: 2 });
    expect(placeOfVariable(inventory.hosts.get('web1') ?? {}, ['a'])).toMatchObject({ line: 6, column: 8 });
    expect(warningsOf(inventory)).toEqual([
      'hosts.yml:6:5 a stands here more than once, and the last one counts',
    ]);
  });

  it('warns of templates, but not where a value is said to be none', async () => {
    const text =
      "all:\n  hosts: web1\n  vars:\n    a: ['{{ x }}']\n    b: !unsafe '{{ y }}'\n    c: {d: '{% if %}'}\n";
    const inventory = await read({ 'hosts.yml': text });
    expect(inventory.hosts.get('web1')?.vars).toEqual({ a: ['{{ x }}'], b: '{{ y }}', c: { d: '{% if %}' } });
    expect(warningsOf(inventory)).toEqual([
      'hosts.yml:4:9 Jinja templates are not evaluated, and stay as they are: a (line 4), d (line 6)',
    ]);
  });

  it('keeps a number that is too large to be exact as text', async () => {
    const { hosts } = await read({ 'hosts.yml': 'all:\n  hosts: {web1: {a: 12345678901234567890}}\n' });
    expect(hosts.get('web1')?.vars).toEqual({ a: '12345678901234567890' });
  });
});
