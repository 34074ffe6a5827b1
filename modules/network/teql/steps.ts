import {
  builtins,
  entries,
  present,
  reading,
  requires,
  sh,
  value,
  type Step,
} from '../../../src/steps/index.ts';
import { loadSteps } from '../../system/kernel/kernel-module-steps.ts';
import { parameterStep } from '../kernel-parameters.ts';
import { addressesStep, type AddressOption } from '../links/link-addresses.ts';
import { linkResource } from '../links/link-name.ts';
import { downStep, mtuStep, upStep } from '../links/link-steps.ts';
import { allQdiscs, rootQdiscStep } from '../links/qdisc-steps.ts';
import { sshAddressKept, sshElsewhere } from '../links/ssh-steps.ts';
import { filterOf, letInSteps } from './filters.ts';

/** All options of {@link teql} in one flat type, as the checks and steps see them. */
export interface AnyTeqlOptions {
  readonly slaves?: readonly string[];
  readonly mtu?: number;
  readonly addresses?: readonly AddressOption[];
  readonly up?: boolean;
  readonly rpFilter?: 0 | 2;
  readonly maxEqualizers?: number;
  readonly state?: 'present' | 'absent';
}

/** Which equalizer it is by its name, or undefined where it is none. */
export function equalizerNumber(name: string): number | undefined {
  const [, digits] = /^teql(0|[1-9]\d{0,2})$/.exec(name) ?? [];
  return digits === undefined ? undefined : Number(digits);
}

/** Who needs the kernel parameters of its slaves. */
export function ownerOf(name: string): string {
  return `teql:${name}`;
}

/** All that makes an equalizer as it is declared, in the order that the kernel takes. */
export function presentSteps(name: string, o: AnyTeqlOptions): readonly Step[] {
  const { slaves = [] } = o;
  return [
    slavesFitStep(name, slaves, o.mtu),
    ...letInSteps(name, slaves, o.rpFilter, o.addresses),
    ...(o.addresses === undefined ? [] : [sshAddressKept([name], o.addresses)]),
    ...(o.up === false ? [sshElsewhere([name], ', which would be down')] : []),
    ...moduleSteps(name, o.maxEqualizers),
    ...slaves.map((slave) => parameterStep(filterOf(slave, o.rpFilter), ownerOf(name))),
    ...slaves.map(upStep),
    ...(o.mtu === undefined ? [] : [mtuAtMostStep(name, o.mtu)]),
    ...slaves.map((slave) => rootQdiscStep(slave, name)),
    noOthersStep(name, slaves),
    o.up === false ? downStep(name) : upStep(name),
    // Going up it takes that of its smallest slave.
    ...(o.mtu === undefined ? [] : [mtuStep(name, o.mtu)]),
    ...(o.addresses === undefined ? [] : [addressesStep(name, o.addresses)]),
  ];
}

/** Nothing is begun with slaves that are not there, or that the kernel would not take. */
function slavesFitStep(name: string, slaves: readonly string[], mtu: number | undefined): Step {
  const folder = `/sys/class/net/${name}`;
  // Where it is up, a smaller slave cannot join; down, it becomes as small.
  const size =
    mtu === undefined
      ? sh`need=0
{ read -r flags <${`${folder}/flags`} && [ $((flags & 1)) = 1 ] && read -r need <${`${folder}/mtu`}; } 2>/dev/null`
      : sh`need=${String(mtu)}`;
  return requires(`links for ${name}`, {
    uses: [allQdiscs],
    test: sh`wrong=''
${size}
for slave in ${slaves}; do
  ts_there "$slave" || { wrong=1; continue; }
  [ "$TS_S" = value ] || continue
  ts_free "$slave" || wrong=1
  ts_will "/sys/class/net/$slave/mtu"
  [ "$TS_V" -ge "$need" ] || { printf '%s has an MTU of %s, and %s is to have %s\n' "$slave" "$TS_V" ${name} "$need" >&2; wrong=1; }
  ts_will "/sys/class/net/$slave/tx_queue_len"
  [ "$TS_V" != 0 ] || { printf '%s has a txqueuelen of 0, so not even ARP would be sent by it\n' "$slave" >&2; wrong=1; }
  root=$(ts_root_qdisc ${allQdiscs.output} "$slave")
  case $root in 'lost '*)
    printf '%s has a root qdisc %s with more than an undo could bring back; remove it first\n' "$slave" "\${root#lost }" >&2
    wrong=1
    ;;
  esac
done
[ -z "$wrong" ]`,
    otherwise: `${name} cannot have the slaves ${slaves.join(', ')} as they are, so nothing was changed`,
  });
}

/** The module makes its links when it is loaded, as many as it is told, and no more later. */
function moduleSteps(name: string, maxEqualizers: number | undefined): readonly Step[] {
  const folder = `/sys/class/net/${name}`;
  const count = maxEqualizers ?? (equalizerNumber(name) ?? 0) + 1;
  return [
    ...loadSteps(
      'sch_teql',
      // One is what it makes without being told.
      count === 1 ? [] : [['max_equalizers', String(count)]],
      '. Some distributions have it in a package of its own, such as kernel-modules-extra (Fedora) or linux-modules-extra (Ubuntu)',
    ),
    requires(`${name} can be had`, {
      test: builtins`[ -e ${folder} ] || [ ! -d /sys/module/sch_teql ]`,
      otherwise: `the kernel module sch_teql is loaded with fewer equalizers than ${name} needs, and takes max_equalizers only when it is loaded. Unload it, by kernelModule('sch_teql', { state: 'absent' }) or by hand, and give all teql tasks the same maxEqualizers, of ${count} or more`,
      inside: 'module:sch_teql',
      fresh: 'set',
    }),
    // By now its module has made it: for a check, which has not loaded that.
    present(`link ${name}`, {
      test: sh`[ -e ${folder} ]`,
      create: sh`printf 'the kernel module sch_teql has made no %s\n' ${name} >&2; exit 1`,
      inside: 'module:sch_teql',
      fresh: { value: 'no' },
      provides: linkResource(name),
    }),
  ];
}

/** An equalizer that is up takes no slave that is smaller. */
function mtuAtMostStep(name: string, mtu: number): Step {
  return value(`mtu of ${name}, before it has all slaves`, {
    read: reading(sh`ts_line ${`/sys/class/net/${name}/mtu`}
[ "$TS_S" = value ] && [ "$TS_V" -gt ${String(mtu)} ] || TS_V=${String(mtu)}
printf '%s' "$TS_V"`),
    want: String(mtu),
    write: sh`ip link set dev ${name} mtu "$1"`,
    inside: linkResource(name),
    fresh: 'set',
  });
}

/** No other link has it as its root qdisc. */
function noOthersStep(name: string, slaves: readonly string[]): Step {
  return entries(`other slaves of ${name}`, {
    uses: [allQdiscs],
    list: sh`ts_teql_slaves ${allQdiscs.output} ${name} | while read -r slave; do
  case ${` ${slaves.join(' ')} `} in *" $slave "*) ;; *) printf '%s\n' "$slave" ;; esac
done`,
    want: [],
    add: sh`ts_set_root_qdisc "$1" ${name}`,
    remove: sh`ts_set_root_qdisc "$1" ''`,
  });
}
