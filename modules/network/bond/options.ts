import type { LinkAddress } from '../links/link-addresses.ts';

/** How frames are spread over the slaves. */
export type BondMode =
  | 'balance-rr'
  | 'active-backup'
  | 'balance-xor'
  | 'broadcast'
  | '802.3ad'
  | 'balance-tlb'
  | 'balance-alb';

/** What a flow is hashed by, to choose its slave. */
export type XmitHashPolicy = 'layer2' | 'layer2+3' | 'layer3+4' | 'encap2+3' | 'encap3+4' | 'vlan+srcmac';

interface Common {
  /**
   * Links to enslave, exactly these. The first one gives a new bond its MAC address. Addresses and routes that they
   * carry move to the bond, even if SSH comes by them; which of the addresses stay is what `addresses` says.
   */
  readonly slaves: readonly string[];
  /** MTU in bytes, 68 to 65535, of the bond and its slaves. @defaultValue as it is */
  readonly mtu?: number;
  /**
   * Addresses with prefix length, exactly these; link-local ones and those with a lifetime are left alone.
   * @defaultValue as they are
   */
  readonly addresses?: readonly (string | LinkAddress)[];
  /** Whether the bond is up. @defaultValue true */
  readonly up?: boolean;
  /** @defaultValue 'present' */
  readonly state?: 'present';
}

interface MiiMonitor {
  /** Link check interval in ms, 0 for never; excludes `arpInterval`. @defaultValue 100 */
  readonly miimon?: number;
  /** Wait in ms before a slave that came up is used; a multiple of `miimon`. @defaultValue as it is */
  readonly updelay?: number;
  /** Wait in ms before a slave that went down is left; a multiple of `miimon`. @defaultValue as it is */
  readonly downdelay?: number;
  readonly arpInterval?: never;
  readonly arpIpTargets?: never;
}

interface ArpMonitor {
  /** Interval of ARP probes in ms; excludes `miimon`. Without it links are checked by `miimon`. */
  readonly arpInterval: number;
  /** Up to 16 IPv4 addresses that are probed, in any order; `arpInterval` cannot do without them. */
  readonly arpIpTargets: readonly string[];
  readonly miimon?: never;
  readonly updelay?: never;
  readonly downdelay?: never;
}

interface Hash {
  /**
   * With balance-tlb it counts only if `tlb_dynamic_lb` is 0.
   * @defaultValue as it is; the kernel begins with layer2
   */
  readonly xmitHashPolicy?: XmitHashPolicy;
}

interface Primary {
  /** The slave that is used while it is up; one of `slaves`. @defaultValue as it is */
  readonly primary?: string;
  /** When a primary that came back takes over. @defaultValue as it is; the kernel begins with always */
  readonly primaryReselect?: 'always' | 'better' | 'failure';
}

interface ActiveBackup extends Primary {
  /** How frames are spread over the slaves. */
  readonly mode: 'active-backup';
  /** Whose MAC address the bond has. Changing it takes all slaves out for a moment. @defaultValue as it is */
  readonly failOverMac?: 'none' | 'active' | 'follow';
}

interface Lacp extends Hash {
  /** How frames are spread over the slaves. */
  readonly mode: '802.3ad';
  /** How often the partner is asked to send: slow 30 s, fast 1 s. @defaultValue as it is */
  readonly lacpRate?: 'slow' | 'fast';
  /** How an aggregator is chosen. @defaultValue as it is */
  readonly adSelect?: 'stable' | 'bandwidth' | 'count';
  /** Links that must be up for the bond to have a carrier. @defaultValue as it is */
  readonly minLinks?: number;
}

interface Xor extends Hash {
  /** How frames are spread over the slaves. */
  readonly mode: 'balance-xor';
}

interface Tlb extends Hash, Primary {
  /** How frames are spread over the slaves. */
  readonly mode: 'balance-tlb';
}

interface Alb extends Primary {
  /** How frames are spread over the slaves. */
  readonly mode: 'balance-alb';
}

interface Plain {
  /** How frames are spread over the slaves. */
  readonly mode: 'balance-rr' | 'broadcast';
}

interface Absent {
  /** No such bond: it is removed, and its slaves are free. A link of this name that is no bond is an error. */
  readonly state: 'absent';
}

/** Options of {@link bond}. Those that a mode does not have are type errors. */
export type BondOptions =
  | (Common & MiiMonitor & (ActiveBackup | Lacp | Xor | Tlb | Alb | Plain))
  | (Common & ArpMonitor & (ActiveBackup | Xor | Plain))
  | Absent;

/** All options in one flat type, as the checks and steps see them. */
export interface AnyBondOptions extends Omit<Common, 'slaves' | 'state'> {
  readonly mode?: BondMode;
  readonly slaves?: readonly string[];
  readonly miimon?: number;
  readonly updelay?: number;
  readonly downdelay?: number;
  readonly arpInterval?: number;
  readonly arpIpTargets?: readonly string[];
  readonly xmitHashPolicy?: XmitHashPolicy;
  readonly lacpRate?: 'slow' | 'fast';
  readonly adSelect?: 'stable' | 'bandwidth' | 'count';
  readonly minLinks?: number;
  readonly primary?: string;
  readonly primaryReselect?: 'always' | 'better' | 'failure';
  readonly failOverMac?: 'none' | 'active' | 'follow';
  readonly state?: 'present' | 'absent';
}
