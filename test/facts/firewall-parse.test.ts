import { expect, it } from 'vitest';
import { factGroups } from '../../src/facts/index.ts';

const { firewall } = factGroups;

it('the packet filter is refused where its answer makes no sense', () => {
  const begun = '@backend\nnft\n@nft\n@iptables\n@managers\n';
  expect(() => firewall.parse(begun.replace('nft', 'pf'))).toThrow('not a packet filter: pf');
  expect(() => firewall.parse(`${begun}@ruleset\n failed nft list`)).toThrow('this command failed: nft list');
});

it('chains of nft have hooks, and rules that are counted without what only looks like one', () => {
  const ruleset = `table inet a b {
	set s {
		type ipv4_addr
		elements = { 192.0.2.1,
			     192.0.2.2 }
	}

	chain x'y {
		comment "no rule"
		ip saddr { 192.0.2.1, 192.0.2.2 } accept
		jump "z" comment "{"
	}

	chain guard {
		type filter hook ingress device "eth0" priority -500; policy drop;
	}
}
table netdev n {
}`;
  const { tables } = firewall.parse(
    `@backend\nnft\n@nft\nnftables v0.9.3 (Topsy)\n@iptables\n@managers\n@ruleset\n${ruleset.replaceAll(/^/gm, ' ')}\n`,
  );
  expect(tables).toEqual([
    {
      family: 'inet',
      name: 'a b',
      chains: [
        { name: "x'y", hook: undefined, policy: undefined, rules: 2 },
        { name: 'guard', hook: 'ingress', policy: 'drop', rules: 0 },
      ],
    },
    { family: 'netdev', name: 'n', chains: [] },
  ]);
});
