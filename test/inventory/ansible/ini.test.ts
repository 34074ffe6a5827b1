import { describe, expect, it } from 'vitest';
import { placeOfVariable } from '../../../src/inventory/layers.ts';
import { problemsIn, read, warningsOf } from './support.ts';

const problems = (text: string) => problemsIn({ hosts: text });

describe('an inventory in INI', () => {
  it('knows where every variable has its value from', async () => {
    const { hosts } = await read({
      hosts: `web1 a=1  b='x y'
[web]
  web1   c="q"
[web:vars]
  d =  some text
e=
`,
    });
    const web1 = hosts.get('web1');
    const places = ['a', 'b', 'c', 'd', 'e'].map((name) => {
      const { line, column } = placeOfVariable(web1 ?? {}, [name]) ?? {};
      return [name, web1?.vars[name], line, column];
    });
    expect(places).toEqual([
      ['a', 1, 1, 8],
      ['b', 'x y', 1, 13],
      ['c', 'q', 3, 12],
      ['d', 'some text', 5, 8],
      ['e', '', 6, 3],
    ]);
    expect(web1?.where?.()).toMatchObject({ line: 1, column: 1 });
  });

  it('tells all that is wrong with it at once, and where', async () => {
    expect(
      await problems(`web1 port
web2 a="x
web[3:1]
web[01:003]
web[a:5]
web[1:9999999]
web4:
  we*b
-oProxyCommand=x
  [we b]
ignored here
[web:var]
[web]
[web:children]
wbe
a b
[web:vars]
no value
= 5
[dbs:vars]
x=1
[a/b]
web5 b = 5
web6 c\\`),
    ).toEqual([
      'hosts:1:6 the inventory cannot be read: port is no variable: NAME=VALUE',
      'hosts:2:1 the inventory cannot be read: the quote " is not closed',
      'hosts:3:1 the inventory cannot be read: web[3:1]: [3:1] goes from higher to lower',
      'hosts:4:1 the inventory cannot be read: web[01:003]: [01:003] must have as many digits at its end as at its beginning',
      'hosts:5:1 the inventory cannot be read: web[a:5]: [a:5] is no range, such as [01:20], [1:20:5] or [a:f]',
      'hosts:6:1 the inventory cannot be read: web[1:9999999]: [1:9999999] is too long',
      'hosts:7:1 the inventory cannot be read: web4: ends in a colon, but has no port behind it',
      'hosts:8:3 the inventory cannot be read: we*b is no name: it is empty, begins with a dash, or holds a blank or one of : & ! , * ? [ ] ~ @ / \\',
      'hosts:9:1 the inventory cannot be read: -oProxyCommand=x is no name: it is empty, begins with a dash, or holds a blank or one of : & ! , * ? [ ] ~ @ / \\',
      'hosts:10:3 the inventory cannot be read: [we b] is no heading: [GROUP], [GROUP:vars] or [GROUP:children]',
      'hosts:12:1 the inventory cannot be read: [web:var] has to be :vars or :children; did you mean vars?',
      'hosts:16:1 the inventory cannot be read: a b is no name of a group',
      'hosts:18:1 the inventory cannot be read: no value is no variable: NAME = VALUE',
      'hosts:19:1 the inventory cannot be read: = 5 is no variable: NAME = VALUE',
      'hosts:22:1 the inventory cannot be read: a/b is no name: it is empty, begins with a dash, or holds a blank or one of : & ! , * ? [ ] ~ @ / \\',
      'hosts:15:1 the inventory cannot be read: [web:children] names wbe, which is no group; did you mean web?',
      'hosts:20:1 the inventory cannot be read: [dbs:vars] is for a group that does not exist',
    ]);
  });

  it('tells of blanks around a sign, and of what is missing behind a backslash', async () => {
    expect(await problems('web5 b = 5\nweb6 c\\')).toEqual([
      'hosts:1:6 the inventory cannot be read: b is no variable: NAME=VALUE',
      'hosts:1:8 the inventory cannot be read: = is no variable: NAME=VALUE without blanks around the sign',
      'hosts:1:10 the inventory cannot be read: 5 is no variable: NAME=VALUE',
      'hosts:2:1 the inventory cannot be read: a backslash at the end of a line stands for nothing',
    ]);
  });

  it('has no groups within themselves', async () => {
    expect(await problems('[a]\n[b]\n[a:children]\nb\n[b:children]\na\n')).toEqual([
      'hosts:1:1 group a is within itself (a > b > a)',
    ]);
  });

  it('may have a group with the name of a host, and warns of it', async () => {
    expect(warningsOf(await read({ hosts: '[web]\nweb\n' }))).toEqual([
      'hosts:1:1 web is a host and a group: in patterns it is the host, and behind & and ! the group',
    ]);
  });

  it('warns of templates once a file, and keeps them', async () => {
    const inventory = await read({
      hosts: 'web1 a=\'{{ b }}\' c={%x%}\n[all:vars]\nd = http://{{ a }}/\ne="{{x}}"\n',
    });
    expect(inventory.hosts.get('web1')?.vars).toMatchObject({ a: '{{ b }}', d: 'http://{{ a }}/' });
    expect(warningsOf(inventory)).toEqual([
      'hosts:1:8 Jinja templates are not evaluated, and stay as they are: a (line 1), c (line 1), d (line 3) and 1 more',
    ]);
  });

  it('is taken for YAML where it begins like that, and for INI else', async () => {
    const names = async (text: string) => [...(await read({ hosts: text })).hosts.keys()];
    expect(await names('# x\n\n---\nweb:\n  hosts:\n    web1:\n')).toEqual(['web1']);
    expect(await names('{"web": {"hosts": {"web1": {}}}}')).toEqual(['web1']);
    expect(await names('hosts:\n  web1:\n')).toEqual(['web1']);
    expect(await names('; x\n\nweb1:22\n')).toEqual(['web1']);
    expect(await names('web1 x=":"\n')).toEqual(['web1']);
    expect(await names('')).toEqual([]);
  });
});

describe('what is encrypted', () => {
  it('is said to be that', async () => {
    expect(await problems('$ANSIBLE_VAULT;1.1;AES256\n3132\n')).toEqual([
      'hosts:1:1 this file is encrypted with Ansible Vault, which tsplay does not read yet',
    ]);
  });
});
