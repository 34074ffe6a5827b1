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
};

describe.skipIf(process.getuid?.() !== 0).each(shellsAndBackends)('nat, in %s, by %s', (shell, backend) => {
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
});
