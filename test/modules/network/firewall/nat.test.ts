import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nat } from '../../../../modules/index.ts';
import {
  FirewallHost,
  firewallLaw,
  shellsAndBackends,
  type Backend,
  type FirewallCase,
} from '../../../support/firewall-host.ts';

type Variant<T> = Readonly<Record<Backend, T>>;
const both = <T>(iptables: T, nft: T): Variant<T> => ({
  'iptables-nft': iptables,
  'iptables-legacy': iptables,
  nft,
});

interface Case extends Omit<FirewallCase, 'shows' | 'variation' | 'drifts'> {
  readonly shows: Variant<FirewallCase['shows']>;
  readonly variation: Variant<FirewallCase['variation']>;
  readonly drifts: (backend: Backend) => readonly string[];
}

const web = {
  type: 'dnat',
  destination: '2001:db8::1',
  protocol: 'tcp',
  dport: [80, '8000-8009'],
  to: 'fd00::5-fd00::7',
} as const;

const cases: Readonly<Record<string, Case>> = {
  masquerade: {
    declared: () => void nat('lan', { type: 'masquerade', source: '10.0.0.0/8', outInterface: 'eth0' }),
    varied: () => void nat('lan', { type: 'masquerade', source: '10.1.0.0/16', outInterface: 'eth0' }),
    absent: () => void nat('lan', { state: 'absent' }),
    shows: both(
      [
        '-A POSTROUTING -j TSPLAY-POST',
        '-A TSPLAY-POST -m comment --comment 100 -j TSPLAY-POST-lan',
        '-A TSPLAY-POST-lan -s 10.0.0.0/8 -o eth0 -j MASQUERADE',
      ],
      ['jump nat-POST-lan comment "100"', 'ip saddr 10.0.0.0/8 oifname "eth0" masquerade'],
    ),
    variation: both(
      ['-A TSPLAY-POST-lan -s 10.1.0.0/16 -o eth0 -j MASQUERADE'],
      ['ip saddr 10.1.0.0/16 oifname "eth0" masquerade'],
    ),
    drifts: (backend) =>
      backend === 'nft'
        ? [
            'nft add rule ip tsplay nat-POST-lan accept',
            'nft flush chain ip tsplay nat-POST-lan',
            'nft flush chain ip tsplay nat-POST',
            'nft insert rule ip tsplay nat-POST accept',
            'nft delete table ip tsplay',
          ]
        : [
            `${backend} -t nat -A TSPLAY-POST-lan -j ACCEPT`,
            `${backend} -t nat -F TSPLAY-POST-lan`,
            `${backend} -t nat -F TSPLAY-POST`,
            `${backend} -t nat -D POSTROUTING -j TSPLAY-POST`,
            `${backend} -t nat -I POSTROUTING -j TSPLAY-POST`,
            `${backend} -t nat -I TSPLAY-POST -o x -j ACCEPT`,
          ],
  },
  'DNAT of IPv6, for the host itself too': {
    declared: () => void nat('web', { ...web, toPorts: '8080-8089' }),
    varied: () => void nat('web', { ...web, toPorts: 8080, local: false }),
    absent: () => void nat('web', { family: 6, state: 'absent' }),
    shows: both(
      [
        '-A TSPLAY-PRE-web -d 2001:db8::1/128 -p tcp -m multiport --dports 80,8000:8009 -j DNAT --to-destination [fd00::5-fd00::7]:8080-8089',
        '-A TSPLAY-OUT-web -d 2001:db8::1/128 -p tcp -m multiport --dports 80,8000:8009 -j DNAT --to-destination [fd00::5-fd00::7]:8080-8089',
      ],
      [
        'ip6 daddr 2001:db8::1 tcp dport { 80, 8000-8009 } dnat to [fd00::5]-[fd00::7]:8080-8089',
        'jump nat-OUT-web comment "100"',
      ],
    ),
    variation: both(
      [/-A TSPLAY-PRE-web .*:8080$/],
      ['ip6 daddr 2001:db8::1 tcp dport { 80, 8000-8009 } dnat to [fd00::5]-[fd00::7]:8080'],
    ),
    drifts: (backend) =>
      backend === 'nft'
        ? [
            'nft delete table ip6 tsplay',
            'nft add rule ip6 tsplay nat-OUT-web tcp dport { 1, 2, 3-9 } accept',
          ]
        : [
            `${backend.replace('ip', 'ip6')} -t nat -F PREROUTING`,
            `${backend.replace('ip', 'ip6')} -t nat -F TSPLAY-OUT-web`,
          ],
  },
};

describe.skipIf(process.getuid?.() !== 0).each(shellsAndBackends(0))(
  'nat, in %s, by %s',
  (shell, backend) => {
    let at: FirewallHost;
    beforeEach(() => {
      at = new FirewallHost(backend);
    });
    afterEach(() => at.close());

    it.each(Object.entries(cases))('%s keeps the law', async (_, one) => {
      await expect(
        firewallLaw(at, shell, {
          ...one,
          shows: one.shows[backend],
          variation: one.variation[backend],
          drifts: one.drifts(backend),
        }),
      ).resolves.toBeUndefined();
    });
  },
);
