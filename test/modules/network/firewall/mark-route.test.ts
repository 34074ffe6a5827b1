import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ipset, markRoute } from '../../../../modules/index.ts';
import {
  FirewallHost,
  firewallLaw,
  shellsAndBackends,
  type Backend,
  type FirewallCase,
} from '../../../support/firewall-host.ts';

const links = `ip link add e1 type veth peer name f1
ip link add e2 type veth peer name f2
for link in lo e1 f1 e2 f2; do ip link set $link up; done
ip addr add 10.1.0.1/24 dev e1; ip addr add 10.2.0.1/24 dev e2
ip -6 addr add fd01::1/64 dev e1 nodad; ip -6 addr add fd02::1/64 dev e2 nodad
ip route add default via 10.1.0.2; ip route add 10.8.0.0/16 via 10.1.0.9 table 300 proto bird
ip rule add preference 199 fwmark 7 lookup 300; ip rule add preference 200 from 10.77.0.0/16 lookup 300`;

const key = { priority: 200, table: 202, dev: 'e2' } as const;
const mail = { ...key, match: { protocol: 'tcp', dport: [25, '465-587'] }, mark: 2, mask: 0xff } as const;

interface Case extends Omit<FirewallCase, 'shows' | 'variation' | 'drifts'> {
  readonly shows: (backend: Backend) => FirewallCase['shows'];
  readonly variation: FirewallCase['variation'];
  readonly drifts: (backend: Backend) => readonly string[];
}

const rules = [
  '200: from all fwmark 0x2/0xff lookup 254 suppress_prefixlength 0 proto 201',
  '200: from all fwmark 0x2/0xff lookup 202 proto 201',
].map((line) => line.replace(' ', '\t'));

const cases: Readonly<Record<string, Case>> = {
  mail: {
    declared: () => void markRoute('mail', { ...mail, via: '10.2.0.2' }),
    varied: () => void markRoute('mail', { ...mail, via: '10.2.0.3', rpFilter: 'srcValidMark' }),
    absent: () => void markRoute('mail', { ...key, state: 'absent' }),
    shows: (backend) => [
      ...rules,
      'default via 10.2.0.2 dev e2 table 202 proto 201',
      'e2/rp_filter:2',
      ...(backend === 'nft'
        ? [
            'tcp dport { 25, 465-587 } iifname != "e2" meta mark & 0x000000ff == 0x00000000 ct state new ct mark & 0x000000ff == 0x00000000 fib daddr type != local ct mark set ct mark & 0xffffff02 | 0x00000002',
            'iifname "e2" ct state new ct mark & 0x000000ff == 0x00000000 ct mark set ct mark & 0xffffff02 | 0x00000002',
            'iifname != "e2" ct mark & 0x000000ff == 0x00000002 meta mark set meta mark & 0xffffff02 | 0x00000002',
            'oifname "e2" meta mark & 0x000000ff == 0x00000002 masquerade',
            'jump mangle-OUT-mail comment "200"',
          ]
        : [
            '-A TSPLAY-PRE-mail ! -i e2 -p tcp -m multiport --dports 25,465:587 -m mark --mark 0x0/0xff -m conntrack --ctstate NEW -m connmark --mark 0x0/0xff -m addrtype ! --dst-type LOCAL -j CONNMARK --set-xmark 0x2/0xff',
            '-A TSPLAY-PRE-mail -i e2 -m conntrack --ctstate NEW -m connmark --mark 0x0/0xff -j CONNMARK --set-xmark 0x2/0xff',
            '-A TSPLAY-PRE-mail ! -i e2 -m connmark --mark 0x2/0xff -j MARK --set-xmark 0x2/0xff',
            '-A TSPLAY-OUT-mail -m connmark --mark 0x2/0xff -j MARK --set-xmark 0x2/0xff',
            '-A TSPLAY-POST-mail -o e2 -m mark --mark 0x2/0xff -j MASQUERADE',
            '-A TSPLAY-OUT -m comment --comment 200 -j TSPLAY-OUT-mail',
          ]),
    ],
    variation: ['e2/src_valid_mark:1', 'default via 10.2.0.3 dev e2 table 202 proto 201'],
    drifts: (backend) => [
      ...(backend === 'nft'
        ? [
            "nft 'add chain ip tsplay mangle-PRE { policy drop; }'",
            'nft flush chain ip tsplay mangle-PRE-mail',
            'nft add rule ip tsplay mangle-OUT-mail accept',
          ]
        : [`${backend} -t mangle -F TSPLAY-PRE-mail`, `${backend} -t mangle -A TSPLAY-OUT-mail -j ACCEPT`]),
      'ip route del default table 202',
      'ip rule del preference 200 fwmark 2/0xff lookup main suppress_prefixlength 0',
      'echo 1 >/proc/sys/net/ipv4/conf/e2/rp_filter',
    ],
  },
  'IPv6, of users, without NAT': {
    declared: () =>
      void markRoute('six', { ...key, match: { uid: 1000 }, mark: 9, via: 'fd02::2', sourceNat: 'none' }),
    varied: () =>
      void markRoute('six', {
        ...key,
        match: { uid: '1000-1009' },
        mark: 9,
        via: 'fd02::2',
        sourceNat: 'fd02::1',
      }),
    absent: () => void markRoute('six', { ...key, family: 6, state: 'absent' }),
    shows: (backend) => [
      '200:\tfrom all fwmark 0x9 lookup 202 proto 201',
      /^default via fd02::2 dev e2 table 202 proto 201/,
      backend === 'nft'
        ? /meta skuid 1000 meta mark 0x00000000 ct state new/
        : /-m owner --uid-owner 1000 -m mark --mark 0x0 /,
    ],
    variation: [/1000-1009/, /fd02::1/],
    drifts: (backend) => [
      backend === 'nft'
        ? 'nft delete table ip6 tsplay'
        : `${backend.replace('ip', 'ip6')} -t mangle -F TSPLAY-OUT`,
    ],
  },
};

