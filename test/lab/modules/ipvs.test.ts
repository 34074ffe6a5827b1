import { expect } from 'vitest';
import { law, networkView, type LawCase } from '../support/law.ts';
import { withLab } from '../support/lab.ts';

const lab = withLab(1);

const servers = (
  weight: number,
): string => `m.ipvs('web', { vip: '10.8.0.1', port: 80, scheduler: 'wrr', persistent: 300, servers: [
  { address: '10.8.1.1', method: 'masquerading', port: 8080, weight: ${weight}, upperThreshold: 100, lowerThreshold: 80 },
  { address: '10.8.1.2', method: 'gatewaying' } ] });`;

const cases: Record<string, LawCase> = {
  service: {
    declared: servers(3),
    varied: servers(5),
    variation: /10\.8\.1\.1:8080/,
    drift: 'ipvsadm -d -t 10.8.0.1:80 -r 10.8.1.2:80; ipvsadm -E -t 10.8.0.1:80 -s rr',
    absent: `m.ipvs('web', { vip: '10.8.0.1', port: 80, state: 'absent' });`,
    leaves: /ip_vs|^sysctl |^module |^Timeout|^IP Virtual|^Prot|-> Remote|^nf_conntrack/,
    there: async (lab) => {
      const rules = (await lab.read('lab1', 'ipvsadm -Sn')).split('\n');
      expect(rules[0]).toMatch(/^-A -t 10\.8\.0\.1:80 -s wrr -p 300/);
      expect(rules).toHaveLength(3);
      expect(rules.join('\n')).toMatch(/-r 10\.8\.1\.1:8080 -m -w 3/);
      expect(rules.join('\n')).toMatch(/-r 10\.8\.1\.2:80 -g -w 1/);
      expect(await lab.read('lab1', 'ipvsadm -Ln --thresholds')).toMatch(/10\.8\.1\.1:8080 +100 +80/);
      expect(await lab.read('lab1', 'cat /proc/sys/net/ipv4/ip_forward')).toBe('1');
    },
    gone: async (lab) => expect(await lab.read('lab1', 'ipvsadm -Sn')).not.toContain('10.8.0.1'),
  },
};

law(lab, cases, networkView);
