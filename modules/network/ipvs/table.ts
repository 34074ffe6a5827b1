import { query, sh, type Query, type Sh } from '../../../src/steps/index.ts';

/**
 * Prints all of IPVS, an entry a line, its words separated by tabs: `-A` and a service with its settings, or `-a` and
 * a service with one of its real servers. The words are those of `ipvsadm -Sn`, so that whatever it prints that we do
 * not know goes into the undo journal as it stands. It leaves thresholds out: they come from a second list, which has
 * the same order.
 */
export const table: Sh = sh`[ -d /sys/module/ip_vs ] || exit 0
rules=$(ipvsadm -Sn) || exit 2
case $rules in
  *-a*) limits=$(ipvsadm -Ln --thresholds) || exit 2 ;;
  *) limits='' ;;
esac
contradict() {
  echo 'the lists of ipvsadm contradict each other: is somebody else changing IPVS?' >&2
  exit 2
}
server() { # SERVICE SERVER UPPER LOWER ACTIVE INACTIVE -r SERVER METHOD -w WEIGHT [TUNNEL]
  [ "$2" = "$8" ] || return
  service=$1 server=$2 upper=$3 lower=$4 method=$9 weight=\${11}
  shift 11
  # The default, which older versions have no word for.
  [ "$*" != '--tun-type ipip' ] || set --
  printf '%s' "-a $service"
  printf '\t%s' "$server" "$method" -w "$weight" -x "$upper" -y "$lower" "$@"
}
IFS=${'\n'} nl=${'\n'} servers=''
for line in $limits; do
  case $line in
    *'-> RemoteAddress:Port'*) ;;
    *'-> '*) servers="$servers\${line#*-> }$IFS" ;;
  esac
done
for line in $rules; do
  IFS=' '
  words=\${line#-? } service=\${words%% -[rs] *}
  words=\${words#"$service "}
  case $line in
    -A*)
      set -- $words
      printf '%s' "-A $service"
      printf '\t%s' "$@"
      ;;
    *)
      [ -n "$servers" ] || contradict
      set -- \${servers%%"$nl"*} $words
      server "$service" "$@" || contradict
      servers=\${servers#*"$nl"}
      ;;
  esac
  printf '\n'
done
[ -z "$servers" ] || contradict`;

/** All of IPVS as {@link table} prints it, made once for many steps. */
export const tableQuery: Query = query('ipvs_table', table);

/**
 * Prints a service out of the table that `from` gives as one word: key and settings of each of its real servers, then
 * the word `service` and its own settings.
 */
export function entriesOf(from: Sh, key: string): Sh {
  return sh`${serversOf(from, key)}
start=${`-A ${key}\t`}
for line in $table; do
  case $line in "$start"*) printf 'service\t%s\n' "\${line#"$start"}" ;; esac
done`;
}

/** Prints the real servers of a service likewise. */
export function serversOf(from: Sh, key: string): Sh {
  return sh`table=${from} start=${`-a ${key}\t`} IFS=${'\n'}
for line in $table; do
  case $line in "$start"*) printf '%s\n' "\${line#"$start"}" ;; esac
done`;
}
