import { defineModule, entries, sh, type Step } from '../../../src/steps/index.ts';
import { canonicalAddress, isAddress4, isAddress6 } from '../address.ts';
import { whole } from './check.ts';
import { familiesClaim, ipvsKernel, ipvsModule, ipvsTool } from './kernel.ts';
import { linkNameProblem } from '../links/link-name.ts';

interface Daemon {
  /** The link that connections are told over. It must be up. */
  readonly mcastInterface: string;
  /** 0 to 255. A backup takes what comes with its own number, with 0 everything. */
  readonly syncid: number;
  /** Multicast address, IPv4 or IPv6. @defaultValue '224.0.0.81' */
  readonly mcastGroup?: string;
  /** UDP port. @defaultValue 8848 */
  readonly mcastPort?: number;
  /** How many routers a message may pass, 1 to 255. @defaultValue 1 */
  readonly mcastTtl?: number;
  /** @defaultValue 'present' */
  readonly state?: 'present';
}

interface Common {
  /** Work beside a running keepalived, which is for one that only does VRRP. @defaultValue false */
  readonly besideKeepalived?: boolean;
}

interface NoDaemon {
  /** No daemon of this role; that of the other role stays. */
  readonly state: 'absent';
}

/** Options of {@link ipvsSync}. */
export type IpvsSyncOptions = Common & (Daemon | NoDaemon);

type AnyOptions = Common & Partial<Omit<Daemon, 'state'>> & { readonly state?: 'present' | 'absent' };

/**
 * The sync daemon of the Linux Virtual Server: a `master` tells its connections to every `backup`, so that another
 * director can take over without losing them. The name is the role; a host can have both. A change of its options
 * restarts it, which cuts no connection. It cannot be had together with real servers of another family than their
 * service's.
 *
 * @example ipvsSync('master', { mcastInterface: 'eth1', syncid: 7 })
 * @see https://man7.org/linux/man-pages/man8/ipvsadm.8.html
 */
export const ipvsSync = defineModule<IpvsSyncOptions>('ipvsSync', {
  network: true,
  claims: (role, options) => [
    {
      resource: `ipvs-sync:${role}`,
      value: isAbsent(options) ? 'absent' : settings(options).join(' '),
    },
    ...(isAbsent(options) ? [] : [familiesClaim(false)]),
  ],
  check(role, options, problem) {
    const o: AnyOptions = options;
    if (role !== 'master' && role !== 'backup') problem('the name must be master or backup');
    if (isAbsent(o)) return;
    const wrong =
      o.mcastInterface === undefined ? 'mcastInterface is missing' : linkNameProblem(o.mcastInterface);
    if (wrong !== undefined) problem(wrong);
    if (o.syncid === undefined) problem('syncid is missing');
    whole('syncid', o.syncid, 0, 255, problem);
    whole('mcastPort', o.mcastPort, 1, 65_535, problem);
    whole('mcastTtl', o.mcastTtl, 1, 255, problem);
    if (o.mcastGroup !== undefined && !isMulticast(o.mcastGroup)) {
      problem(`mcastGroup '${o.mcastGroup}' is not a multicast address`);
    }
  },
  steps(role, options) {
    const o: AnyOptions = options;
    const kernel = isAbsent(o) ? [] : ipvsKernel();
    return [...ipvsTool(o.besideKeepalived), ...kernel, daemonStep(role, o)];
  },
});

function isAbsent(o: AnyOptions): boolean {
  return o.state === 'absent';
}

function isMulticast(address: string): boolean {
  if (isAddress4(address)) return /^(22[4-9]|23\d)\./.test(address);
  return isAddress6(address) && !address.includes('%') && canonicalAddress(address).startsWith('ff');
}

/** As the words stand in `ipvsadm -L --daemon`; the longest message is the kernel's choice. */
function settings(o: AnyOptions): readonly string[] {
  return [
    o.mcastInterface ?? '',
    String(o.syncid),
    canonicalAddress(o.mcastGroup ?? '224.0.0.81'),
    String(o.mcastPort ?? 8848),
    String(o.mcastTtl ?? 1),
  ];
}

function daemonStep(role: string, o: AnyOptions): Step {
  // ipvsadm only says "Invalid operation. Possibly wrong module version, address not unicast, ...".
  const up = sh`{ read -r flags <"/sys/class/net/$2/flags"; } 2>/dev/null && [ $((flags & 1)) = 1 ] || {
  printf 'there is no link %s, or it is not up\n' "$2" >&2
  exit 1
}`;
  const start = sh`ipvsadm --start-daemon ${role} --mcast-interface "$2" --syncid "$3" --mcast-group "$4" --mcast-port "$5" --mcast-ttl "$6"`;
  return entries(`IPVS sync daemon ${role}`, {
    list: sh`[ -d /sys/module/ip_vs ] || exit 0
daemons=$(ipvsadm -L --daemon) || exit 2
printf '%s\n' "$daemons" | while read -r role _ _ words; do
  [ "$role" = ${role} ] || continue
  link='' syncid='' group=224.0.0.81 port=8848 ttl=1
  words=\${words#"("}
  IFS=', '
  for word in \${words%")"}; do
    case $word in
      mcast=*) link=\${word#*=} ;;
      syncid=*) syncid=\${word#*=} ;;
      group=*) group=\${word#*=} ;;
      port=*) port=\${word#*=} ;;
      ttl=*) ttl=\${word#*=} ;;
    esac
  done
  unset IFS
  printf '%s\t%s\t%s\t%s\t%s\t%s\n' "$role" "$link" "$syncid" "$group" "$port" "$ttl"
done`,
    want: isAbsent(o) ? [] : [[role, ...settings(o)]],
    unwanted: isAbsent(o) ? [role] : [],
    add: sh`${up}
${start}`,
    change: sh`${up}
ipvsadm --stop-daemon ${role} && ${start}`,
    remove: sh`ipvsadm --stop-daemon ${role}`,
    exclusive: false,
    inside: ipvsModule,
    fresh: { value: '' },
  });
}
