import {
  defineModule,
  reading,
  release,
  sh,
  value,
  type Read,
  type Resource,
  type Sh,
  type Shared,
} from '../../../src/steps/index.ts';
import { checkAbsent } from '../../absent.ts';
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

interface Present extends Timeouts {
  /** @defaultValue 'present' */
  readonly state?: 'present';
}

interface Absent {
  /** Back to what was there before the first change of ours. */
  readonly state: 'absent';
}

/** Options of {@link ipvsTimeouts}. */
export type IpvsTimeoutsOptions = Common & (Present | Absent);

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
    wanted(options).map(([kind, seconds]) => ({ resource: resourceOf(kind), value: String(seconds) })),
  check(_name, options, problem) {
    const o: AnyOptions = options;
    // ipvsadm takes no more than 31 days, and 0 keeps what is.
    for (const [kind] of kinds) whole(kind, o[kind], 1, 31 * 86_400, problem);
    const given = wanted(o);
    if (o.state === 'absent') checkAbsent(o, ['besideKeepalived'], problem);
    else if (given.length === 0) problem('give at least one of tcp, tcpfin and udp');
  },
  steps(name, options) {
    const o: AnyOptions = options;
    const tools = ipvsTool(o.besideKeepalived);
    const shared = (kind: Kind): Shared => ({ resource: resourceOf(kind), owner: `ipvsTimeouts:${name}` });
    if (o.state === 'absent') {
      return [
        ...tools,
        ...kinds.map(([kind]) => release(`IPVS timeout ${kind}`, { ...halves(kind), shared: shared(kind) })),
      ];
    }
    return [
      ...tools,
      ...ipvsKernel(),
      ...wanted(o).map(([kind, seconds, first]) =>
        value(`IPVS timeout ${kind}`, {
          ...halves(kind),
          want: String(seconds),
          inside: ipvsModule,
          fresh: { value: String(first) },
          shared: shared(kind),
        }),
      ),
    ];
  },
});

type Kind = (typeof kinds)[number][0];

function resourceOf(kind: Kind): Resource {
  return `ipvs-timeout:${kind}`;
}

function wanted(o: AnyOptions): readonly (readonly [kind: Kind, seconds: number, first: number])[] {
  return kinds.flatMap(([kind, first]) => {
    const seconds = o[kind];
    return seconds === undefined ? [] : [[kind, seconds, first] as const];
  });
}

function halves(kind: Kind): { readonly read: Read; readonly write: Sh } {
  const place = kinds.findIndex(([one]) => one === kind);
  const first = kinds[place]?.[1] ?? 0;
  const [tcp, fin, udp] = [sh`0`, sh`0`, sh`0`].with(place, sh`"$1"`);
  return {
    // Without the module ipvsadm would load it, to say what it begins with.
    read: reading(sh`if [ ! -d /sys/module/ip_vs ]; then echo ${first}; exit; fi
line=$(ipvsadm -L --timeout) || exit 2
set -- \${line#*: }
[ $# = 3 ] || exit 2
printf '%s\n' "$${place + 1}"`),
    // 0 keeps a value.
    write: sh`ipvsadm --set ${tcp ?? sh``} ${fin ?? sh``} ${udp ?? sh``}`,
  };
}
