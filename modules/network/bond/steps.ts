import {
  builtins,
  around,
  entries,
  present,
  requires,
  sh,
  sysFile,
  value,
  type Step,
} from '../../../src/steps/index.ts';
import type { AnyBondOptions, BondMode } from './options.ts';
import { arpModes, chosen } from './settings.ts';
import { carriedStep, linksStep, slavesStep } from './slaves.ts';
import { addressesStep } from '../links/link-addresses.ts';
import { linkResource } from '../links/link-name.ts';
import { downStep, mtuStep, upStep } from '../links/link-steps.ts';
import { sshAddressKept, sshElsewhere } from '../links/ssh-steps.ts';

/** The folder of a bond's settings. */
export function bonding(name: string): `/sys/${string}` {
  return `/sys/class/net/${name}/bonding`;
}

/** All that makes a bond as it is declared. */
export function presentSteps(name: string, o: AnyBondOptions): readonly Step[] {
  const { mode = 'balance-rr', slaves = [] } = o;
  const links = [name, ...slaves];
  return [
    notAnother(name),
    linksStep(name, slaves, o.mtu),
    ...(o.addresses === undefined ? [] : [sshAddressKept(links, o.addresses)]),
    ...(o.up === false ? [sshElsewhere(links, ', which would be down')] : []),
    ...moduleSteps,
    bondStep(name, mode, slaves[0] ?? '', o),
    ...settingSteps(name, mode, o),
    ...monitorSteps(name, mode, o),
    ...(o.mtu === undefined ? [] : [mtuStep(name, o.mtu)]),
    // Up before it has slaves, so that it can take over their routes.
    ...(o.up === false ? [] : [upStep(name)]),
    carriedStep(name, slaves),
    slavesStep(name, slaves),
    // The kernel keeps the name of one that is not a slave yet to itself.
    ...(o.primary === undefined ? [] : [setting(name, 'primary', o.primary, '')]),
    ...(o.up === false ? [downStep(name)] : []),
    ...(o.addresses === undefined ? [] : [addressesStep(name, o.addresses)]),
  ];
}

/** Nothing is begun under the name of something else. */
export function notAnother(name: string): Step {
  return requires(`${name} is free, or a bond`, {
    test: builtins`[ ! -e ${`/sys/class/net/${name}`} ] || [ -e ${bonding(name)} ]`,
    otherwise: `${name} exists and is not a bond. Choose another name, or remove that link first`,
  });
}

const moduleSteps: readonly Step[] = [
  requires('kernel module bonding', {
    test: sh`[ -d /sys/module/bonding ] || modprobe -q -D bonding >/dev/null`,
    otherwise: 'the kernel of this host has no bonding: there is no module bonding for it',
  }),
  present('kernel module bonding', {
    test: sh`[ -d /sys/module/bonding ]`,
    // Otherwise the module makes a bond0 of its own.
    create: sh`modprobe bonding max_bonds=0`,
    remove: sh`modprobe -r bonding`,
    provides: 'module:bonding',
  }),
];

/**
 * What needs the bond down comes with its making. So does the MAC address of its first slave, as bonding would choose
 * itself: udev gives a bond without one an address of its own, and its slaves get that.
 */
function bondStep(name: string, mode: BondMode, first: string, o: AnyBondOptions): Step {
  const words = [
    ...(o.failOverMac === undefined ? [] : ['fail_over_mac', o.failOverMac]),
    ...(o.lacpRate === undefined ? [] : ['lacp_rate', o.lacpRate]),
    ...(o.adSelect === undefined ? [] : ['ad_select', o.adSelect]),
  ];
  return present(`bond ${name}`, {
    test: builtins`[ -e ${bonding(name)} ]`,
    create: sh`read -r mac <${`/sys/class/net/${first}/address`} || exit
case $mac in ??:??:??:??:??:??) set -- address "$mac" ;; *) set -- ;; esac
ip link add name ${name} "$@" type bond mode ${mode} ${words}`,
    remove: sh`ip link del dev ${name}`,
    provides: linkResource(name),
  });
}

