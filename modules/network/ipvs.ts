import {
  absent,
  defineModule,
  entries,
  present,
  procFile,
  sh,
  tool,
  value,
  type Sh,
  type Step,
} from '../../src/steps/index.ts';
import { canonicalAddress, isAddress4, isAddress6 } from './address.ts';

/** How the kernel chooses a real server. */
export type IpvsScheduler =
  | 'rr'
  | 'wrr'
  | 'lc'
  | 'wlc'
  | 'lblc'
  | 'lblcr'
  | 'dh'
  | 'sh'
  | 'mh'
  | 'sed'
  | 'nq'
  | 'fo'
  | 'ovf'
  | 'twos';

/** How packets reach a real server: direct routing, a tunnel, or NAT. */
export type IpvsMethod = 'gatewaying' | 'ipip' | 'masquerading';

/** One real server of an {@link ipvs} service. */
export interface RealServer {
  readonly address: string;
  /** With gatewaying and ipip the kernel always uses the service's port. @defaultValue the service's port */
  readonly port?: number;
  /** There is no default: that of ipvsadm is not that of keepalived. */
  readonly method: IpvsMethod;
  /** 0 to 65535; 0 gets no new connections. @defaultValue 1 */
  readonly weight?: number;
  /** Most connections; 0 is no limit. @defaultValue as it is; 0 for a new one */
  readonly upperThreshold?: number;
  /** The server is used again below this many. @defaultValue as it is; 0 for a new one */
  readonly lowerThreshold?: number;
}

interface Service {
  /** How the kernel chooses a real server. */
  readonly scheduler: IpvsScheduler;
  /** Flags of the scheduler, such as `sh-port` or `mh-fallback`. @defaultValue none */
  readonly schedulerFlags?: readonly string[];
  /** Seconds that a client stays with its server. @defaultValue no persistence */
  readonly persistent?: number;
  /** Clients are grouped by this many leading bits. @defaultValue 32, or 128 for IPv6 */
  readonly persistentPrefix?: number;
  /** The real servers, exactly these; one that differs is changed in place. */
  readonly servers: readonly RealServer[];
  /** @defaultValue 'present' */
  readonly state?: 'present';
}

interface ByAddress {
  /** The virtual address, IPv4 or IPv6. */
  readonly vip: string;
  /** 0 means every port and needs `persistent`. */
  readonly port: number;
  /** @defaultValue 'tcp' */
  readonly protocol?: 'tcp' | 'udp' | 'sctp';
}

interface ByMark {
  /** The firewall mark that stands for the service. */
  readonly fwmark: number;
  /** @defaultValue 4 */
  readonly family?: 4 | 6;
}

interface Gone {
  readonly state: 'absent';
}

/** Options of {@link ipvs}. */
export type IpvsOptions = (ByAddress | ByMark) & (Service | Gone);

/** All options in one flat type, as the checks and steps see them. */
type Flat = Partial<Omit<Service, 'state'> & ByAddress & ByMark> & { readonly state?: 'present' | 'absent' };

const methodFlags: Readonly<Record<IpvsMethod, string>> = {
  gatewaying: '-g',
  ipip: '-i',
  masquerading: '-m',
};
const protocolFlags = { tcp: '-t', udp: '-u', sctp: '--sctp-service' } as const;
const packages = {
  debian: 'ipvsadm',
  fedora: 'ipvsadm',
  rhel: 'ipvsadm',
  suse: 'ipvsadm',
  alpine: 'ipvsadm',
  arch: 'ipvsadm',
};

/**
 * A service of the Linux Virtual Server (layer 4) and its real servers. Changes are made in place: open
 * connections stay.
 *
 * @example
 * ipvs('web', {
 *   vip: '192.0.2.10', port: 80, scheduler: 'wrr',
 *   servers: [{ address: '10.0.0.1', method: 'masquerading', weight: 3 }],
 * })
 * @see https://man7.org/linux/man-pages/man8/ipvsadm.8.html
 */
export const ipvs = defineModule<IpvsOptions>('ipvs', {
  network: true,
  claims: (_name, options) => [
    { resource: `ipvs:${serviceWords(options).join('_')}`, value: options.state ?? 'present' },
  ],
  check(_name, options, problem) {
    checkService(options, problem);
  },
  steps(_name, options) {
    const o: Flat = options;
    const start = [
      tool('ipvsadm', packages),
      present('kernel module ip_vs', {
        test: sh`[ -d /sys/module/ip_vs ]`,
        create: sh`modprobe ip_vs`,
        remove: sh`modprobe -r ip_vs`,
        provides: 'module:ip_vs',
      }),
    ];
    if (o.state === 'absent') return [tool('ipvsadm', packages), goneStep(o)];
    return [...start, ...forwardStep(o), serviceStep(o), serversStep(o)];
  },
});

