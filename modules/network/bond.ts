import {
  absent,
  around,
  defineModule,
  entries,
  present,
  requires,
  sh,
  sysFile,
  tool,
  value,
  type Step,
} from '../../src/steps/index.ts';
import { canonicalInterfaceAddress, isAddress4 } from './address.ts';
import { foreignOptions, type AnyBondOptions, type BondMode, type BondOptions } from './bond-options.ts';
import { checkLink, link, linkNameProblem, linkSteps } from './link-steps.ts';

export type { BondMode, BondOptions, XmitHashPolicy } from './bond-options.ts';

// The kernel's numbers: /sys gives "802.3ad 4".
const modes: readonly BondMode[] = [
  'balance-rr',
  'active-backup',
  'balance-xor',
  'broadcast',
  '802.3ad',
  'balance-tlb',
  'balance-alb',
];
const hashes = ['layer2', 'layer3+4', 'layer2+3', 'encap2+3', 'encap3+4', 'vlan+srcmac'];
const iproute = {
  debian: 'iproute2',
  fedora: 'iproute',
  rhel: 'iproute',
  suse: 'iproute2',
  alpine: 'iproute2',
  arch: 'iproute2',
};

/**
 * Aggregates several NICs into one logical link (layer 2). Only what is declared is compared. A change of the mode
 * takes the bond down for a moment; its addresses, the routes of all tables and its slaves are put back.
 *
 * @example bond('bond0', { mode: '802.3ad', slaves: ['eth1', 'eth2'], lacpRate: 'fast' })
 * @example bond('bond0', { state: 'absent' })
 * @see https://docs.kernel.org/networking/bonding.html
 */
export const bond = defineModule<BondOptions>('bond', {
  network: true,
  claims(name, options) {
    const o: AnyBondOptions = options;
    return [
      { resource: link(name), value: o.state === 'absent' ? 'absent' : 'a bond' },
      ...(o.slaves ?? []).map((slave) => ({ resource: `master:${slave}` as const, value: name })),
    ];
  },
  check(name, options, problem) {
    const o: AnyBondOptions = options;
    const wrong = linkNameProblem(name);
    if (wrong !== undefined) problem(wrong);
    if (o.state === 'absent') {
      for (const key of Object.keys(o)) {
        if (key !== 'state' && key !== 'when') problem(`${key} makes no sense with state: 'absent'`);
      }
      return;
    }
    checkOptions(name, o, problem);
  },
  steps(name, options) {
    const o: AnyBondOptions = options;
    const ip = tool('ip', iproute);
    return o.state === 'absent' ? [ip, ...absentSteps(name)] : [ip, ...presentSteps(name, o)];
  },
});

function checkOptions(name: string, o: AnyBondOptions, problem: (text: string) => void): void {
  if (o.mode === undefined || !modes.includes(o.mode)) {
    problem(`mode must be one of ${modes.join(', ')}, not ${o.mode ?? 'left out'}`);
  }
  foreignOptions(o).forEach(problem);
  const slaves = o.slaves ?? [];
  if (slaves.length === 0) problem("slaves is empty: a bond needs at least one (or say state: 'absent')");
  if (new Set(slaves).size < slaves.length) problem('a slave is given twice');
  if (slaves.includes(name)) problem('a bond cannot be its own slave');
  for (const slave of slaves) {
    const wrong = linkNameProblem(slave);
    if (wrong !== undefined) problem(wrong);
  }
  for (const key of ['miimon', 'updelay', 'downdelay', 'arpInterval', 'minLinks'] as const) {
    const number = o[key];
    if (number !== undefined && !(Number.isInteger(number) && number >= 0 && number < 2 ** 31)) {
      problem(`${key} must be a whole number from 0, not ${number}`);
    }
  }
  if (o.miimon !== undefined && o.arpInterval !== undefined) {
    problem('miimon and arpInterval exclude each other: the kernel sets one to 0 when it gets the other');
  }
  const miimon = o.miimon ?? 100;
  for (const key of ['updelay', 'downdelay'] as const) {
    const delay = o[key];
    if (delay !== undefined && (miimon === 0 ? delay > 0 : delay % miimon !== 0)) {
      problem(
        `${key} must be a multiple of miimon (${miimon} ms), or the kernel rounds it down; it is ${delay}`,
      );
    }
  }
  const targets = o.arpIpTargets ?? [];
  if (o.arpInterval !== undefined && targets.length === 0) problem('arpInterval needs arpIpTargets');
  if (o.arpIpTargets !== undefined && o.arpInterval === undefined) problem('arpIpTargets needs arpInterval');
  if (targets.length > 16) problem('the kernel takes at most 16 arpIpTargets');
  for (const target of targets)
    if (!isAddress4(target)) problem(`the ARP target '${target}' is not an IPv4 address`);
  if (o.primary !== undefined && !slaves.includes(o.primary))
    problem(`primary '${o.primary}' is not one of the slaves`);
  checkLink(o, problem);
}

