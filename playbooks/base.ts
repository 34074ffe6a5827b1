import { play } from 'tsplay';
import { command, file, kernelModule, template } from 'tsplay/modules';
import { baseSystem } from './roles/base-system.ts';

/** What every host of the site has: its name and time, its greeting, and the kernel as the other plays want it. */
export default play('Base', { hosts: 'all', become: true }, ({ host }) => {
  const groups = host.groups.filter((group) => group !== 'all');
  baseSystem({
    hostname: host.name,
    timezone: 'Etc/UTC',
    packages: ['procps', 'sudo'],
    sysctl: { 'net.ipv4.conf.all.rp_filter': 2 },
  });
  template('/etc/motd', { source: '../templates/motd.hbs', vars: { name: host.name, groups } });
  kernelModule('bonding', { parameters: { max_bonds: 0 } });
  const limits = file('/etc/sysctl.d/50-site.conf', { content: 'net.core.somaxconn = 8192\n', mode: '0644' });
  // Runs where the file has changed, and again if that run was cut off before it was done.
  command('apply limits', {
    run: ['sysctl', '-q', '-p', '/etc/sysctl.d/50-site.conf'],
    when: limits.changed,
  });
});
