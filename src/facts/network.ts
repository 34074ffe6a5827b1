import { sh } from '../steps/sh.ts';
import { cellsReading } from './cells.ts';
import type { FactGroupDefinition } from './group.ts';
import { defaultRoutesOfJson, interfacesOfJson } from './ip-json.ts';
import { defaultRoutesOfText, interfacesOfSys } from './ip-plain.ts';
import { dnsOf, type DnsSettings } from './resolv-conf.ts';
import { Sections } from './sections.ts';
import { linkDetails } from './sys-links.ts';

/** An address of an interface. */
export interface InterfaceAddress {
  /** `10.0.0.2`, `2001:db8::2`. */
  readonly address: string;
  /** Length of the prefix in bits. */
  readonly prefix: number;
  readonly family: 'inet' | 'inet6';
  /** `global`, `link`, `host`, `site`, or what the host calls it. */
  readonly scope: string;
  /** The other side of a link between two. */
  readonly peer: string | undefined;
  /** It came by itself, from router advertisements or DHCP, and goes when its lifetime ends. */
  readonly dynamic: boolean;
  /** IPv6: made up anew from time to time, for privacy. */
  readonly temporary: boolean;
  /** IPv6: nobody has answered yet whether he has it already; it cannot be used. */
  readonly tentative: boolean;
  /** Its preferred lifetime is over: no new connections begin from it. */
  readonly deprecated: boolean;
  /** Seconds until it goes; undefined for ever. */
  readonly validLifetime: number | undefined;
  /** Seconds until it is deprecated; undefined for ever. */
  readonly preferredLifetime: number | undefined;
}

/** A network interface. */
export interface NetworkInterface {
  readonly name: string;
  /** `52:54:00:1a:b0:10`; undefined for what is not like Ethernet, such as `lo` or a tunnel. */
  readonly mac: string | undefined;
  /** In bytes. */
  readonly mtu: number;
  /** It is set up, whether something is plugged in or not. */
  readonly up: boolean;
  /** It is up and its other side is there. */
  readonly carrier: boolean;
  /**
   * The kernel's word for a virtual one: `bond`, `bridge`, `vlan`, `veth`, `dummy` …; undefined for hardware and
   * `lo`. With busybox's `ip` also undefined for some virtual ones: `veth`, `dummy` and others say nothing in /sys.
   */
  readonly kind: string | undefined;
  /** Of hardware: `virtio_net`, `igb`. */
  readonly driver: string | undefined;
  /** In Mbit/s; undefined where the driver does not know it, and for one that is down. */
  readonly speed: number | undefined;
  /** Undefined likewise. */
  readonly duplex: 'full' | 'half' | undefined;
  /** Other names that it can be called by. Not told by busybox's `ip`. */
  readonly altNames: readonly string[];
  /** What somebody has noted about it, for people: any text, line breaks included. */
  readonly alias: string | undefined;
  /** The interface that it stands on, such as that of a VLAN; undefined for one of another network namespace. */
  readonly parent: string | undefined;
  /** Of a VLAN. Without iproute2 only root is told. */
  readonly vlanId: number | undefined;
  /** The bond or bridge that it is part of. */
  readonly master: string | undefined;
  readonly addresses: readonly InterfaceAddress[];
}

/** One way out; a multipath route is several. */
export interface DefaultRoute {
  /** The gateway; undefined where the link itself is the way. It may be IPv6 for an IPv4 route. */
  readonly via: string | undefined;
  readonly dev: string;
  /** The lowest one is taken. */
  readonly metric: number;
}

/** How this session came to the host. */
export interface SshArrival {
  /** The host's address that was connected to, as the host sees it. */
  readonly address: string;
  readonly port: number;
  /** The interface that has this address, if one has. */
  readonly interface: string | undefined;
  /** The address that the connection came from, as the host sees it. */
  readonly client: string;
}

/** Facts of the group `network`. */
export interface NetworkFacts {
  /** In the kernel's order. */
  readonly interfaces: readonly NetworkInterface[];
  /** IPv4 default routes of the main table. Busybox's `ip` does not tell multipath routes: they are left out. */
  readonly defaultRoutes4: readonly DefaultRoute[];
  /** IPv6 default routes of the main table, likewise. */
  readonly defaultRoutes6: readonly DefaultRoute[];
  /** Whom the host asks for names. */
  readonly dns: DnsSettings;
  /** Undefined where the session did not come over SSH. */
  readonly ssh: SshArrival | undefined;
}

