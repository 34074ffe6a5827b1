import {
  builtins,
  absent,
  defineModule,
  option,
  requires,
  sh,
  sysFile,
  value,
  type OptionRules,
  type Step,
} from '../../../src/steps/index.ts';
import { checkAbsent } from '../../absent.ts';
import { ip } from '../../tools.ts';
import { linkNameProblem, linkResource } from './link-name.ts';
import {
  downStep,
  linkClaims,
  mtu,
  mtuStep,
  noLinkClaims,
  nothingOnIt,
  thereStep,
  up,
  upStep,
} from './link-steps.ts';
import { sshElsewhere } from './ssh-steps.ts';

interface Present {
  /** Up or down. Going down takes its routes and IPv6 addresses; an undo brings them back. @defaultValue as it is */
  readonly up?: boolean;
  /** MTU in bytes, 68 to 65535. Below 1280 a link has no IPv6, so that needs one without. @defaultValue as it is */
  readonly mtu?: number;
  /**
   * MAC address, such as `02:00:00:00:00:01`. Where the driver takes it only from a link that is down, that is down for
   * a moment. @defaultValue as it is
   */
  readonly mac?: string;
  /** Packets that the queue of the link may hold. @defaultValue as it is */
  readonly txqueuelen?: number;
  /** A text for people, of up to 255 bytes; an empty one takes it away. @defaultValue as it is */
  readonly alias?: string;
  /** @defaultValue 'present' */
  readonly state?: 'present';
}

interface Absent {
  /**
   * No such link. For links that are nothing but their name, of kind dummy or ifb: an undo makes them again. Others are
   * refused: a bond or an equalizer goes with the `absent` of its own module, a NIC cannot go.
   */
  readonly state: 'absent';
}

/** Options of {@link link}. */
export type LinkOptions = Present | Absent;

const macPattern = /^[\da-f]{2}(:[\da-f]{2}){5}$/i;

const options: OptionRules<LinkOptions> = {
  up,
  mtu,
  mac: option.rule(
    'the MAC address of one link, such as 02:00:00:00:00:01',
    (given) =>
      typeof given === 'string' &&
      macPattern.test(given) &&
      // The lowest bit of the first byte tells groups.
      /^.[02468ace]/i.test(given) &&
      /[^0:]/.test(given),
  ),
  txqueuelen: option.whole(0, 2 ** 31 - 1),
  alias: (name, given) =>
    given === ''
      ? []
      : option.rule(
          'one line of at most 255 bytes, with single blanks between its words',
          (text) =>
            typeof text === 'string' &&
            Buffer.byteLength(text) <= 255 &&
            /^[^\s\p{Cc}]+( [^\s\p{Cc}]+)*$/u.test(text),
        )(name, given),
  state: option.oneOf('present', 'absent'),
};

/**
 * The state of a link that is there: a NIC, or one that another task makes. It makes no links. A link is not set down if
 * SSH comes by it: that is refused before anything is changed.
 *
 * @example link('eth1', { up: true, mtu: 9000 })
 * @example link('eth1', { mac: '02:00:00:00:00:01', alias: 'uplink to isp1' })
 * @example link('dummy0', { state: 'absent' })
 * @see https://man7.org/linux/man-pages/man8/ip-link.8.html
 */
export const link = defineModule<LinkOptions>('link', {
  options,
  network: true,
  claims: (device, o) =>
    o.state === 'absent' ? noLinkClaims(device) : linkClaims(device, { ...o, mac: o.mac?.toLowerCase() }),
  check(device, o, problem) {
    const wrong = linkNameProblem(device);
    if (wrong !== undefined) problem(wrong);
    if (o.state === 'absent') {
      checkAbsent(o, [], problem);
      return;
    }
    const given = [o.up, o.mtu, o.mac, o.txqueuelen, o.alias].filter((one) => one !== undefined);
    if (given.length === 0)
      problem('nothing is declared of the link: give up, mtu, mac, txqueuelen or alias');
  },
  steps: (device, o) => [ip, ...(o.state === 'absent' ? goneSteps(device) : presentSteps(device, o))],
});