/** One file below /sys/class/net/BOND/bonding. */
function setting(name: string, key: string, want: string, fresh: string | undefined): Step {
  return value(`${key} of ${name}`, {
    read: sysFile(`/sys/class/net/${name}/bonding/${key}`),
    want,
    // A choice reads back with its number behind it: "layer3+4 1".
    write: sh`printf '%s\n' "\${1%% *}" >${`/sys/class/net/${name}/bonding/${key}`}`,
    inside: link(name),
    fresh: fresh === undefined ? undefined : { value: fresh },
  });
}

/** A setting that the kernel takes only while the bond is down; `empty` also while it has no slaves. */
function downSetting(name: string, key: string, want: string, fresh: string, empty: boolean): Step {
  const bonding = `/sys/class/net/${name}/bonding`;
  const release = sh`read -r slaves <${`${bonding}/slaves`} || :
for slave in $slaves; do ip link set dev "$slave" nomaster || exit; done`;
  return around(
    name,
    value(`${key} of ${name}`, {
      read: sysFile(`${bonding}/${key}` as `/sys/${string}`),
      want,
      write: sh`ip link set dev ${name} down || exit
${empty ? release : sh`:`}
printf '%s\n' "\${1%% *}" >${`${bonding}/${key}`}`,
      inside: link(name),
      fresh: { value: fresh },
    }),
  );
}

const choice = (name: string, names: readonly string[]): string => `${name} ${names.indexOf(name)}`;

function presentSteps(name: string, o: AnyBondOptions): readonly Step[] {
  const mode = o.mode ?? 'balance-rr';
  const steps: (Step | undefined)[] = [
    slavesToBe(name, o.slaves ?? []),
    o.addresses === undefined ? undefined : sshAddress(name, o.slaves ?? [], o.addresses),
    present('kernel module bonding', {
      test: sh`[ -d /sys/module/bonding ]`,
      // Otherwise the module makes a bond0 of its own.
      create: sh`modprobe bonding max_bonds=0`,
      remove: sh`modprobe -r bonding`,
      provides: 'module:bonding',
    }),
    present(`bond ${name}`, {
      test: sh`if [ -e ${`/sys/class/net/${name}/bonding`} ]; then exit 0; fi
if [ -e ${`/sys/class/net/${name}`} ]; then echo ${`${name} exists and is not a bond`} >&2; exit 2; fi
exit 1`,
      create: sh`ip link add name ${name} type bond mode ${mode}`,
      remove: sh`ip link del dev ${name}`,
      provides: link(name),
    }),
    downSetting(name, 'mode', choice(mode, modes), choice(mode, modes), true),
    o.failOverMac &&
      downSetting(name, 'fail_over_mac', choice(o.failOverMac, ['none', 'active', 'follow']), 'none 0', true),
    o.lacpRate && downSetting(name, 'lacp_rate', choice(o.lacpRate, ['slow', 'fast']), 'slow 0', false),
    o.adSelect &&
      downSetting(name, 'ad_select', choice(o.adSelect, ['stable', 'bandwidth', 'count']), 'stable 0', false),
    o.xmitHashPolicy && setting(name, 'xmit_hash_policy', choice(o.xmitHashPolicy, hashes), 'layer2 0'),
    o.minLinks === undefined ? undefined : setting(name, 'min_links', String(o.minLinks), '0'),
    ...monitorSteps(name, mode, o),
    slavesStep(name, o.slaves ?? []),
    o.primary && setting(name, 'primary', o.primary, ''),
    o.primaryReselect &&
      setting(
        name,
        'primary_reselect',
        choice(o.primaryReselect, ['always', 'better', 'failure']),
        'always 0',
      ),
    ...linkSteps(name, { mtu: o.mtu, up: o.up ?? true, addresses: o.addresses }),
  ].map((step) => (step === '' ? undefined : step));
  return steps.filter((step) => step !== undefined);
}

