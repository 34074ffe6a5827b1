import { entries, sh, type Sh, type Step } from '../../../src/steps/index.ts';
import { ipvsModule } from './kernel.ts';

// Entries are the words of `ipvsadm -Sn`, behind the key. Whatever it prints that we do not know goes into the undo
// journal as it stands.

/** The service itself. Without settings: that there is none. */
export function serviceStep(words: readonly string[], settings: readonly string[] | undefined): Step {
  const key = words.join(' ');
  return entries(`IPVS service ${key}`, {
    list: sh`[ -d /sys/module/ip_vs ] || exit 0
rules=$(ipvsadm -Sn) || exit 2
printf '%s\n' "$rules" | while read -r line; do
  case $line in ${`-A ${key} -s `}*) ;; *) continue ;; esac
  set -- \${line#${`-A ${key} `}}
  printf '%s' ${key}
  printf '\t%s' "$@"
  printf '\n'
done`,
    want: settings === undefined ? [] : [[key, ...settings]],
    unwanted: settings === undefined ? [key] : [],
    add: sh`shift
ipvsadm -A ${words} "$@"`,
    // What is not said again is cleared, and the servers stay.
    change: sh`shift
ipvsadm -E ${words} "$@"`,
    remove: sh`ipvsadm -D ${words}`,
    exclusive: false,
    inside: ipvsModule,
    fresh: { value: '' },
  });
}

/** The real servers, exactly these: the key and the settings of each. */
export function serversStep(words: readonly string[], want: readonly (readonly string[])[]): Step {
  const set = (operation: string): Sh => sh`server=$1
shift
ipvsadm ${operation} ${words} -r "$server" "$@"`;
  return entries(`real servers of ${words.join(' ')}`, {
    list: serverList(words),
    want,
    add: set('-a'),
    change: set('-e'),
    remove: sh`ipvsadm -d ${words} -r "$1"`,
    inside: ipvsModule,
    fresh: { value: '' },
  });
}

/**
 * Prints the real servers, one a line: key and words, separated by tabs. The thresholds come from a list of their
 * own: `-Sn` leaves them out, and `-e` clears them unless it is told them again.
 */
export function serverList(words: readonly string[]): Sh {
  const key = words.join(' ');
  return sh`[ -d /sys/module/ip_vs ] || exit 0
rules=$(ipvsadm -Sn) || exit 2
case "
$rules" in *${`\n-A ${key} -s `}*) ;; *) exit 0 ;; esac
limits=$(ipvsadm -Ln --thresholds ${words}) || exit 2
printf '%s\n' "$rules" | while read -r line; do
  case $line in ${`-a ${key} -r `}*) ;; *) continue ;; esac
  line=\${line%' --tun-type ipip'}
  set -- \${line#${`-a ${key} -r `}}
  server=$1 method=$2 weight=$4
  shift 4
  tunnel=$*
  case $limits in
    *"-> $server "*) limit=\${limits#*"-> $server "} ;;
    *) printf 'ipvsadm lists no thresholds of %s\n' "$server" >&2; exit 2 ;;
  esac
  set -- \${limit%%"
"*}
  upper=$1 lower=$2
  set -- $tunnel
  printf '%s\t%s\t-w\t%s\t-x\t%s\t-y\t%s' "$server" "$method" "$weight" "$upper" "$lower"
  [ $# = 0 ] || printf '\t%s' "$@"
  printf '\n'
done`;
}