function presentSteps(device: string, o: Present): readonly Step[] {
  return [
    thereStep(device),
    ...(o.up === false ? [sshElsewhere([device], ', which would be down')] : []),
    ...(o.mtu === undefined ? [] : [mtuFitsStep(device, o.mtu)]),
    ...(o.mac === undefined ? [] : [macStep(device, o.mac.toLowerCase())]),
    ...(o.mtu === undefined ? [] : [mtuStep(device, o.mtu)]),
    ...(o.txqueuelen === undefined
      ? []
      : [setting(device, 'txqueuelen', 'tx_queue_len', String(o.txqueuelen))]),
    ...(o.alias === undefined ? [] : [setting(device, 'alias', 'ifalias', o.alias, '')]),
    ...(o.up === undefined ? [] : [o.up ? upStep(device) : downStep(device)]),
  ];
}

/** An undefined `fresh` is not known of links in general. */
function setting(device: string, name: string, file: string, want: string, fresh?: string): Step {
  return value(`${name} of ${device}`, {
    read: sysFile(`/sys/class/net/${device}/${file}`),
    want,
    write: sh`ip link set dev ${device} ${name} "$1"`,
    inside: linkResource(device),
    fresh: fresh === undefined ? undefined : { value: fresh },
  });
}

function macStep(device: string, want: string): Step {
  return value(`mac of ${device}`, {
    read: sysFile(`/sys/class/net/${device}/address`),
    want,
    write: sh`ts_set_mac ${device} "$1"`,
    inside: linkResource(device),
  });
}

/** With too small an MTU the kernel takes IPv6 off a link, and nothing would bring back what was there. */
function mtuFitsStep(device: string, mtu: number): Step {
  const six = sh`ts_line ${`/sys/class/net/${device}/mtu`}
[ "$TS_V" -ge 1280 ] || exit 0
text=$(ip -o -6 addr show dev ${device} scope global) || exit
[ -z "$text" ] || { printf '%s has IPv6 addresses, and IPv6 needs an MTU of 1280\n' ${device} >&2; exit 1; }`;
  return requires(`${device} can have this MTU`, {
    test: sh`ts_mtu_fits ${device} ${mtu} || exit
${mtu < 1280 ? six : sh`:`}`,
    otherwise: `${device} cannot have an MTU of ${mtu}`,
    inside: linkResource(device),
    fresh: 'set',
  });
}

function goneSteps(device: string): readonly Step[] {
  const folder = `/sys/class/net/${device}`;
  const kind = sh`for kind in dummy ifb; do
  found=$(ip -o link show dev ${device} type "$kind") || exit 2
  [ -z "$found" ] || break
done`;
  return [
    requires(`${device} can be removed`, {
      test: sh`[ -e ${folder} ] || exit 0
${kind}
[ -n "$found" ]`,
      otherwise: `${device} is neither of kind dummy nor ifb, and not removed: what makes such a link takes it away, such as bond('${device}', { state: 'absent' })`,
    }),
    sshElsewhere([device], '. Come by another link'),
    nothingOnIt(device),
    absent(`link ${device}`, {
      test: builtins`[ -e ${folder} ]`,
      save: sh`${kind}
printf 'kind %s\n' "$kind"
ts_save_link ${device}`,
      remove: sh`ip link del dev ${device}`,
      create: sh`kind=\${1#kind }
mac=\${1#*"mac "${device}" "} mac=\${mac%%"$TS_NL"*}
# Not every kind takes one later.
ip link add name ${device} address "$mac" type "\${kind%%"$TS_NL"*}" || exit
ts_load_link ${device} "$1"`,
      provides: linkResource(device),
    }),
  ];
}
