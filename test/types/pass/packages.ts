import { play } from 'tsplay';
import { pkg } from 'tsplay/modules';

export default play('Packages', { hosts: 'all', become: true }, () => {
  pkg('nginx');
  pkg('web server', { names: { debian: ['apache2'], rhel: ['httpd', 'mod_ssl'] }, cacheAge: '1h' });
  pkg('postgresql-16', { version: '16.4-*', hold: true, cacheAge: 3600 });
  pkg('old', { names: ['telnet', 'rsh-client'], state: 'purged', autoremove: true });
});
