import { absent, sh, type Step } from '../../../src/steps/index.ts';
import { parameterRelease } from '../kernel-parameters.ts';
import { allAddresses } from '../links/link-addresses.ts';
import { allQdiscs } from '../links/qdisc-steps.ts';
import { sshElsewhere } from '../links/ssh-steps.ts';
import { filterOf } from './filters.ts';
import { ownerOf, type AnyTeqlOptions } from './steps.ts';

/** An equalizer without slaves and addresses, and down. Its slaves are found by their qdiscs. */
export function absentSteps(name: string, { slaves = [] }: AnyTeqlOptions): readonly Step[] {
  const folder = `/sys/class/net/${name}`;
  const found = sh`$(ts_teql_slaves ${allQdiscs.output} ${name})`;
  return [
    sshElsewhere([name], '. Come by another link'),
    absent(`${name} with its slaves`, {
      uses: [allQdiscs, allAddresses],
      test: sh`[ -e ${folder} ] || exit 1
[ -z "${found}" ] || exit 0
case ${allAddresses.output} in *${`: ${name} `}*) exit 0 ;; esac
read -r flags <${`${folder}/flags`} && [ $((flags & 1)) = 1 ]`,
      save: sh`for slave in ${found}; do printf 'leg %s\n' "$slave"; done
ts_save_link ${name}`,
      remove: sh`ip link set dev ${name} down && ip addr flush dev ${name} || exit
qdiscs=$(tc qdisc show) || exit
for slave in $(ts_teql_slaves "$qdiscs" ${name}); do tc qdisc del dev "$slave" root || exit; done
ip link set dev ${name} mtu 1500`,
      // Going up resets the MTU: it comes after that, with all that needs the link up.
      create: sh`failed=''
ts_teql_legs "$1" ${name} || failed=1
case $1 in *${`up ${name}`}*) ip link set dev ${name} up || failed=1 ;; esac
ts_load_link ${name} "$1" && [ -z "$failed" ]`,
    }),
    ...slaves.map((slave) => parameterRelease(filterOf(slave).key, ownerOf(name))),
  ];
}