describe.skipIf(process.getuid?.() !== 0).each(shellsAndBackends(1))(
  'markRoute, in %s, by %s',
  (shell, backend) => {
    let at: FirewallHost;
    beforeEach(() => {
      at = new FirewallHost(backend);
      at.sh(links);
    });
    afterEach(() => at.close());

    it.each(Object.entries(cases))('%s keeps the law', async (_, one) => {
      await expect(
        firewallLaw(at, shell, { ...one, shows: one.shows(backend), drifts: one.drifts(backend) }),
      ).resolves.toBeUndefined();
    });

    it('every option is taken by the kernel', async () => {
      const body = (): void => {
        ipset('nets', { type: 'hash:net', members: ['10.9.0.0/16'] });
        ipset('ports', { type: 'hash:ip,port', members: ['10.9.0.1,tcp:25'] });
        markRoute('all', {
          match: [
            {
              inInterface: 'e1',
              dscp: 26,
              source: ['10.10.0.0/16', '10.11.0.0/16'],
              exceptDestination: '10.0.0.0/8',
            },
            { protocol: 'udp', sport: 53, destination: { set: 'nets' }, exceptSource: { set: 'nets' } },
            { protocol: 'tcp', destination: { set: 'ports', withPort: true }, uid: 'root' },
            { protocol: 'icmp', uid: '0-999' },
            { protocol: 'tcp', dport: Array.from({ length: 20 }, (_, i) => i * 10 + 1) },
            { protocol: 47 },
          ],
          mark: 0x100,
          mask: 0xf00,
          priority: 210,
          table: 210,
          dev: 'e2',
          via: '10.99.0.1',
          onlink: true,
          mainFirst: false,
          connmark: false,
          rpFilter: 'keep',
          sourceNat: '10.2.0.1',
        });
        markRoute('first', {
          match: { protocol: 6, sport: '1-5' },
          traffic: 'arriving',
          inbound: false,
          mark: 0x200,
          mask: 0xf00,
          priority: 205,
          table: 205,
          dev: 'e2',
        });
        markRoute('last', {
          match: { dscp: 46 },
          traffic: 'local',
          mark: 0x300,
          mask: 0xf00,
          priority: 215,
          table: 215,
          dev: 'e2',
          rpFilter: 'srcValidMark',
        });
      };
      expect((await at.play(shell, body)).outcome).toBe('changed');
      expect((await at.play(shell, body)).outcome).toBe('ok');
      const jumps = at.view().filter((line) => /(jump|-j) \S*OUT-/.test(line));
      expect(jumps.map((line) => line.replace(/.*OUT-(\w+).*/, '$1'))).toEqual(['all', 'last']);
    });

    it('with the gateway of the default route on the link, connections from there must not be answered by another', async () => {
      const body = (inbound?: boolean) => (): void =>
        void markRoute('mail', {
          ...mail,
          dev: 'e1',
          via: '10.1.0.9',
          ...(inbound === undefined ? {} : { inbound }),
        });
      expect((await at.play(shell, body(), 'check')).outcome).toMatch(
        /^failed .*the default route has another one there.*default via 10\.1\.0\.2 dev e1/s,
      );
      expect((await at.play(shell, body(false), 'check')).outcome).toBe('changed');
    });
  },
);
