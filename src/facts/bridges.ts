import { sh } from '../steps/sh.ts';
import { vlansOfJson, type PortVlan } from './bridge-vlans.ts';
import { cellsReading, numberIn, numberTold, told } from './cells.ts';
import type { FactGroupDefinition } from './group.ts';
import { Sections } from './sections.ts';

const states = ['disabled', 'listening', 'learning', 'forwarding', 'blocking'] as const;

/** A port of a bridge. */
export interface BridgePort {
  readonly name: string;
  /** Only one that is `forwarding` passes frames on. */
  readonly state: (typeof states)[number];
  /** For the spanning tree: the lower, the better. */
  readonly pathCost: number;
  readonly priority: number;
  /** Frames may go out where they came in. */
  readonly hairpin: boolean;
  /** It exchanges frames only with ports that are not isolated. */
  readonly isolated: boolean;
  /** Undefined where the host has no `bridge` with JSON. */
  readonly vlans: readonly PortVlan[] | undefined;
}

/** A bridge. Times are in seconds. */
export interface Bridge {
  readonly name: string;
  /** Whose spanning tree: of the kernel, of a daemon, or none. */
  readonly stp: 'off' | 'kernel' | 'user';
  readonly priority: number;
  /** Priority and MAC address: `8000.525400123456`. */
  readonly bridgeId: string;
  /** The root of the spanning tree; its own one where it is that itself. */
  readonly rootId: string;
  readonly forwardDelay: number;
  readonly helloTime: number;
  readonly maxAge: number;
  /** How long an address is remembered that says nothing. */
  readonly ageingTime: number;
  readonly vlanFiltering: boolean;
  /** VLAN of frames without a tag on new ports; undefined where the kernel has no VLANs of bridges. */
  readonly defaultPvid: number | undefined;
  readonly multicastSnooping: boolean | undefined;
  /** VLANs of the bridge itself; undefined where the host has no `bridge` with JSON. */
  readonly vlans: readonly PortVlan[] | undefined;
  /** By name. */
  readonly ports: readonly BridgePort[];
}

/** Facts of the group `bridges`. */
export interface BridgesFacts {
  /** By name. Those of Open vSwitch are none of the kernel's. */
  readonly bridges: readonly Bridge[];
}

const bridgeFiles =
  'stp_state priority bridge_id root_id forward_delay hello_time max_age ageing_time vlan_filtering default_pvid ' +
  'multicast_snooping';
const portFiles = 'state path_cost priority hairpin_mode isolated';

const probe = sh`
${cellsReading}
sys
printf '@bridges\n'
set +f
ts_any=''
for ts_dir in /sys/class/net/*/bridge; do
  [ -d "$ts_dir" ] || continue
  ts_any=1 ts_bridge=\${ts_dir%/bridge}
  printf 'bridge\t%s\t' "\${ts_bridge##*/}"
  cells "$ts_dir" ${bridgeFiles.split(' ')}
  printf '\n'
  for ts_port in "$ts_bridge"/brif/*; do
    [ -d "$ts_port" ] || continue
    printf 'port\t%s\t' "\${ts_port##*/}"
    cells "$ts_port" ${portFiles.split(' ')}
    printf '\n'
  done
done
set -f
if [ -n "$ts_any" ] && ts_vlans=$(bridge -c -j vlan show 2>/dev/null); then printf '@vlans\n%s\n' "$ts_vlans"; fi`;

/** See {@link BridgesFacts}. */
export const bridges: FactGroupDefinition<BridgesFacts> = {
  probe,
  parse(printed) {
    const said = new Sections(printed);
    const vlans = said.has('vlans') ? vlansOfJson(said.text('vlans')) : undefined;
    const vlansOf = (name: string): readonly PortVlan[] | undefined =>
      vlans === undefined ? undefined : (vlans.get(name) ?? []);
    const found: { bridge: Omit<Bridge, 'ports'>; ports: BridgePort[] }[] = [];
    for (const line of said.lines('bridges')) {
      const [kind, name = '', ...cells] = line.split('\t');
      if (kind === 'bridge') found.push({ bridge: bridgeOf(name, cells, vlansOf(name)), ports: [] });
      else if (kind === 'port') found.at(-1)?.ports.push(portOf(name, cells, vlansOf(name)));
      else throw new Error(`not a line of the probe: ${line}`);
    }
    return { bridges: found.map(({ bridge, ports }) => ({ ...bridge, ports })) };
  },
};

function bridgeOf(
  name: string,
  cells: readonly string[],
  vlans: readonly PortVlan[] | undefined,
): Omit<Bridge, 'ports'> {
  const [stp, priority, bridgeId = '', rootId = '', forwardDelay, helloTime, maxAge, ageingTime] = cells;
  const [vlanFiltering, defaultPvid, snooping] = cells.slice(8);
  // The kernel counts in hundredths.
  const seconds = (cell: string | undefined): number => numberIn(cell) / 100;
  return {
    name,
    stp: (['off', 'kernel', 'user'] as const)[numberIn(stp)] ?? 'user',
    priority: numberIn(priority),
    bridgeId,
    rootId,
    forwardDelay: seconds(forwardDelay),
    helloTime: seconds(helloTime),
    maxAge: seconds(maxAge),
    ageingTime: seconds(ageingTime),
    vlanFiltering: vlanFiltering === '1',
    defaultPvid: numberTold(defaultPvid),
    multicastSnooping: told(snooping) === undefined ? undefined : snooping === '1',
    vlans,
  };
}

function portOf(
  name: string,
  [state, pathCost, priority, hairpin, isolated]: readonly string[],
  vlans: readonly PortVlan[] | undefined,
): BridgePort {
  const known = states[numberIn(state)];
  if (known === undefined) throw new Error(`not a state of a port: ${state}`);
  return {
    name,
    state: known,
    pathCost: numberIn(pathCost),
    priority: numberIn(priority),
    hairpin: hairpin === '1',
    isolated: isolated === '1',
    vlans,
  };
}
