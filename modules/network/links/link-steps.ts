import {
  builtins,
  absent,
  option,
  present,
  requires,
  sh,
  sysFile,
  value,
  type Claim,
  type OptionRule,
  type Step,
} from '../../../src/steps/index.ts';
import { linkResource } from './link-name.ts';

/** What tasks of several modules may say about one link, and must agree on. */
export interface LinkState {
  readonly up?: boolean | undefined;
  /** MTU in bytes. */
  readonly mtu?: number | undefined;
  readonly mac?: string | undefined;
  readonly txqueuelen?: number | undefined;
  readonly alias?: string | undefined;
}

/** The claims to a link and to its state: those who agree share it. */
export function linkClaims(device: string, o: LinkState): readonly Claim[] {
  return [
    { resource: linkResource(device), value: 'present' },
    ...(['up', 'mtu', 'mac', 'txqueuelen', 'alias'] as const).flatMap((key) =>
      o[key] === undefined ? [] : [{ resource: `${key}:${device}` as const, value: String(o[key]) }],
    ),
  ];
}

/** The claims of whoever takes a link away. */
export function noLinkClaims(device: string): readonly Claim[] {
  return [{ resource: linkResource(device), value: 'absent' }];
}

/** The rules of what many kinds of link can be given. */
export const mtu: OptionRule = option.rule(
  'a whole number of bytes from 68 to 65535',
  (value) => Number.isSafeInteger(value) && Number(value) >= 68 && Number(value) <= 65535,
);
export const up: OptionRule = option.flag;

/** Nothing is begun with a link that is not there, unless an earlier task makes it. */
export function thereStep(device: string): Step {
  return requires(`there is ${device}`, {
    test: builtins`[ -e ${`/sys/class/net/${device}`} ]`,
    otherwise: `there is no link ${device} on this host`,
    later: true,
    inside: linkResource(device),
    fresh: 'set',
  });
}

export function mtuStep(device: string, mtu: number): Step {
  return value(`mtu of ${device}`, {
    read: sysFile(`/sys/class/net/${device}/mtu`),
    want: String(mtu),
    write: sh`ip link set dev ${device} mtu "$1"`,
    inside: linkResource(device),
    fresh: { value: '1500' },
  });
}

const isUp = (device: string) =>
  builtins`read -r ts_flags <${`/sys/class/net/${device}/flags`} && [ $((ts_flags & 1)) = 1 ]`;

export function upStep(device: string): Step {
  return present(`${device} is up`, {
    test: isUp(device),
    create: sh`ip link set dev ${device} up`,
    remove: sh`ip link set dev ${device} down`,
    inside: linkResource(device),
    // A new link is down.
    fresh: { value: 'no' },
  });
}

/** With a link that goes down its routes go, and its IPv6 addresses: they come back if it comes back. */
export function downStep(device: string): Step {
  return absent(`${device} is up`, {
    test: isUp(device),
    save: sh`TS_AROUND=${device}; ts_capture && printf '%s' "$TS_CAPTURED"`,
    remove: sh`ip link set dev ${device} down`,
    create: sh`ip link set dev ${device} up && { TS_RC=0 TS_CAPTURED=$1; ts_restore; return "$TS_RC"; }`,
    inside: linkResource(device),
    fresh: { value: 'no' },
  });
}

/** What stands on a link would go with it, and is not ours. */
export function nothingOnIt(device: string): Step {
  return requires(`nothing stands on ${device}`, {
    test: sh`set +f
for upper in ${`/sys/class/net/${device}`}/upper_*; do
  [ -e "$upper" ] || continue
  case "$TS_FRESH" in *" gone:link:\${upper##*/upper_} "*) continue ;; esac
  printf '%s stands on %s\n' "\${upper##*/upper_}" ${device} >&2
  exit 1
done`,
    otherwise: `${device} is in use: what stands on it would go with it. Remove that first`,
  });
}
