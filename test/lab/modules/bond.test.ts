import { expect } from 'vitest';
import { law, networkView, type LawCase } from '../support/law.ts';
import { withLab } from '../support/lab.ts';

const lab = withLab(1);

const cases: Record<string, LawCase> = {
  'active-backup': {
    declared: `m.bond('bond0', { mode: 'active-backup', slaves: ['eth1', 'eth3'], primary: 'eth3', updelay: 200, mtu: 1400,
      addresses: ['10.7.0.1/24', 'fd07::1/64'] });`,
    varied: `m.bond('bond0', { mode: 'active-backup', slaves: ['eth1', 'eth3'], primary: 'eth3', updelay: 300, mtu: 1400,
      addresses: ['10.7.0.1/24', 'fd07::1/64'] });`,
    variation: /^bond bond0\/bonding\/updelay /,
    drift: 'ip link set eth1 nomaster; ip addr del 10.7.0.1/24 dev bond0; ip link set bond0 mtu 1450',
    absent: `m.bond('bond0', { state: 'absent' });`,
    leaves: /^module bonding|^link eth[13] |^route6 multicast ff00::\/8 dev eth[13]|^qdisc .* dev eth[13]/,
    there: async (lab) => {
      const file = (name: string): Promise<string> =>
        lab.read('lab1', `cat /sys/class/net/bond0/bonding/${name}`);
      expect(await file('mode')).toBe('active-backup 1');
      expect((await file('slaves')).split(' ').toSorted()).toEqual(['eth1', 'eth3']);
      expect(await file('primary')).toBe('eth3');
      expect(await file('updelay')).toBe('200');
      const link = await lab.read('lab1', 'ip -br addr show dev bond0; cat /sys/class/net/bond0/mtu');
      expect(link).toMatch(/10\.7\.0\.1\/24[^]*fd07::1\/64[^]*\n1400$/);
    },
    gone: async (lab) => expect(await lab.read('lab1', 'ls /sys/class/net')).not.toContain('bond0'),
  },
};

law(lab, cases, networkView);
