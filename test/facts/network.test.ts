import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { factGroups, type NetworkFacts, type NetworkInterface } from '../../src/facts/index.ts';
import { asked } from '../support/asked.ts';
import { Namespace } from '../support/namespace.ts';
import { shellNames } from '../support/shells.ts';

const odd = `a'b"*`;
let dir = '';
let host: Namespace;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tsplay-facts-'));
  host = new Namespace();
  for (const words of [
    `link add name ${odd} type veth peer name dynamic`,
    'link add name mv0 link dynamic type macvlan',
    'link add name br0 type bridge',
    `link set ${odd} master br0`,
    'link property add dev dynamic altname another',
    `link set ${odd} up`,
    'link set dev dynamic up',
    'addr add 10.0.0.1/24 dev dynamic',
    'addr add 10.0.1.1 peer 10.0.1.2/32 dev dynamic valid_lft 5000 preferred_lft 4000',
    'addr add 2001:db8::1/64 dev dynamic nodad',
    'addr add 2001:db8::2/64 dev dynamic valid_lft 5000 preferred_lft 0',
  ])
    host.ip(words);
});
afterEach(() => {
  host.close();
  rmSync(dir, { recursive: true });
});

describe.each(shellNames)('interfaces, in %s', (shell) => {
  const ask = (): Promise<NetworkFacts> =>
    asked(factGroups.network, shell, {
      home: dir,
      under: host.under,
      rewritten: (text) => text.replaceAll('/etc/resolv.conf', join(dir, 'resolv.conf')),
    });
  const find = (facts: NetworkFacts, name: string): NetworkInterface | undefined =>
    facts.interfaces.find((one) => one.name === name);

  it('are told with all that they have', async () => {
    writeFileSync(
      join(dir, 'resolv.conf'),
      'search a.example\nnameserver 192.0.2.1\n@links\nnameserver 192.0.2.2',
    );
    const facts = await ask();
    expect(facts.dns).toEqual({
      nameservers: ['192.0.2.1', '192.0.2.2'],
      search: ['a.example'],
      options: [],
    });
    const one = find(facts, 'dynamic');
    expect(one).toMatchObject({ speed: 10_000, duplex: 'full', parent: undefined, alias: undefined });
    // Busybox's `ip` does not tell them.
    expect(one?.altNames).toEqual(shell === 'ash' ? [] : ['another']);
    expect(find(facts, odd)).toMatchObject({ master: 'br0', up: true });
    expect(find(facts, 'mv0')).toMatchObject({ parent: 'dynamic', vlanId: undefined });
    expect(find(facts, 'br0')).toMatchObject({ kind: 'bridge', parent: undefined, speed: undefined });
    const address = (text: string): object | undefined => one?.addresses.find((any) => any.address === text);
    const plain = { peer: undefined, dynamic: false, deprecated: false, validLifetime: undefined };
    expect(address('10.0.0.1')).toMatchObject({ ...plain, prefix: 24, preferredLifetime: undefined });
    expect(address('2001:db8::1')).toMatchObject(plain);
    const passing = { dynamic: true, validLifetime: expect.closeTo(5000, -2) as number };
    const preferredLifetime = expect.closeTo(4000, -2) as number;
    expect(address('10.0.1.1')).toMatchObject({
      ...passing,
      peer: '10.0.1.2',
      prefix: 32,
      preferredLifetime,
    });
    expect(address('2001:db8::2')).toMatchObject({ ...passing, deprecated: true, preferredLifetime: 0 });
  });

  it.each([
    'to the "cellar"',
    '\u001b[31mred\u0007\u0001',
    'two\nlines\n@json\n[]',
    '\nafter a line break',
    `tab\tand 'quotes' \\ $(touch x)`,
    'Grüße',
  ])('have the alias %j', async (alias) => {
    host.ip(`link set dev mv0 alias ${alias.replaceAll(' ', '\u00a0')}`);
    expect(find(await ask(), 'mv0')?.alias).toBe(alias.replaceAll(' ', '\u00a0'));
  });
});
