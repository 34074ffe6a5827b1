import { container, service, systemdUnit, timer } from '../../../modules/index.ts';
import { secret } from '../../../src/steps/index.ts';
import type { Plays } from '../every-module.ts';

export const plays: Plays = {
  services: (as) => {
    const unit = systemdUnit(
      'app',
      as({
        sections: {
          Unit: { Description: "it's $(id) `x` %n" },
          Service: { ExecStart: ['', '/usr/bin/app'], LimitNOFILE: 1000, PrivateTmp: true },
          Install: { WantedBy: 'multi-user.target' },
        },
        enabled: true,
        state: 'running',
      }),
    );
    service('app', as({ state: 'restarted', when: unit.changed }));
    service('nginx', as({ state: 'reloaded', orRestart: true, enabled: true, masked: false }));
    service('cups', as({ state: 'stopped', enabled: false, masked: true, manager: 'systemd' }));
    service('sync.timer', as({ state: 'running', user: 'app' }));
    service('crond', as({ state: 'running', enabled: true, manager: 'openrc' }));
    service('atd', as({ state: 'restarted', enabled: false, manager: 'sysvinit' }));
    systemdUnit('nginx', as({ dropIn: 'limits', content: '[Service]\nLimitNOFILE=1\n', enabled: true }));
    systemdUnit('old', as({ dropIn: 'limits', state: 'absent' }));
    systemdUnit('worker@', as({ content: '[Service]\nExecStart=/bin/true\n', verify: false, user: 'app' }));
    systemdUnit('gone', as({ state: 'absent' }));
  },
  timers: (as) => {
    timer(
      'backup',
      as({
        command: ['/usr/local/bin/backup', "it's", '$HOME 100%', ''],
        onCalendar: ['daily', 'Mon 03:30'],
        onBoot: '5min',
        onUnitActive: 3600,
        persistent: true,
        randomizedDelay: 60,
        accuracy: '1s',
        description: "Backup of what's there",
        sections: { Service: { User: 'backup', Nice: 10 }, Timer: { WakeSystem: false } },
        enabled: false,
        state: 'stopped',
      }),
    );
    timer('other', as({ unit: 'nginx.service', onCalendar: 'daily', user: 'app' }));
    timer('gone', as({ state: 'absent' }));
    timer('gone-too', as({ unit: 'nginx.service', state: 'absent' }));
  },
  containers: (as) => {
    container(
      'web',
      as({
        image: 'nginx:1.27',
        engine: 'docker',
        pull: 'always',
        command: ['nginx', '-g', "it's $(id) `x`\n"],
        ports: ['8080:80', '127.0.0.1:53:53/udp', '[::1]:8443:443/tcp'],
        volumes: ["/srv/it's:/data:ro", 'cache:/var/cache'],
        env: { A: 'it\'s "<&\u2028\n$(id)', KEY: secret('x') },
        envFile: '/etc/web.env',
        restart: 'on-failure:3',
        networks: ['back', 'front'],
        user: '1000:1000',
        labels: { 'org.example/x': "it's" },
        capabilities: ['NET_ADMIN'],
        memory: 64,
        cpus: 0.5,
        state: 'stopped',
      }),
    );
    container('plain', as({ image: 'docker.io/library/busybox', become: 'app', pull: 'never' }));
    container('gone', as({ state: 'absent', engine: 'podman' }));
  },
};