function monitorSteps(name: string, mode: BondMode, o: AnyBondOptions): readonly Step[] {
  if (o.arpInterval !== undefined) {
    const path = `/sys/class/net/${name}/bonding/arp_ip_target`;
    return [
      setting(name, 'arp_interval', String(o.arpInterval), '0'),
      entries(`arp_ip_target of ${name}`, {
        list: sh`read -r targets <${path} || :
for target in $targets; do printf '%s\n' "$target"; done`,
        want: (o.arpIpTargets ?? []).map((target) => [target]),
        add: sh`printf '+%s\n' "$1" >${path}`,
        remove: sh`printf -- '-%s\n' "$1" >${path}`,
        inside: link(name),
        fresh: { value: '' },
      }),
    ];
  }
  const monitored = ['802.3ad', 'balance-tlb', 'balance-alb'].includes(mode);
  return [
    setting(name, 'miimon', String(o.miimon ?? 100), monitored ? '100' : '0'),
    ...(['updelay', 'downdelay'] as const).flatMap((key) =>
      o[key] === undefined ? [] : [setting(name, key, String(o[key]), '0')],
    ),
  ];
}

/** Nothing is begun with a link that is not there, or that belongs to another bond or a bridge. */
function slavesToBe(name: string, slaves: readonly string[]): Step {
  return requires(`links for ${name}`, {
    test: sh`for slave in ${slaves}; do
  link=/sys/class/net/$slave
  [ -e "$link" ] || { printf 'there is no link %s\n' "$slave" >&2; exit 1; }
  [ -e "$link/master" ] || continue
  master=$(readlink "$link/master") || exit
  [ "\${master##*/}" = ${name} ] || { printf '%s belongs to %s\n' "$slave" "\${master##*/}" >&2; exit 1; }
done`,
    otherwise: `${name} cannot have these slaves: each must be a link of this host, and in no other bond or bridge`,
  });
}

/** SSH must find the host where it has found it. */
function sshAddress(name: string, slaves: readonly string[], addresses: readonly string[]): Step {
  const kept = addresses.map((address) => canonicalInterfaceAddress(address).replace(/\/.*/, ''));
  return requires('the address that SSH came to stays', {
    // Client, its port, our address, our port.
    test: sh`set -- $TS_SSH
[ $# = 4 ] || exit 0
case ${` ${kept.join(' ')} `} in *" $3 "*) exit 0 ;; esac
address=$3
line=$(ip -o addr show to "$address") || exit 2
set -- $line
case ${` ${[name, ...slaves].join(' ')} `} in
  *" \${2-} "*) printf 'SSH came to %s on %s\n' "$address" "$2" >&2; exit 1 ;;
esac`,
    otherwise: `the host could not be reached any more: the address that SSH came to is not among the addresses of ${name}. Add it, or leave 'addresses' out: then those of the slaves move to ${name}`,
  });
}

function slavesStep(name: string, slaves: readonly string[]): Step {
  return entries(`slaves of ${name}`, {
    list: sh`read -r slaves <${`/sys/class/net/${name}/bonding/slaves`} || :
for slave in $slaves; do printf '%s\n' "$slave"; done`,
    want: slaves.map((slave) => [slave]),
    add: sh`read -r flags <"/sys/class/net/$1/flags" || exit
[ $((flags & 1)) = 0 ] || ip link set dev "$1" down || exit
ip link set dev "$1" master ${name} && ts_hand_over "$1" ${name}`,
    // The kernel leaves a freed port down.
    remove: sh`ip link set dev "$1" nomaster && ip link set dev "$1" up`,
    devices: true,
    inside: link(name),
    fresh: { value: '' },
  });
}

function absentSteps(name: string): readonly Step[] {
  const bonding = `/sys/class/net/${name}/bonding`;
  return [
    requires('SSH does not come by this bond', {
      test: sh`set -- $TS_SSH
[ $# = 4 ] || exit 0
address=$3
line=$(ip -o addr show to "$address" dev ${name} 2>/dev/null) || exit 0
[ -z "$line" ] || { printf 'SSH came to %s on %s\n' "$address" ${name} >&2; exit 1; }`,
      otherwise: `the host could not be reached any more without ${name}. Let SSH come by another link first; tsplay rollback takes a bond back together with the addresses that moved to it`,
    }),
    absent(`bond ${name}`, {
      test: sh`[ -e ${bonding} ]`,
      save: sh`ts_save_bond ${name}`,
      remove: sh`read -r slaves <${`${bonding}/slaves`} || :
ip link del dev ${name} || exit
for slave in $slaves; do ip link set dev "$slave" up || exit; done`,
      create: sh`ts_load_bond ${name} "$1"`,
    }),
  ];
}
