import { play, secret } from 'tsplay';
import { container, service, systemdUnit, timer } from 'tsplay/modules';

export default play('Services', { hosts: 'all' }, () => {
  const unit = systemdUnit('app', {
    sections: { Service: { ExecStart: '/usr/bin/app', Environment: ['A=1', 'B=2'], LimitNOFILE: 1000 } },
  });
  service('app', { state: 'restarted', when: unit.changed });
  systemdUnit('nginx', { dropIn: 'limits', state: 'absent' });
  timer('backup', { command: ['backup', '--all'], onCalendar: 'daily', persistent: true });
  container('web', {
    image: 'nginx:1.27',
    ports: ['8080:80'],
    env: { A: '1', KEY: secret('x') },
    envFile: '/etc/web.env',
    restart: 'on-failure:3',
  });
  container('old', { state: 'absent' });
});