function checkService(o: Flat, problem: (text: string) => void): void {
  const whole = (what: string, number: number | undefined, low: number, high: number): void => {
    if (number !== undefined && !(Number.isInteger(number) && number >= low && number <= high)) {
      problem(`${what} must be a whole number from ${low} to ${high}, not ${number}`);
    }
  };
  if ((o.vip === undefined) === (o.fwmark === undefined)) problem('give either vip and port, or fwmark');
  if (o.vip !== undefined) {
    if (!isAddress4(o.vip) && !isAddress6(o.vip)) problem(`vip '${o.vip}' is not an IP address`);
    if (o.port === undefined) problem('port is missing');
    if (o.port === 0 && o.persistent === undefined) problem('port 0 (every port) needs persistent');
  }
  whole('port', o.port, 0, 65535);
  whole('fwmark', o.fwmark, 1, 2 ** 32 - 1);
  if (o.state === 'absent') return;
  if (o.scheduler === undefined) problem('scheduler is missing');
  whole('persistent', o.persistent, 1, 86400 * 31);
  whole('persistentPrefix', o.persistentPrefix, 1, isSix(o) ? 128 : 32);
  if (o.persistentPrefix !== undefined && o.persistent === undefined)
    problem('persistentPrefix needs persistent');
  const seen = new Set<string>();
  for (const server of o.servers ?? []) {
    const name = `server ${server.address}`;
    if (!isAddress4(server.address) && !isAddress6(server.address)) {
      problem(`${name}: this is not an IP address`);
      continue;
    }
    if (server.method !== 'ipip' && isAddress6(server.address) !== isSix(o)) {
      problem(`${name}: its family is not that of the service`);
    }
    if (!(server.method in methodFlags)) problem(`${name}: method must be gatewaying, ipip or masquerading`);
    if (server.method !== 'masquerading' && server.port !== undefined && server.port !== o.port) {
      problem(
        `${name}: with ${server.method} the kernel rewrites port ${server.port} to the service's; leave it out`,
      );
    }
    whole(`${name}: port`, server.port, 1, 65535);
    whole(`${name}: weight`, server.weight, 0, 65535);
    whole(`${name}: upperThreshold`, server.upperThreshold, 0, 2 ** 32 - 1);
    whole(`${name}: lowerThreshold`, server.lowerThreshold, 0, 2 ** 32 - 1);
    const key = serverKey(server, o);
    if (seen.has(key)) problem(`${name}: ${key} is given twice`);
    seen.add(key);
  }
}

function isSix(o: Flat): boolean {
  return o.vip === undefined ? o.family === 6 : isAddress6(o.vip);
}

function endpoint(address: string, port: number): string {
  const plain = canonicalAddress(address);
  return isAddress6(plain) ? `[${plain}]:${port}` : `${plain}:${port}`;
}

/** The words that name the service, as `ipvsadm -Sn` prints them and takes them. */
function serviceWords(o: Flat): readonly string[] {
  if (o.vip !== undefined) return [protocolFlags[o.protocol ?? 'tcp'], endpoint(o.vip, o.port ?? 0)];
  return ['-f', String(o.fwmark), ...(o.family === 6 ? ['-6'] : [])];
}

function serverKey(server: RealServer, o: Flat): string {
  return endpoint(server.address, server.port ?? o.port ?? 0);
}

/** NAT needs a host that forwards. */
function forwardStep(o: Flat): readonly Step[] {
  if (!(o.servers ?? []).some((server) => server.method === 'masquerading')) return [];
  const path = isSix(o) ? '/proc/sys/net/ipv6/conf/all/forwarding' : '/proc/sys/net/ipv4/ip_forward';
  return [
    value(`sysctl ${path.slice('/proc/sys/'.length)}`, {
      read: procFile(path),
      want: '1',
      write: sh`printf '%s\n' "$1" >${path}`,
    }),
  ];
}

const scan: Sh = sh`out=$(ipvsadm -Sn) || exit 2
printf '%s\n' "$out" |`;