function settingSteps(name: string, mode: BondMode, o: AnyBondOptions): readonly Step[] {
  return [
    // A mode without ARP monitor ends it by itself; here it is noted, for the case that it must come back.
    ...(arpModes.includes(mode)
      ? []
      : [setting(name, 'arp_validate', 'none 0', 'none 0'), setting(name, 'arp_interval', '0', '0')]),
    downSetting(name, 'mode', chosen('mode', mode), true),
    ...(o.failOverMac === undefined
      ? []
      : [downSetting(name, 'fail_over_mac', chosen('failOverMac', o.failOverMac), true)]),
    ...(o.lacpRate === undefined
      ? []
      : [downSetting(name, 'lacp_rate', chosen('lacpRate', o.lacpRate), false)]),
    ...(o.adSelect === undefined
      ? []
      : [downSetting(name, 'ad_select', chosen('adSelect', o.adSelect), false)]),
    ...(o.xmitHashPolicy === undefined
      ? []
      : [setting(name, 'xmit_hash_policy', chosen('xmitHashPolicy', o.xmitHashPolicy), 'layer2 0')]),
    ...(o.primaryReselect === undefined
      ? []
      : [setting(name, 'primary_reselect', chosen('primaryReselect', o.primaryReselect), 'always 0')]),
    ...(o.minLinks === undefined ? [] : [setting(name, 'min_links', String(o.minLinks), '0')]),
  ];
}

/** The kernel ends one monitor when it gets the other; ended before by a step of its own, an undo finds it. */
function monitorSteps(name: string, mode: BondMode, o: AnyBondOptions): readonly Step[] {
  const fresh = arpModes.includes(mode) ? '0' : '100';
  if (o.arpInterval !== undefined) {
    return [
      setting(name, 'miimon', '0', fresh),
      targetsStep(name, o.arpIpTargets ?? []),
      setting(name, 'arp_interval', String(o.arpInterval), '0'),
    ];
  }
  return [
    ...(arpModes.includes(mode) ? [setting(name, 'arp_interval', '0', '0')] : []),
    setting(name, 'miimon', String(o.miimon ?? 100), fresh),
    ...(['updelay', 'downdelay'] as const).flatMap((key) =>
      o[key] === undefined ? [] : [setting(name, key, String(o[key]), '0')],
    ),
  ];
}

function targetsStep(name: string, targets: readonly string[]): Step {
  const path = `${bonding(name)}/arp_ip_target`;
  return entries(`arp_ip_target of ${name}`, {
    list: sh`read -r targets <${path} || :
for target in $targets; do printf '%s\n' "$target"; done`,
    want: targets.map((target) => [target]),
    add: sh`printf '+%s\n' "$1" >${path}`,
    remove: sh`printf -- '-%s\n' "$1" >${path}`,
    // There is room for 16.
    order: 'remove-first',
    inside: linkResource(name),
    fresh: { value: '' },
  });
}

/** One file below /sys/class/net/BOND/bonding. A choice reads back with its number behind it: "layer3+4 1". */
function setting(name: string, key: string, want: string, fresh: string): Step {
  return value(`${key} of ${name}`, {
    read: sysFile(`${bonding(name)}/${key}` as `/sys/${string}`),
    want,
    write: sh`printf '%s\n' "\${1%% *}" >${`${bonding(name)}/${key}`}`,
    inside: linkResource(name),
    fresh: { value: fresh },
  });
}

/**
 * A setting that the kernel takes only while the bond is down, and `bare` only while it has no slaves. Which slave is
 * active is decided anew.
 */
function downSetting(name: string, key: string, want: string, bare: boolean): Step {
  const path = `${bonding(name)}/${key}`;
  const release = sh`read -r slaves <${`${bonding(name)}/slaves`} || :
for slave in $slaves; do printf 'link set dev %s nomaster\n' "$slave"; done`;
  return around(
    name,
    value(`${key} of ${name}`, {
      read: sysFile(path as `/sys/${string}`),
      want,
      write: sh`{
printf 'link set dev %s down\n' ${name}
${bare ? release : sh`:`}
} | ip -b - || exit
printf '%s\n' "\${1%% *}" >${path}`,
      inside: linkResource(name),
      fresh: 'set',
    }),
  );
}
