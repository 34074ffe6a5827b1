import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LabProject } from '../support/project.ts';

const lab = new LabProject('law');
beforeAll(async () => {
  const up = await lab.cli('lab', 'up', '1');
  if (up.code !== 0) throw new Error(`the lab did not come up: ${up.stderr}${up.stdout}`);
  await lab.host(
    'ip addr add 10.9.0.5/24 dev eth2; ip link set eth2 up; ip route add 10.99.0.0/24 via 10.9.0.1 table 77',
  );
}, 600_000);
afterAll(() => lab.close());

// The host as the tools of others see it. Link-local addresses come and go by themselves.
const view = `for link in /sys/class/net/*; do echo "\${link##*/} mtu $(cat $link/mtu) up $(($(cat $link/flags) & 1))"; done
ip -o addr show scope global | awk '{ print $2, $3, $4 }'
ip route show table all | grep -v 'table local'
ip -6 route show table all | grep -v 'table local' | grep -v ^fe80 | grep -v 'proto ra'
for bond in /sys/class/net/*/bonding; do
  for key in mode slaves primary updelay miimon xmit_hash_policy; do echo "$bond $key $(cat $bond/$key 2>/dev/null)"; done
done
[ ! -d /sys/module/ip_vs ] || ipvsadm -Sn
cat /proc/sys/net/ipv4/ip_forward; ls /etc/sysctl.d /etc/modules-load.d; true`;

async function snapshot(): Promise<readonly string[]> {
  return (await lab.host(view))
    .split('\n')
    .map((line) => line.replace(/ (linkdown|expires \d+sec)/g, '').trim());
}

interface Case {
  readonly declared: string;
  /** The same with one option changed. */
  readonly varied: string;
  /** Breaks by hand what was declared. */
  readonly drift: string;
  readonly absent: string;
  /** Reads the host: is what was declared there? */
  readonly there: () => Promise<void>;
  readonly gone: () => Promise<void>;
}

const bondFile = (name: string): Promise<string> => lab.host(`cat /sys/class/net/bond0/bonding/${name}`);

const cases: Record<string, Case> = {
  bond: {
    declared: `m.bond('bond0', { mode: 'active-backup', slaves: ['eth1', 'eth3'], primary: 'eth3', updelay: 200, mtu: 1400,
      addresses: ['10.7.0.1/24', 'fd07::1/64'] });`,
    varied: `m.bond('bond0', { mode: 'balance-xor', slaves: ['eth1', 'eth3'], xmitHashPolicy: 'layer3+4', mtu: 1400,
      addresses: ['10.7.0.1/24', 'fd07::1/64'] });`,
    drift: 'ip link set eth1 nomaster; ip addr del 10.7.0.1/24 dev bond0; ip link set bond0 mtu 1450',
    absent: `m.bond('bond0', { state: 'absent' });`,
    there: async () => {
      expect(await bondFile('mode')).toBe('active-backup 1\n');
      expect((await bondFile('slaves')).trim().split(' ').toSorted()).toEqual(['eth1', 'eth3']);
      expect(await bondFile('primary')).toBe('eth3\n');
      expect(await bondFile('updelay')).toBe('200\n');
      const addresses = await lab.host('ip -br addr show dev bond0');
      expect(addresses).toContain('10.7.0.1/24');
      expect(addresses).toContain('fd07::1/64');
      expect(await lab.host('cat /sys/class/net/bond0/mtu')).toBe('1400\n');
    },
    gone: async () => expect(await lab.host('ls /sys/class/net')).not.toContain('bond0'),
  },
  ipvs: {
    declared: `m.ipvs('web', { vip: '10.8.0.1', port: 80, scheduler: 'wrr', persistent: 300, servers: [
      { address: '10.8.1.1', method: 'masquerading', port: 8080, weight: 3, upperThreshold: 100, lowerThreshold: 80 },
      { address: '10.8.1.2', method: 'gatewaying' } ] });`,
    varied: `m.ipvs('web', { vip: '10.8.0.1', port: 80, scheduler: 'wrr', persistent: 300, servers: [
      { address: '10.8.1.1', method: 'masquerading', port: 8080, weight: 5, upperThreshold: 100, lowerThreshold: 80 },
      { address: '10.8.1.2', method: 'gatewaying' } ] });`,
    drift: 'ipvsadm -d -t 10.8.0.1:80 -r 10.8.1.2:80; ipvsadm -E -t 10.8.0.1:80 -s rr',
    absent: `m.ipvs('web', { vip: '10.8.0.1', port: 80, state: 'absent' });`,
    there: async () => {
      const rules = (await lab.host('ipvsadm -Sn')).trim().split('\n');
      expect(rules[0]).toMatch(/^-A -t 10\.8\.0\.1:80 -s wrr -p 300/);
      expect(rules).toHaveLength(3);
      expect(rules.join('\n')).toMatch(/-r 10\.8\.1\.1:8080 -m -w 3/);
      expect(rules.join('\n')).toMatch(/-r 10\.8\.1\.2:80 -g -w 1/);
      expect(await lab.host('ipvsadm -Ln --thresholds')).toMatch(/10\.8\.1\.1:8080 +100 +80/);
      expect(await lab.host('cat /proc/sys/net/ipv4/ip_forward')).toBe('1\n');
    },
    gone: async () => expect(await lab.host('ipvsadm -Sn')).not.toContain('10.8.0.1'),
  },
};

describe.each(Object.entries(cases))('%s on a real kernel', (_name, one) => {
  it('predicts, changes nothing in check, applies, applies nothing again', async () => {
    const before = await snapshot();
    expect(await lab.play('check', one.declared)).toMatchObject({ changed: 1, unknown: 0 });
    expect(await snapshot()).toEqual(before);
    expect(await lab.play('run', one.declared)).toMatchObject({ changed: 1 });
    await one.there();
    const after = await snapshot();
    expect(await lab.play('check', one.declared)).toMatchObject({ ok: 1, changed: 0, unknown: 0 });
    expect(await lab.play('run', one.declared)).toMatchObject({ ok: 1, changed: 0 });
    expect(await snapshot()).toEqual(after);
  });

  it('changes one option, and a rollback takes that back', async () => {
    const before = await snapshot();
    expect(await lab.play('check', one.varied)).toMatchObject({ changed: 1 });
    expect(await lab.play('run', one.varied)).toMatchObject({ changed: 1 });
    expect(await lab.play('run', one.varied)).toMatchObject({ ok: 1 });
    expect(await snapshot()).not.toEqual(before);
    expect(await lab.cli('rollback', '-i', 'lab', '--limit', 'lab1')).toMatchObject({ code: 0 });
    expect(await snapshot()).toEqual(before);
    await one.there();
  });

  it('finds and repairs what was changed by hand', async () => {
    await lab.host(one.drift);
    expect(await lab.play('check', one.declared)).toMatchObject({ changed: 1 });
    expect(await lab.play('run', one.declared)).toMatchObject({ changed: 1 });
    await one.there();
  });

  it('removes all of it, and a rollback brings it back', async () => {
    expect(await lab.play('check', one.absent)).toMatchObject({ changed: 1 });
    expect(await lab.play('run', one.absent)).toMatchObject({ changed: 1 });
    await one.gone();
    expect(await lab.play('run', one.absent)).toMatchObject({ ok: 1 });
    expect(await lab.cli('rollback', '-i', 'lab', '--limit', 'lab1')).toMatchObject({ code: 0 });
    await one.there();
  });
});