function serviceStep(o: Flat): Step {
  const words = serviceWords(o);
  const persistent = o.persistent === undefined ? '-' : String(o.persistent);
  const fields = [
    words.join(' '),
    o.scheduler ?? '',
    persistent,
    mask(o),
    (o.schedulerFlags ?? []).toSorted().join(',') || '-',
  ];
  const set = (operation: string): Sh => sh`scheduler=$2 persistent=$3 mask=$4 flags=$5
set -- ${[operation, ...words]} -s "$scheduler"
[ "$persistent" = - ] || set -- "$@" -p "$persistent"
[ "$mask" = - ] || set -- "$@" -M "$mask"
[ "$flags" = - ] || set -- "$@" -b "$flags"
ipvsadm "$@"`;
  return entries(`ipvs service ${words.join(' ')}`, {
    list: sh`${scan} while read -r operation flag service rest; do
  [ "$operation" = -A ] || continue
  case $rest in '-6 '*) service="$service -6" ;; esac
  [ "$flag $service" = ${words.join(' ')} ] || continue
  scheduler=- persistent=- mask=- flags=-
  set -- $rest
  while [ $# -gt 0 ]; do
    case $1 in
      -s) scheduler=$2 ;;
      -p) persistent=$2 ;;
      -M) mask=$2 ;;
      -b) flags=$2 ;;
    esac
    shift
  done
  printf '%s\t%s\t%s\t%s\t%s\n' "$flag $service" "$scheduler" "$persistent" "$mask" "$flags"
done`,
    want: [fields],
    add: set('-A'),
    change: set('-E'),
    remove: sh`ipvsadm -D ${words}`,
    exclusive: false,
    inside: 'module:ip_vs',
    fresh: { value: '' },
  });
}

/** The persistence mask as ipvsadm prints it: nothing for a whole address. */
function mask(o: Flat): string {
  const bits = o.persistentPrefix;
  if (bits === undefined || bits === (isSix(o) ? 128 : 32)) return '-';
  if (isSix(o)) return String(bits);
  const number = bits === 0 ? 0 : (0xffffffff << (32 - bits)) >>> 0;
  return [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join('.');
}

function serversStep(o: Flat): Step {
  const words = serviceWords(o);
  const servers = o.servers ?? [];
  const thresholds = servers.some(
    (one) => one.upperThreshold !== undefined || one.lowerThreshold !== undefined,
  );
  const limit = (number: number | undefined): string => (thresholds ? String(number ?? 0) : '-');
  const set = (operation: string): Sh => sh`server=$1 method=$2 weight=$3 upper=$4 lower=$5
set -- ${[operation, ...words]} -r "$server" "$method" -w "$weight"
[ "$upper" = - ] || set -- "$@" -x "$upper" -y "$lower"
ipvsadm "$@"`;
  return entries(`real servers of ${words.join(' ')}`, {
    list: sh`limits=''
${thresholds ? sh`limits=$(ipvsadm -Ln --thresholds ${words}) || limits=''` : sh`:`}
${scan} while read -r operation flag service rest; do
  [ "$operation" = -a ] || continue
  case $rest in '-6 '*) service="$service -6" ;; esac
  [ "$flag $service" = ${words.join(' ')} ] || continue
  server=- method=- weight=- upper=- lower=-
  set -- $rest
  while [ $# -gt 0 ]; do
    case $1 in
      -r) server=$2 ;;
      -g | -i | -m) method=$1 ;;
      -w) weight=$2 ;;
    esac
    shift
  done
  ${
    thresholds
      ? sh`case $limits in
    *"-> $server "*) line=\${limits#*"-> $server "}; set -- $line; upper=$1 lower=$2 ;;
  esac`
      : sh`:`
  }
  printf '%s\t%s\t%s\t%s\t%s\n' "$server" "$method" "$weight" "$upper" "$lower"
done`,
    want: servers.map((server) => [
      serverKey(server, o),
      methodFlags[server.method],
      String(server.weight ?? 1),
      limit(server.upperThreshold),
      limit(server.lowerThreshold),
    ]),
    add: set('-a'),
    change: set('-e'),
    remove: sh`ipvsadm -d ${words} -r "$1"`,
    inside: 'module:ip_vs',
    fresh: { value: '' },
  });
}

function goneStep(o: Flat): Step {
  const words = serviceWords(o);
  return absent(`ipvs service ${words.join(' ')}`, {
    // Without the module there can be no service, and ipvsadm would load it.
    test: sh`[ -d /sys/module/ip_vs ] || exit 1
out=$(ipvsadm -Sn) || exit 2
case "
$out " in *${`
-A ${words.join(' ')} `}*) exit 0 ;; esac
exit 1`,
    // The list that ipvsadm can load again leaves the thresholds out.
    save: sh`out=$(ipvsadm -Sn) && limits=$(ipvsadm -Ln --thresholds ${words}) || exit 2
printf '%s\n' "$out" | while read -r line; do
  case "$line " in
    ${`-A ${words.join(' ')} `}*) printf '%s\n' "$line" ;;
    ${`-a ${words.join(' ')} `}*)
      server=\${line#* -r }
      server=\${server%% *}
      limit=\${limits#*"-> $server "}
      set -- $limit
      printf '%s -x %s -y %s\n' "$line" "$1" "$2"
      ;;
  esac
done`,
    remove: sh`ipvsadm -D ${words}`,
    create: sh`printf '%s\n' "$1" | ipvsadm -R`,
  });
}
