import { sh } from '../steps/sh.ts';
import { cellsReading, numberIn, numberTold, speedTold, told } from './cells.ts';
import type { FactGroupDefinition } from './group.ts';
import { Sections } from './sections.ts';

/** A slave of a bond. */
export interface BondSlave {
  readonly name: string;
  /** `backup` is one that sends nothing now. */
  readonly state: 'active' | 'backup';
  /** What the bond's link check has found: `up`, `down`, or on its way to one of them. */
  readonly miiStatus: BondSlaveStatus;
  /** How often its link has failed since it was enslaved. */
  readonly linkFailures: number;
  /** Its own address; the bond may have given it another one. */
  readonly permanentMac: string;
  /** In Mbit/s; undefined where the driver does not know it, as of a virtual one or one without a link. */
  readonly speed: number | undefined;
  /** Undefined likewise. */
  readonly duplex: 'full' | 'half' | undefined;
  readonly queueId: number;
  /** 802.3ad: the aggregator that it is in. Only slaves in the bond's active one carry traffic. */
  readonly aggregator: number | undefined;
}

/** What a link check of a bond says about a slave. */
export type BondSlaveStatus = 'up' | 'going down' | 'down' | 'going back';

/** What LACP has come to in a bond of the mode 802.3ad. */
export interface BondLacp {
  readonly rate: 'slow' | 'fast';
  /** How the active aggregator is chosen. */
  readonly adSelect: string;
  /** Number of the active aggregator. */
  readonly aggregator: number | undefined;
  /** Ports in it. */
  readonly ports: number | undefined;
  readonly actorKey: number | undefined;
  readonly partnerKey: number | undefined;
  /** The switch; undefined where nobody answers, and for other users than root. */
  readonly partnerMac: string | undefined;
}

/** A bond. */
export interface Bond {
  readonly name: string;
  /** `active-backup`, `802.3ad` … */
  readonly mode: string;
  /** Whether one of its slaves can be used. */
  readonly miiStatus: 'up' | 'down';
  /** Interval of link checks in ms; 0 is none. */
  readonly miimon: number;
  /** In ms. */
  readonly updelay: number;
  /** In ms. */
  readonly downdelay: number;
  /** Interval of ARP checks in ms; 0 is none. */
  readonly arpInterval: number;
  readonly arpIpTargets: readonly string[];
  /** `layer2`, `layer3+4` …; undefined for a mode that does not choose by it. */
  readonly xmitHashPolicy: string | undefined;
  /** Of the modes with one active slave. */
  readonly activeSlave: string | undefined;
  /** The slave that is preferred as the active one. */
  readonly primary: string | undefined;
  readonly minLinks: number;
  /** Undefined for other modes than 802.3ad. */
  readonly lacp: BondLacp | undefined;
  /** In the order in which they were enslaved. */
  readonly slaves: readonly BondSlave[];
}

/** Facts of the group `bonding`. */
export interface BondingFacts {
  /** Empty where the module is not loaded. By name. */
  readonly bonds: readonly Bond[];
}

const hashing = new Set(['balance-xor', '802.3ad', 'balance-tlb']);
const bondFiles =
  'mode mii_status miimon updelay downdelay arp_interval arp_ip_target xmit_hash_policy active_slave primary min_links ' +
  'lacp_rate ad_select ad_aggregator ad_num_ports ad_actor_key ad_partner_key ad_partner_mac';
const slaveFiles = 'state mii_status link_failure_count perm_hwaddr queue_id ad_aggregator_id';

// A name of an interface can hold every byte but white space, a slash and a colon.
const probe = sh`
${cellsReading}
sys
printf '@bonds\n'
set +f
set -- /sys/class/net/*/bonding
set -f
for ts_dir in "$@"; do
  [ -d "$ts_dir" ] || continue
  ts_bond=\${ts_dir%/bonding}
  printf 'bond\t%s\t' "\${ts_bond##*/}"
  cells "$ts_dir" ${bondFiles.split(' ')}
  printf '\n'
  first "$ts_dir/slaves"
  for ts_slave in $ts_v; do
    printf 'slave\t%s\t' "$ts_slave"
    cells "/sys/class/net/$ts_slave/bonding_slave" ${slaveFiles.split(' ')}
    cells "/sys/class/net/$ts_slave" speed duplex
    printf '\n'
  done
done`;

/** See {@link BondingFacts}. The partner of LACP is told to root only. */
export const bonding: FactGroupDefinition<BondingFacts> = {
  probe,
  privileged: true,
  parse(printed) {
    const bonds: { bond: Omit<Bond, 'slaves'>; slaves: BondSlave[] }[] = [];
    for (const line of new Sections(printed).lines('bonds')) {
      const [kind, name = '', ...cells] = line.split('\t');
      if (kind === 'bond') bonds.push({ bond: bondOf(name, cells), slaves: [] });
      else if (kind === 'slave') bonds.at(-1)?.slaves.push(slaveOf(name, cells));
      else throw new Error(`not a line of the probe: ${line}`);
    }
    return { bonds: bonds.map(({ bond, slaves }) => ({ ...bond, slaves })) };
  },
};

function bondOf(name: string, cells: readonly string[]): Omit<Bond, 'slaves'> {
  const [mode, status, miimon, updelay, downdelay, arpInterval, targets, policy, active, primary, minLinks] =
    cells;
  const [rate, adSelect, aggregator, ports, actorKey, partnerKey, partnerMac] = cells.slice(11);
  const word = wordOf(mode);
  if (word === undefined) throw new Error(`no mode of the bond ${name}`);
  return {
    name,
    mode: word,
    miiStatus: status === 'up' ? 'up' : 'down',
    miimon: numberIn(miimon),
    updelay: numberIn(updelay),
    downdelay: numberIn(downdelay),
    arpInterval: numberIn(arpInterval),
    arpIpTargets: told(targets)?.split(' ') ?? [],
    // The kernel tells one for every mode.
    xmitHashPolicy: hashing.has(word) ? wordOf(policy) : undefined,
    activeSlave: told(active),
    primary: told(primary),
    minLinks: numberTold(minLinks) ?? 0,
    lacp:
      word === '802.3ad'
        ? {
            rate: wordOf(rate) === 'fast' ? 'fast' : 'slow',
            adSelect: wordOf(adSelect) ?? 'stable',
            aggregator: numberTold(aggregator),
            ports: numberTold(ports),
            actorKey: numberTold(actorKey),
            partnerKey: numberTold(partnerKey),
            partnerMac: partnerMac === '00:00:00:00:00:00' ? undefined : told(partnerMac),
          }
        : undefined,
  };
}

/** The kernel writes a choice as its word and its number. */
const wordOf = (cell: string | undefined): string | undefined => told(cell)?.split(' ')[0];

function slaveOf(name: string, cells: readonly string[]): BondSlave {
  const [state, miiStatus, failures, permanentMac = '', queueId, aggregator, speed, duplex] = cells;
  return {
    name,
    state: state === 'active' ? 'active' : 'backup',
    miiStatus: statusOf(miiStatus),
    linkFailures: numberIn(failures),
    permanentMac,
    speed: speedTold(speed),
    duplex: duplex === 'full' || duplex === 'half' ? duplex : undefined,
    queueId: numberIn(queueId),
    // Of other modes it is `N/A`.
    aggregator: aggregator === 'N/A' ? undefined : numberTold(aggregator),
  };
}

function statusOf(cell: string | undefined): BondSlaveStatus {
  if (cell === 'up' || cell === 'going down' || cell === 'down' || cell === 'going back') return cell;
  throw new Error(`not a status of a link: ${cell}`);
}
