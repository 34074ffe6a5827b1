/** How the kernel chooses a real server. `twos` is not in every kernel (Debian leaves it out). */
export type IpvsScheduler = (typeof schedulers)[number];

/** Every scheduler that Linux has. */
export const schedulers = [
  'rr',
  'wrr',
  'lc',
  'wlc',
  'lblc',
  'lblcr',
  'dh',
  'sh',
  'mh',
  'sed',
  'nq',
  'fo',
  'ovf',
  'twos',
] as const;

/** Flags of the schedulers sh and mh: fall back to another server, hash the client's port too. */
export type IpvsSchedulerFlag = 'sh-fallback' | 'sh-port' | 'mh-fallback' | 'mh-port';

/** How packets reach a real server: direct routing, a tunnel, or NAT. */
export type IpvsMethod = 'gatewaying' | 'ipip' | 'masquerading';

/** What a tunnel to a real server is made of, and what checksum it carries. */
export type IpvsTunnel =
  | {
      /** IP in IP, generic routing encapsulation, or generic UDP encapsulation. */
      readonly type: 'ipip';
    }
  | {
      /** IP in IP, generic routing encapsulation, or generic UDP encapsulation. */
      readonly type: 'gre';
      /** Whether packets carry a checksum. @defaultValue 'nocsum' */
      readonly checksum?: 'nocsum' | 'csum';
    }
  | {
      /** IP in IP, generic routing encapsulation, or generic UDP encapsulation. */
      readonly type: 'gue';
      /** UDP port that the real server decapsulates. */
      readonly port: number;
      /** Whether packets carry a checksum. @defaultValue 'nocsum' */
      readonly checksum?: 'nocsum' | 'csum' | 'remcsum';
    };

/** One real server of an {@link ipvs} service. */
export interface RealServer {
  /** IPv4 or IPv6; the family of the service, unless the method is ipip (which then excludes {@link ipvsSync}). */
  readonly address: string;
  /** With gatewaying and ipip the kernel always uses the service's port. @defaultValue the service's port */
  readonly port?: number;
  /** There is no default: that of ipvsadm is not that of keepalived. */
  readonly method: IpvsMethod;
  /** 0 to 65535; 0 gets no new connections. @defaultValue 1 */
  readonly weight?: number;
  /** Connections above which the server gets no new ones; 0 is no limit. @defaultValue 0 */
  readonly upperThreshold?: number;
  /** The server gets new ones again below this many; not more than `upperThreshold`. @defaultValue 0 */
  readonly lowerThreshold?: number;
  /** Only with ipip. @defaultValue { type: 'ipip' } */
  readonly tunnel?: IpvsTunnel;
}

/** How servers leave: see {@link IpvsService.drain}. */
export interface IpvsDrain {
  /** Seconds to wait at most. */
  readonly limit: number;
}

interface Common {
  /**
   * A server that leaves gets weight 0 first; it is removed when it has no active connection, or after `limit`
   * seconds. All that leave are drained at once. `expireNodestConn` is set with it, for clients of a server that is
   * gone. With `persistent`, known clients come back to a server of weight 0 unless `expireQuiescentTemplate` is set.
   * UDP has no active connections, so there is nothing to wait for.
   * @defaultValue servers are removed at once
   */
  readonly drain?: IpvsDrain;
  /**
   * Work beside a running keepalived. It changes IPVS by itself, so this is for one that only does VRRP.
   * @defaultValue false
   */
  readonly besideKeepalived?: boolean;
}

/** What a service is, apart from the packets that it is for. */
export interface IpvsService extends Common {
  /** How a server is chosen for a new connection. `twos` is not in every kernel. */
  readonly scheduler: IpvsScheduler;
  /** For `sh` and `mh`: fall back to another server, and hash the client's port too. @defaultValue none */
  readonly schedulerFlags?: readonly IpvsSchedulerFlag[];
  /** Seconds that a client stays with its server, up to 31 days. @defaultValue no persistence */
  readonly persistent?: number;
  /** With `persistent`: clients are grouped by this many leading bits. @defaultValue 32, or 128 for IPv6 */
  readonly persistentPrefix?: number;
  /** With `persistent`, UDP only: know clients by SIP call instead of by address. @defaultValue by address */
  readonly persistenceEngine?: 'sip';
  /** Choose a server for every packet; UDP only. @defaultValue false */
  readonly onePacket?: boolean;
  /** The real servers, exactly these; one that differs is changed in place and keeps its connections. */
  readonly servers: readonly RealServer[];
  /**
   * `net.ipv4.vs.conntrack`: netfilter tracks the connections of IPVS. Needed where iptables or nft translate
   * addresses of the same packets (MASQUERADE). @defaultValue as it is; the kernel begins with false
   */
  readonly conntrack?: boolean;
  /**
   * `net.ipv4.vs.expire_nodest_conn`: a connection whose server is gone ends at once, so that its client can try
   * again. Without it the packets of such a connection are dropped, also those of a new one that a client opens from
   * the same port within two minutes of the old one's end. @defaultValue true with `drain`; else as it is, and the
   * kernel begins with false
   */
  readonly expireNodestConn?: boolean;
  /**
   * `net.ipv4.vs.expire_quiescent_template`: persistence does not lead to a server of weight 0.
   * @defaultValue as it is; the kernel begins with false
   */
  readonly expireQuiescentTemplate?: boolean;
  /** The service takes connections to an address and port that SSH needs, and that is meant. @defaultValue false */
  readonly coversSsh?: boolean;
  /** @defaultValue 'present' */
  readonly state?: 'present';
}

interface Gone extends Common {
  /** Kernel parameters go back with the last service that needs them; the kernel module stays. */
  readonly state: 'absent';
}

interface ByAddress {
  /** The virtual address, IPv4 or IPv6. The director must have it, or packets to it would not be taken in. */
  readonly vip: string;
  /** 0 means every port and needs `persistent`. */
  readonly port: number;
  /** Protocol of the connections. @defaultValue 'tcp' */
  readonly protocol?: 'tcp' | 'udp' | 'sctp';
}

interface ByMark {
  /** The firewall mark that stands for the service: 1 to 2147483647. Rules that set it must leave SSH out. */
  readonly fwmark: number;
  /** Which packets with the mark these are: of IPv4 or IPv6. @defaultValue 4 */
  readonly family?: 4 | 6;
}

/** None of the options of T: TypeScript takes those of one alternative beside another as long as their types fit. */
type Without<T> = { readonly [K in keyof T]?: never };

/** Options of {@link ipvs}. */
export type IpvsOptions = ((ByAddress & Without<ByMark>) | (ByMark & Without<ByAddress>)) &
  (IpvsService | Gone);

/** All options in one flat type, as the checks and steps see them. */
export type AnyIpvsOptions = Partial<Omit<IpvsService, 'state'> & ByAddress & ByMark> & {
  readonly state?: 'present' | 'absent';
};