// Links are read from /sys without a process for each: `ip` does not tell drivers, and busybox's tells little else.
const probe = sh`
${cellsReading}
lines() {
  [ -f "$2" ] && [ -r "$2" ] || return 0
  while IFS= read -r ts_v || [ -n "$ts_v" ]; do printf '%s\t%s\n' "$1" "$ts_v"; done <"$2"
}
field() {
  ts_v=''
  { while IFS='=' read -r ts_key ts_word; do [ "$ts_key" != "$1" ] || ts_v=$ts_word; done <"$2"; } 2>/dev/null || :
}
cell() { printf '%s\t' "$ts_v"; }
printf '@ssh\n%s\n@links\n' "$TS_SSH"
set +f
for ts_link in /sys/class/net/*; do
  [ -d "$ts_link" ] || continue
  cells "$ts_link" ifindex address mtu flags carrier type tun_flags
  field DEVTYPE "$ts_link/uevent"; cell
  field INTERFACE "$ts_link/master/uevent"; cell
  field DRIVER "$ts_link/device/uevent"; cell
  printf '%s\n' "\${ts_link##*/}"
done
printf '@details\n'
for ts_link in /sys/class/net/*; do
  [ -d "$ts_link" ] || continue
  ts_name=\${ts_link##*/}
  first "$ts_link/speed"
  case $ts_v in
    '' | -* | 0) ;;
    *)
      printf 'speed\t%s\t%s\t' "$ts_name" "$ts_v"
      first "$ts_link/duplex"
      printf '%s\n' "$ts_v"
      ;;
  esac
  for ts_lower in "$ts_link"/lower_*; do
    [ ! -e "$ts_lower" ] || printf 'lower\t%s\t%s\n' "$ts_name" "\${ts_lower##*/lower_}"
  done
  lines "alias$TS_TAB$ts_name" "$ts_link/ifalias"
done
set -f
printf '@vlans\n'
lines vlan /proc/net/vlan/config
printf '@resolv\n'
lines line /etc/resolv.conf
ts_six=''
[ ! -e /proc/net/if_inet6 ] || ts_six=1
if ts_json=$(ip -j -d addr show 2>/dev/null) && [ -n "$ts_json" ]; then
  printf '@json\n%s\n@json4\n' "$ts_json"
  ip -j -4 route show default || exit
  printf '\n@json6\n'
  [ -z "$ts_six" ] || ip -j -6 route show default || exit
else
  printf '@addresses\n'
  ip -o addr show || exit
  printf '@routes4\n'
  ip -4 route show default || exit
  printf '@routes6\n'
  [ -z "$ts_six" ] || ip -6 route show default || exit
fi`;

/** See {@link NetworkFacts}. */
export const network: FactGroupDefinition<NetworkFacts> = {
  probe,
  parse(printed) {
    const told = new Sections(printed);
    const links = told.lines('links');
    const details = linkDetails(told.lines('details'), told.lines('vlans'));
    const known = told.has('json')
      ? {
          interfaces: interfacesOfJson(told.text('json'), links, details),
          defaultRoutes4: defaultRoutesOfJson(told.text('json4')),
          defaultRoutes6: defaultRoutesOfJson(told.text('json6')),
        }
      : {
          interfaces: interfacesOfSys(links, told.lines('addresses'), details),
          defaultRoutes4: defaultRoutesOfText(told.lines('routes4')),
          defaultRoutes6: defaultRoutesOfText(told.lines('routes6')),
        };
    return { ...known, dns: dnsOf(told.lines('resolv')), ssh: arrival(told.line('ssh'), known.interfaces) };
  },
};

/** Reads SSH_CONNECTION: client, its port, our address, our port. */
function arrival(line: string | undefined, interfaces: readonly NetworkInterface[]): SshArrival | undefined {
  const [client, , reached, port] = line?.split(' ') ?? [];
  if (client === undefined || reached === undefined || port === undefined) return undefined;
  // A link-local address is only one together with its interface.
  const [address = '', zone] = reached.split('%');
  const holder = interfaces.find(({ addresses }) => addresses.some((one) => one.address === address));
  return { address, port: Number(port), interface: zone ?? holder?.name, client };
}
