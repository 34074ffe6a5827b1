import { play } from 'tsplay';
import { command, file, kernelModule, sysctl, template } from 'tsplay/modules';

/** What every host of the site has: its greeting, and the kernel as the other plays want it. */
export default play('Base', { hosts: 'all', become: true }, ({ host }) => {
  const groups = host.groups.filter((group) => group !== 'all');
  template('/etc/motd', { source: '../templates/motd.hbs', vars: { name: host.name, groups } });
  kernelModule('bonding', { parameters: { max_bonds: 0 } });
  sysctl('net.ipv4.conf.all.rp_filter', { value: 2 });
  const limits = file('/etc/sysctl.d/50-site.conf', { content: 'net.core.somaxconn = 8192\n', mode: '0644' });
  // Runs where the file has changed, and again if that run was cut off before it was done.
  command('apply limits', {
    run: ['sysctl', '-q', '-p', '/etc/sysctl.d/50-site.conf'],
    when: limits.changed,
  });
});
