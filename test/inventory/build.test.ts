import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TsplayErrors } from '../../src/errors/tsplay-error.ts';
import { buildInventory } from './build-inventory.ts';

const build = (data: unknown) => buildInventory(data, '/infra/inventory/prod.yaml');

/** Messages of all that is wrong with the data. */
async function problems(data: unknown): Promise<readonly string[]> {
  try {
    await build(data);
  } catch (error) {
    if (error instanceof TsplayErrors) return error.errors.map(({ message }) => message).toSorted();
    throw error;
  }
  return [];
}

describe('hosts', () => {
  it('have what the inventory says and defaults for the rest', async () => {
    const { hosts, groups, source } = await build({
      hosts: {
        gw1: {
          address: '2001:db8::1',
          port: 2222,
          user: 'ops',
          connection: 'local',
          becomeMethod: 'doas',
          hostKeyAlias: 'gw',
        },
        gw2: null,
      },
      groups: { gateways: { hosts: ['gw2', 'gw3'] }, empty: null },
    });
    expect(source).toBe('/infra/inventory/prod.yaml');
    expect([...hosts.values()]).toMatchObject([
      {
        name: 'gw1',
        address: '2001:db8::1',
        port: 2222,
        user: 'ops',
        connection: 'local',
        becomeMethod: 'doas',
        hostKeyAlias: 'gw',
        groups: ['all'],
      },
      { name: 'gw2', address: 'gw2', connection: 'ssh', groups: ['all', 'gateways'], vars: {} },
      { name: 'gw3', address: 'gw3', connection: 'ssh', groups: ['all', 'gateways'] },
    ]);
    expect(Object.fromEntries(groups)).toEqual({
      all: ['gw1', 'gw2', 'gw3'],
      gateways: ['gw2', 'gw3'],
      empty: [],
    });
  });

  it('find their files beside the inventory or at home', async () => {
    const { hosts } = await build({
      hosts: { a: { identityFiles: ['keys/a', '~/.ssh/a', '/etc/a'], knownHostsFiles: ['../known'] } },
    });
    expect(hosts.get('a')).toMatchObject({
      identityFiles: ['/infra/inventory/keys/a', join(homedir(), '.ssh/a'), '/etc/a'],
      knownHostsFiles: ['/infra/known'],
    });
  });

  it('may be called like what every object has', async () => {
    const { hosts } = await build(
      JSON.parse('{"groups":{"toString":{"hosts":["constructor"],"vars":{"__proto__":{"x":1}}}}}'),
    );
    expect(hosts.get('constructor')?.groups).toEqual(['all', 'toString']);
    expect(Object.getPrototypeOf(hosts.get('constructor')?.vars)).toBe(Object.prototype);
  });
});

describe('variables', () => {
  const data = {
    vars: { a: 'all', b: 'all', c: 'all', d: 'all', e: 'all', deep: { all: 1 } },
    groups: {
      // Named so that neither the order of the names nor that of the file is that of the depths.
      zone: { children: ['mid'], vars: { b: 'zone', c: 'zone', d: 'zone', e: 'zone' } },
      mid: { children: ['left', 'right'], vars: { c: 'mid', d: 'mid', e: 'mid' } },
      right: { hosts: ['web1'], vars: { d: 'right', e: 'right', deep: { right: 1 } } },
      left: { hosts: ['web1'], vars: { d: 'left', e: 'left' } },
    },
    hosts: { web1: { vars: { e: 'web1' } } },
  };

  it('come from all, outer groups, inner groups and the host, and the last one wins', async () => {
    const web1 = (await build(data)).hosts.get('web1');
    expect(web1?.groups).toEqual(['all', 'zone', 'mid', 'left', 'right']);
    expect(web1?.vars).toEqual({ a: 'all', b: 'zone', c: 'mid', d: 'right', e: 'web1', deep: { right: 1 } });
  });

  it('do not depend on the order of the file', async () => {
    const groups = Object.fromEntries(Object.entries(data.groups).toReversed());
    const [other, web1] = [await build({ ...data, groups }), await build(data)].map(({ hosts }) =>
      hosts.get('web1'),
    );
    expect(other?.vars).toEqual(web1?.vars);
    expect(other?.groups).toEqual(web1?.groups);
  });

  it('take a group by its longest way from outside', async () => {
    const groups = {
      a: { children: ['z'], vars: { x: 'a' } },
      m: { children: ['a', 'z'], vars: { x: 'm' } },
      z: { hosts: ['web1'], vars: { x: 'z' } },
    };
    expect((await build({ groups })).hosts.get('web1')).toMatchObject({
      groups: ['all', 'm', 'a', 'z'],
      vars: { x: 'z' },
    });
  });
});

