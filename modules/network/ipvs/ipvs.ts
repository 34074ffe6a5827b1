import { defineModule, requires, sh, type Resource, type Step } from '../../../src/steps/index.ts';
import { canonicalAddress, isAddress6 } from '../address.ts';
import { parameterClaim, parameterRelease, parameterStep } from '../kernel-parameters.ts';
import { checkService } from './check.ts';
import { drainSteps } from './drain.ts';
import { familiesClaim, inKernel, ipvsKernel, ipvsTool } from './kernel.ts';
import type { AnyIpvsOptions, IpvsOptions } from './options.ts';
import { serviceParameterKeys, serviceParameters } from './parameters.ts';
import { serviceStep } from './steps.ts';
import { isSix, serverKey, serverWords, serviceWords, settingWords } from './words.ts';

export type {
  IpvsDrain,
  IpvsMethod,
  IpvsOptions,
  IpvsScheduler,
  IpvsSchedulerFlag,
  IpvsService,
  IpvsTunnel,
  RealServer,
} from './options.ts';

/**
 * A service of the Linux Virtual Server (layer 4) and its real servers. Changes are made in place: open connections
 * stay. Servers that are reached by `masquerading` need their way back to lead through this host, which is made to
 * forward; those reached by `gatewaying` or `ipip` need the virtual address themselves, see {@link ipvsRealServer}.
 * IPv6 forwarding makes a host ignore router advertisements: one that has its own default route from them needs
 * `accept_ra` 2.
 *
 * @example
 * ipvs('web', {
 *   vip: '192.0.2.10', port: 80, scheduler: 'wrr', drain: { limit: 60 },
 *   servers: [{ address: '10.0.0.1', method: 'masquerading', weight: 3 }],
 * })
 * @example ipvs('mail', { fwmark: 25, scheduler: 'lc', servers: [{ address: '10.0.0.1', method: 'gatewaying' }] })
 * @example ipvs('web', { vip: '192.0.2.10', port: 80, state: 'absent' })
 * @see https://man7.org/linux/man-pages/man8/ipvsadm.8.html
 * @see https://docs.kernel.org/networking/ipvs-sysctl.html
 */
export const ipvs = defineModule<IpvsOptions>('ipvs', {
  network: true,
  claims(_name, options) {
    const o: AnyIpvsOptions = options;
    const present = o.state !== 'absent';
    const servers = (o.servers ?? []).map((one) => [serverKey(one, o), ...serverWords(one)].join(' '));
    return [
      {
        resource: resourceOf(o),
        value: present ? [...settingWords(o), 'to', ...servers.toSorted()].join(' ') : 'absent',
      },
      ...(present ? serviceParameters(o).map(parameterClaim) : []),
      ...((o.servers ?? []).some((one) => isAddress6(one.address) !== isSix(o)) ? [familiesClaim(true)] : []),
    ];
  },
  check(_name, options, problem) {
    checkService(options, problem);
  },
  steps(_name, options) {
    const o: AnyIpvsOptions = options;
    const words = serviceWords(o);
    const servers = o.servers ?? [];
    const keys = servers.map((server) => serverKey(server, o));
    const drain = o.drain === undefined ? [] : drainSteps(words, keys, o.drain.limit);
    const wanted = servers.map((server) => [serverKey(server, o), ...serverWords(server)]);
    const before = ipvsTool(o.besideKeepalived);
    if (o.state === 'absent') {
      const released = serviceParameterKeys(o).map((key) => parameterRelease(key, resourceOf(o)));
      return [...before, ...drain, serviceStep(words, undefined, []), ...released];
    }
    return [
      ...before,
      ...sshStep(o),
      ...ipvsKernel(),
      schedulerInKernel(o.scheduler ?? ''),
      ...(o.persistenceEngine === undefined ? [] : [engineInKernel(o.persistenceEngine)]),
      ...serviceParameters(o).map((parameter) => parameterStep(parameter, resourceOf(o))),
      ...drain,
      serviceStep(words, settingWords(o), wanted),
    ];
  },
});

function resourceOf(o: AnyIpvsOptions): Resource {
  return `ipvs:${serviceWords(o).join('_')}`;
}

function schedulerInKernel(scheduler: string): Step {
  return inKernel(
    `ip_vs_${scheduler}`,
    `the kernel of this host has no IPVS scheduler '${scheduler}': there is no module ip_vs_${scheduler} for it. ` +
      'Choose another one, such as wrr, wlc or mh',
  );
}

function engineInKernel(engine: string): Step {
  return inKernel(
    `ip_vs_pe_${engine}`,
    `the kernel of this host has no IPVS persistence engine '${engine}': there is no module ip_vs_pe_${engine} for it`,
  );
}

/** A service must not swallow the connection that tells of it, nor the next one. */
function sshStep(o: AnyIpvsOptions): readonly Step[] {
  if (o.vip === undefined || (o.protocol ?? 'tcp') !== 'tcp' || o.coversSsh === true) return [];
  const port = o.port === 0 ? sh`:` : sh`[ "$4" = ${String(o.port)} ]`;
  return [
    requires('SSH stays outside of the service', {
      // Client, its port, our address, our port.
      test: sh`set -- $TS_SSH
[ $# = 4 ] && [ "$3" = ${canonicalAddress(o.vip)} ] && ${port} || exit 0
printf 'SSH came in to %s port %s\n' "$3" "$4" >&2
exit 1`,
      otherwise:
        'the service would take SSH connections to this host away: it has the address and port that this one came in by. If that is meant, declare coversSsh: true',
    }),
  ];
}
