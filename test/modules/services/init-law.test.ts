import { service } from '../../../modules/index.ts';
import { overlayLaw } from '../../support/overlay-law.ts';

// The init scripts are real, and so are `service` and `update-rc.d` of Debian.

const initScript = `#!/bin/sh
### BEGIN INIT INFO
# Provides: trial
# Required-Start: $remote_fs
# Required-Stop: $remote_fs
# Default-Start: 2 3 4 5
# Default-Stop: 0 1 6
# Short-Description: trial
### END INIT INFO
alive() { [ -e /run/trial.pid ] && kill -0 "$(cat /run/trial.pid)" 2>/dev/null; }
case $1 in
  start) alive || { sleep 100000 >/dev/null 2>&1 & echo $! >/run/trial.pid; } ;;
  stop) ! alive || kill "$(cat /run/trial.pid)"; rm -f /run/trial.pid ;;
  status) if alive; then echo running; else echo stopped; exit 3; fi ;;
  *) echo "Usage: trial {start|stop|status}" >&2; exit 3 ;;
esac
`;

const program = (path: string, text: string): string =>
  `cat >${path} <<'END'\n${text}END\nchmod 755 ${path}\n`;
const script = program('/etc/init.d/trial', initScript);
const law = {
  declared: () => void service('trial', { state: 'running', enabled: true }),
  varied: () => void service('trial', { state: 'stopped', enabled: true }),
  absent: () => void service('trial', { state: 'stopped', enabled: false }),
  variation: /^trial /,
  // These services stay up, or not, at once.
  rewritten: (text: string) => text.replaceAll(/^ *sleep 1$/gm, 'sleep 0.1'),
} as const;

overlayLaw({
  'a service of init scripts': {
    ...law,
    ground: script,
    view: 'echo "trial $(service trial status)"',
    there: { 'service trial status; ls /etc/rc2.d /etc/rc0.d | grep trial': 'running\nK01trial\nS01trial' },
    drift: 'service trial stop; update-rc.d trial disable',
    gone: { 'service trial status || :; ls /etc/rc2.d | grep trial': 'stopped\nK01trial' },
    // Folders that only were written to.
    traces: /^d .* etc\/rc\d\.d$/,
  },
});
