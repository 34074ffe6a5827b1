import { service } from '../../../modules/index.ts';
import { overlayLaw } from '../../support/overlay-law.ts';

// The init scripts are real, and so are `service` and `update-rc.d` of Debian. OpenRC's programs are stand-ins that keep
// their state as it does and answer as version 0.45 has been seen to.

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

const rcStatus = `#!/bin/sh
for script in /etc/init.d/*; do
  name=\${script##*/} state=' stopped '
  [ ! -h /run/openrc/started/$name ] || state=' started '
  printf ' %-60s [ %s ]\\n' "$name" "$state"
done
`;
const rcService = `#!/bin/sh
[ -x /etc/init.d/$1 ] || { echo " * rc-service: service \\\`$1' does not exist" >&2; exit 1; }
case $2 in
  start) ln -sf /etc/init.d/$1 /run/openrc/started/$1; echo " * Starting $1 ... [ ok ]" ;;
  stop) rm -f /run/openrc/started/$1; echo " * Stopping $1 ... [ ok ]" ;;
  status) if [ -h /run/openrc/started/$1 ]; then echo ' * status: started'; else echo ' * status: stopped'; exit 3; fi ;;
  *) echo " * $1: unknown function \\\`$2'" >&2; exit 1 ;;
esac
`;
const rcUpdate = `#!/bin/sh
[ "$1" != -q ] || shift
link=/etc/runlevels/$3/$2
case $1 in
  add) ln -s /etc/init.d/$2 $link 2>/dev/null || : ;;
  del) rm $link ;;
esac
`;

const program = (path: string, text: string): string =>
  `cat >${path} <<'END'\n${text}END\nchmod 755 ${path}\n`;
const script = program('/etc/init.d/trial', initScript);
const openrc = `mkdir -p /run/openrc/started /etc/runlevels/default /etc/runlevels/boot
${program('/usr/local/sbin/rc-status', rcStatus)}${program('/usr/local/sbin/rc-service', rcService)}${program('/usr/local/sbin/rc-update', rcUpdate)}`;

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
  'a service of OpenRC': {
    ...law,
    ground: `${openrc}printf '#!/sbin/openrc-run\\ncommand=/bin/true\\n' >/etc/init.d/trial; chmod 755 /etc/init.d/trial
ln -s /etc/init.d/trial /etc/runlevels/boot/trial; rm /etc/runlevels/boot/trial`,
    view: 'echo "trial $(rc-service trial status)"',
    there: {
      'rc-service trial status; readlink /etc/runlevels/default/trial':
        ' * status: started\n/etc/init.d/trial',
    },
    drift: 'rc-service trial stop >/dev/null; rm /etc/runlevels/default/trial',
    gone: { 'rc-service trial status || :; ls /etc/runlevels/default': ' * status: stopped' },
  },
});
