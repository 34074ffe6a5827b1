import { procFile, sh, value, type Claim, type Resource, type Step } from '../../../src/steps/index.ts';
import { ipvsModule } from './kernel.ts';
import type { AnyIpvsOptions } from './options.ts';
import { isSix } from './words.ts';

/** A kernel parameter as a file below /proc/sys, such as `net/ipv4/ip_forward`. */
export interface KernelParameter {
  readonly key: string;
  readonly want: string;
  readonly inside?: Resource;
  /** What it is in a kernel, module or link that is new. */
  readonly fresh?: string;
}

/** The step that sets a kernel parameter until the next boot. */
export function parameterStep({ key, want, inside, fresh }: KernelParameter): Step {
  const path = `/proc/sys/${key}` as const;
  return value(`sysctl ${key}`, {
    read: procFile(path),
    want,
    write: sh`printf '%s\n' "$1" >${path}`,
    inside,
    fresh: fresh === undefined ? undefined : { value: fresh },
  });
}

/** The claim to a kernel parameter: those who agree share it. */
export function parameterClaim({ key, want }: KernelParameter): Claim {
  return { resource: `sysctl:${key}`, value: want };
}

/** The kernel parameters that a service needs or that its options name. */
export function serviceParameters(o: AnyIpvsOptions): readonly KernelParameter[] {
  const own: readonly (readonly [string, boolean | undefined])[] = [
    ['conntrack', o.conntrack],
    ['expire_nodest_conn', o.expireNodestConn],
    ['expire_quiescent_template', o.expireQuiescentTemplate],
  ];
  return [
    ...((o.servers ?? []).some((server) => server.method === 'masquerading') ? [forwarding(o)] : []),
    ...own.flatMap(([name, flag]) =>
      flag === undefined
        ? []
        : [{ key: `net/ipv4/vs/${name}`, want: flag ? '1' : '0', inside: ipvsModule, fresh: '0' }],
    ),
  ];
}

// With NAT the packets of both directions go through the director.
function forwarding(o: AnyIpvsOptions): KernelParameter {
  return { key: isSix(o) ? 'net/ipv6/conf/all/forwarding' : 'net/ipv4/ip_forward', want: '1' };
}
