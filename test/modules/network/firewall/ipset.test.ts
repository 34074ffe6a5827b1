import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ipset, nat } from '../../../../modules/index.ts';
import { FirewallHost, firewallLaw, shellsAndBackends } from '../../../support/firewall-host.ts';

const nets = ['10.0.0.0/25', '10.0.0.128/25', '192.0.2.1', '10.0.0.7'];
const kept = ['10.0.0.0/25', '10.0.0.128/25', '192.0.2.1'];

describe.skipIf(process.getuid?.() !== 0).each(shellsAndBackends(2))(
  'ipset, in %s, by %s',
  (shell, backend) => {
    const native = backend === 'nft';
    let at: FirewallHost;
    beforeEach(() => {
      at = new FirewallHost(backend);
      at.sh(native ? ':' : 'ipset create other hash:ip; ipset add other 192.0.2.77');
    });
    afterEach(() => at.close());

    it('keeps the law', async () => {
      await expect(
        firewallLaw(at, shell, {
          declared: () => void ipset('friends', { type: 'hash:net', members: nets }),
          varied: () => void ipset('friends', { type: 'hash:net', members: [...nets, '198.51.100.0/24'] }),
          absent: () => void ipset('friends', { state: 'absent' }),
          shows: native
            ? ['set TSPLAY-friends {', /10\.0\.0\.0\/25, 10\.0\.0\.128\/25,/]
            : kept.map((one) => `add TSPLAY-friends ${one}`),
          variation: native ? [/198\.51\.100\.0\/24/] : ['add TSPLAY-friends 198.51.100.0/24'],
          drifts: native
            ? [
                'nft add element ip tsplay TSPLAY-friends { 203.0.113.0/24 }',
                'nft delete element ip tsplay TSPLAY-friends { 192.0.2.1 }',
                'nft flush set ip tsplay TSPLAY-friends',
                'nft delete table ip tsplay',
              ]
            : [
                'ipset add TSPLAY-friends 203.0.113.0/24',
                'ipset add TSPLAY-friends 203.0.113.0/24 nomatch',
                'ipset del TSPLAY-friends 192.0.2.1',
                'ipset flush TSPLAY-friends',
                'ipset destroy TSPLAY-friends',
              ],
        }),
      ).resolves.toBeUndefined();
    });

    it('every type is made once, and emptied', async () => {
      const sets = [
        ['hash:ip', ['10.0.0.1', '10.0.0.2']],
        ['hash:ip', ['fd00::1', 'FD00:0::2']],
        ['hash:net', ['fd00::/16', '2001:db8::1/128']],
        ['hash:ip,port', ['10.0.0.1,tcp:80', '10.0.0.1,udp:53', '10.0.0.2,sctp:9']],
        ['hash:ip,port', ['fd00::1,tcp:80']],
        ['hash:net,port', ['10.0.0.0/8,tcp:80', '10.1.0.0/16,tcp:80', '10.1.0.0/16,udp:80']],
        ['hash:net', []],
      ] as const;
      const full = (): void => {
        for (const [index, [type, members]] of sets.entries()) ipset(`x${index}`, { type, members });
      };
      const empty = (): void => {
        for (const [index, [type, [first = '']]] of sets.entries()) {
          ipset(`x${index}`, { type, family: first.includes('::') ? 6 : 4, members: [] });
        }
      };
      for (const body of [full, empty]) {
        expect((await at.play(shell, body)).outcome).toBe('changed');
        expect((await at.play(shell, body)).outcome).toBe('ok');
      }
    });

    it('takes thousands of members', async () => {
      const members = Array.from({ length: 5000 }, (_, i) => `10.${i % 200}.${Math.floor(i / 200)}.1`);
      expect((await at.play(shell, () => void ipset('x', { type: 'hash:ip', members }))).outcome).toBe(
        'changed',
      );
      expect((await at.play(shell, () => void ipset('x', { type: 'hash:ip', members }))).outcome).toBe('ok');
    });

    it('another type takes the place of a set that rules use, which stay', async () => {
      const rules = (): void =>
        void nat('out', { type: 'masquerade', destination: { set: 'x' }, exceptSource: { set: 'x' } });
      await at.play(shell, () => {
        ipset('x', { type: 'hash:ip', members: ['10.0.0.1'] });
        rules();
      });
      const before = at.view();
      const run = await at.play(shell, () => void ipset('x', { type: 'hash:net', members: ['10.0.0.0/8'] }));
      expect(run.outcome).toBe('changed');
      expect((await at.play(shell, rules)).outcome).toBe('ok');
      expect(at.view().join('\n')).toMatch(/10\.0\.0\.0\/8/);
      at.undo(shell, run.name);
      expect(at.view()).toEqual(before);
    });

    it('a set that rules use stays, and so does one of others', async () => {
      await at.play(shell, () => {
        ipset('x', { type: 'hash:ip', members: ['10.0.0.1'] });
        nat('out', { type: 'masquerade', destination: { set: 'x' } });
      });
      const before = at.view();
      const run = await at.play(shell, () => void ipset('x', { state: 'absent' }));
      expect(run.outcome).toMatch(/^failed .*could not set ipset x.*(in use|busy)/s);
      expect(at.view()).toEqual(before);
      await at.play(shell, () => {
        nat('out', { state: 'absent' });
        ipset('x', { state: 'absent' });
      });
      expect(at.view().join('\n')).not.toMatch(/TSPLAY|tsplay/);
    });

    it('a set that rules name and nobody makes is missed; in a play that makes it, it is not', async () => {
      const rules = (): void => void nat('out', { type: 'masquerade', destination: { set: 'x' } });
      expect((await at.play(shell, rules, 'check')).outcome).toMatch(/there is no set x of IPv4/);
      const both = (): void => {
        ipset('x', { type: 'hash:ip', members: [] });
        rules();
      };
      expect((await at.play(shell, both, 'check')).outcome).toBe('changed');
      expect((await at.play(shell, both)).outcome).toBe('changed');
    });
  },
);
