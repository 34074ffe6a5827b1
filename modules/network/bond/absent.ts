import { builtins, absent, sh, type Step } from '../../../src/steps/index.ts';
import { bonding, notAnother } from './steps.ts';
import { linkResource } from '../links/link-name.ts';
import { nothingOnIt } from '../links/link-steps.ts';
import { sshElsewhere } from '../links/ssh-steps.ts';

/** All that removes a bond and leaves its slaves as links of their own, up. */
export function absentSteps(name: string): readonly Step[] {
  return [
    notAnother(name),
    sshElsewhere(
      [name],
      '. Come by another link, or take the bond back by tsplay rollback, which gives its slaves what they had',
    ),
    nothingOnIt(name),
    absent(`bond ${name}`, {
      test: builtins`[ -e ${bonding(name)} ]`,
      save: save(name),
      remove: remove(name),
      create: create(name),
      provides: linkResource(name),
    }),
  ];
}

// Addresses and routes of the slaves are the bond's; what stands on them beside it stays.
function remove(name: string) {
  return sh`over='' slaves=''
read -r slaves <${`${bonding(name)}/slaves`} || :
for slave in $slaves; do
  ts_capture_device "$slave" || exit
  over=$over$TS_OVER
done
ip link del dev ${name} || exit
for slave in $slaves; do printf 'link set dev %s up\n' "$slave"; done | ip -b - || exit
TS_CAPTURED=$over TS_RC=0
ts_restore
return "$TS_RC"`;
}

// A choice without its number; what only tells of the moment is left out.
function save(name: string) {
  return sh`set +f
for file in ${bonding(name)}/*; do
  key=\${file##*/} text=''
  case $key in ad_aggregator | ad_num_ports | ad_actor_key | ad_partner_* | mii_status | slaves | active_slave | queue_id) continue ;; esac
  { IFS= read -r text <"$file"; } 2>/dev/null || continue
  case $key in arp_ip_target) ;; *) text=\${text%% *} ;; esac
  printf 'setting %s %s\n' "$key" "$text"
done
set -f
ts_save_link ${name}`;
}

// Some settings need others: what has failed at first succeeds at the second time, or is told.
function create(name: string) {
  return sh`bond=${name} mac=''
mode=\${1#*setting mode }
case $1 in *"mac $bond "??:??:??:??:??:??*) mac=\${1#*"mac $bond "} mac=\${mac%%"$TS_NL"*} ;; esac
set -- "$1" \${mac:+address "$mac"} type bond mode "\${mode%%"$TS_NL"*}"
saved=$1
shift
ip link add name "$bond" "$@" || exit
settings() {
  printf '%s\n' "$saved" | while read -r kind key text; do
    case $1.$kind.$key in set.setting.primary) continue ;; *.setting.*) ;; *) continue ;; esac
    now='' file=/sys/class/net/$bond/bonding/$key
    IFS= read -r now <"$file" || :
    case $key in arp_ip_target) ;; *) now=\${now%% *} ;; esac
    [ "$now" != "$text" ] || continue
    if [ "$1" = tell ]; then printf 'could not restore %s of %s\n' "$key" "$bond" >&2; exit 1; fi
    case $key in
      arp_ip_target) for target in $text; do printf '+%s\n' "$target" >"$file"; done ;;
      *) printf '%s\n' "$text" >"$file" ;;
    esac
  done
}
settings set 2>/dev/null
settings set 2>/dev/null
ts_load_link "$bond" "$saved"
status=$?
settings all
settings tell && return "$status"`;
}
