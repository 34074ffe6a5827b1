import { play } from 'tsplay';
import { container, service, systemdUnit, timer } from 'tsplay/modules';

export default play('Misspelt', { hosts: 'all' }, () => {
  service('app', { enable: true }); // error: 'enable' does not exist in type
  systemdUnit('app', { contents: '[Service]' }); // error: 'contents' does not exist in type
  timer('backup', { command: ['backup'], calendar: 'daily' }); // error: 'calendar' does not exist in type
  container('web', { image: 'nginx', port: ['8080:80'] }); // error: 'port' does not exist in type
});