describe('what is wrong', () => {
  it('is told all at once', async () => {
    expect(
      await problems({
        host: {},
        hosts: {
          a: { adress: 'x', prot: 22, port: 0, becomeMethod: 'sodo', identityFiles: 'key' },
          'b c': {},
          '-oProxyCommand=x': {},
          d: { port: 70_000, user: '-l', vars: [] },
          e: { port: '22', connection: 1 },
          f: 'x',
          all: {},
        },
        groups: {
          d: { hosts: ['a', 'a', 5] },
          g: { children: ['h', 'a', 'gg', 'h'] },
          h: { children: ['i'], hosts: ['g'] },
          i: { children: ['h'] },
          j: { children: ['j'] },
        },
      }),
    ).toEqual(
      [
        'host is not known here; did you mean hosts?',
        'hosts.a.adress is not known here; did you mean address?',
        'hosts.a.prot is not known here; did you mean port?',
        'hosts.a.port must be a whole number from 1 to 65535, not 0',
        'hosts.a.becomeMethod must be sudo, su or doas, not "sodo"; did you mean sudo?',
        'hosts.a.identityFiles must be a list, not "key"',
        'hosts.b c is no name: it is empty, begins with a dash, or holds a blank or one of : & ! , * ? [ ] ~ @ / \\',
        'hosts.-oProxyCommand=x is no name: it is empty, begins with a dash, or holds a blank or one of : & ! , * ? [ ] ~ @ / \\',
        'hosts.d.port must be a whole number from 1 to 65535, not 70000',
        'hosts.d.user must be one word that does not begin with a dash',
        'hosts.d.vars must map names to values, but is a list',
        'hosts.e.port must be a whole number from 1 to 65535, not "22"',
        'hosts.e.connection must be ssh, local or lab, not 1',
        'hosts.f must map names to values, but is "x"',
        "hosts.all is the group of all hosts, which is always there; its variables stand in the outermost 'vars'",
        'groups.d has the name of a host',
        'groups.d.hosts.1 names a a second time',
        'groups.d.hosts.2 must be text, not 5',
        'groups.g.children.1 is the host a, not a group',
        'groups.g.children.2 is no group: gg; did you mean g?',
        'groups.g.children.3 names h a second time',
        'groups.h.hosts.0 is the group g, not a host',
        'groups.h is within itself (h > i > h)',
        'groups.j is within itself (j > j)',
      ].toSorted(),
    );
  });

  it.each([
    ['user@gw1', "hosts.a.address must be without a user, which stands in 'user'"],
    ['gw1:22', "hosts.a.address must be without a port, which stands in 'port'"],
    ['[2001:db8::1]', 'hosts.a.address must be without brackets'],
    ['-oProxyCommand=x', 'hosts.a.address must be one word that does not begin with a dash'],
    ['gw1\nHost *', 'hosts.a.address must be one word that does not begin with a dash'],
  ])('the address %j', async (address, message) => {
    expect(await problems({ hosts: { a: { address } } })).toContain(message);
  });

  it.each(['2001:db8::1', '::1', 'fe80::1%eth0', '192.0.2.1', 'gw.example.com'])(
    'not the address %s',
    async (address) => {
      expect(await problems({ hosts: { a: { address } } })).toEqual([]);
    },
  );

  it.each([
    [null, 'nothing'],
    ['text', '"text"'],
    [[], 'a list'],
  ])('the whole, where it is %j', async (data, words) => {
    expect(await problems(data)).toEqual([`the inventory must map names to values, but is ${words}`]);
  });
});
