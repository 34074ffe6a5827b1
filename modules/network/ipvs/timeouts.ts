import { defineModule, reading, sh, value, type Step } from '../../../src/steps/index.ts';
import { whole } from './check.ts';
import { ipvsKernel, ipvsModule, ipvsTool } from './kernel.ts';

interface Timeouts {
  /** Seconds without a packet after which a TCP connection is forgotten. @defaultValue as it is */
  readonly tcp?: number;
  /** Seconds after a TCP connection was closed from one side. @defaultValue as it is */
  readonly tcpfin?: number;
  /** Seconds without a packet after which a UDP flow is forgotten. @defaultValue as it is */
  readonly udp?: number;
}

interface Common {
  /** Work beside a running keepalived, which is for one that only does VRRP. @defaultValue false */
  readonly besideKeepalived?: boolean;
}

/** Options of {@link ipvsTimeouts}. */
export type IpvsTimeoutsOptions = Common &
  (
    | (Timeouts & { /** @defaultValue 'present' */ readonly state?: 'present' })
    | {
        /** Back to what the kernel begins with: 900, 120 and 300 seconds. */
        readonly state: 'absent';
      }
  );

type AnyOptions = Common & Timeouts & { readonly state?: 'present' | 'absent' };

// In the order in which ipvsadm takes and prints them, with what the kernel begins with.
const kinds = [
  ['tcp', 900],
  ['tcpfin', 120],
  ['udp', 300],
] as const;

/**
 * How long the Linux Virtual Server remembers connections without traffic. The values are the host's, for all its
 * services; the name is a label.
 *
 * @example ipvsTimeouts('director', { tcp: 3600, tcpfin: 60 })
 * @see https://man7.org/linux/man-pages/man8/ipvsadm.8.html
 */
export const ipvsTimeouts = defineModule<IpvsTimeoutsOptions>('ipvsTimeouts', {
  network: true,
  claims: (_name, options) =>
    wanted(options).map(([kind, seconds]) => ({
      resource: `ipvs-timeout:${kind}`,
      value: String(seconds),
    })),
  check(_name, options, problem) {
    const o: AnyOptions = options;
    // ipvsadm takes no more than 31 days, and 0 keeps what is.
    for (const [kind] of kinds) whole(kind, o[kind], 1, 31 * 86_400, problem);
    const given = kinds.filter(([kind]) => o[kind] !== undefined).map(([kind]) => kind);
    if (o.state === 'absent') given.forEach((kind) => problem(`${kind} makes no sense with state: 'absent'`));
    else if (given.length === 0) problem('give at least one of tcp, tcpfin and udp');
  },
  steps(_name, options) {
    const o: AnyOptions = options;
    const kernel = o.state === 'absent' ? [] : ipvsKernel();
    return [...ipvsTool(o.besideKeepalived), ...kernel, ...wanted(o).map(timeoutStep)];
  },
});

type Wanted = readonly [kind: (typeof kinds)[number][0], seconds: number, first: number];

function wanted(o: AnyOptions): readonly Wanted[] {
  return kinds.flatMap(([kind, first]): readonly Wanted[] => {
    const seconds = o.state === 'absent' ? first : o[kind];
    return seconds === undefined ? [] : [[kind, seconds, first]];
  });
}

function timeoutStep([kind, seconds, first]: Wanted): Step {
  const place = kinds.findIndex(([one]) => one === kind);
  const values = [sh`0`, sh`0`, sh`0`].with(place, sh`"$1"`);
  const field = [sh`"$1"`, sh`"$2"`, sh`"$3"`][place] ?? sh``;
  return value(`IPVS timeout ${kind}`, {
    // Without the module ipvsadm would load it, to say what it begins with.
    read: reading(sh`if [ ! -d /sys/module/ip_vs ]; then echo ${first}; exit; fi
line=$(ipvsadm -L --timeout) || exit 2
set -- \${line#*: }
[ $# = 3 ] || exit 2
printf '%s\n' ${field}`),
    want: String(seconds),
    // 0 keeps a value.
    write: sh`ipvsadm --set ${values[0] ?? sh``} ${values[1] ?? sh``} ${values[2] ?? sh``}`,
    inside: ipvsModule,
    fresh: { value: String(first) },
  });
}
