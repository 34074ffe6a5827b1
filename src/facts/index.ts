import { bonding, type BondingFacts } from './bonding.ts';
import { bridges, type BridgesFacts } from './bridges.ts';
import { firewall, type FirewallFacts } from './firewall.ts';
import type { FactGroupDefinition } from './group.ts';
import { hardware, type HardwareFacts } from './hardware.ts';
import { ipvs, type IpvsFacts } from './ipvs.ts';
import { local, type LocalFacts } from './local.ts';
import { mounts, type MountsFacts } from './mounts.ts';
import { namespaces, type NamespacesFacts } from './namespaces.ts';
import { network, type NetworkFacts } from './network.ts';
import { routes, type RoutesFacts } from './routes/routes.ts';
import { sockets, type SocketsFacts } from './sockets.ts';
import { system, type SystemFacts } from './system.ts';
import { time, type TimeFacts } from './time.ts';
import { users, type UsersFacts } from './users.ts';

export type { Bond, BondingFacts, BondLacp, BondSlave, BondSlaveStatus } from './bonding.ts';
export type { PortVlan } from './bridge-vlans.ts';
export type { Bridge, BridgePort, BridgesFacts } from './bridges.ts';
export type { Cpu } from './cpu.ts';
export type { FirewallChain, FirewallTable } from './firewall-tables.ts';
export type { FirewallFacts } from './firewall.ts';
export type { IpvsFacts, IpvsPersistence, IpvsServer, IpvsService } from './ipvs.ts';
export type { BlockDevice, Firmware, HardwareFacts, Memory } from './hardware.ts';
export type { Json, LocalFact, LocalFacts } from './local.ts';
export type { Mount, MountsFacts, MountUsage } from './mounts.ts';
export type { NamespacesFacts, NetworkNamespace } from './namespaces.ts';
export type {
  DefaultRoute,
  InterfaceAddress,
  NetworkFacts,
  NetworkInterface,
  SshArrival,
} from './network.ts';
export type { Distribution } from './os-release.ts';
export type { PackageManager } from './package-manager.ts';
export type { DnsSettings } from './resolv-conf.ts';
export type { RoutingTable } from './routes/names.ts';
export type { Route, RouteLeg, RouteType } from './routes/route-line.ts';
export type { RoutesFacts } from './routes/routes.ts';
export type { NumberRange, Rule, RuleAction } from './routes/rule-line.ts';
export type { ListeningSocket, SocketProcess, SocketsFacts } from './sockets.ts';
export type { SystemFacts } from './system.ts';
export type { TimeFacts } from './time.ts';
export type { HostGroup, HostUser, UsersFacts } from './users.ts';
export type { ContainerManager, VirtualMachine } from './virtualization.ts';

/** The groups of facts that a play can read. */
export interface Facts {
  readonly system: SystemFacts;
  readonly hardware: HardwareFacts;
  readonly users: UsersFacts;
  readonly mounts: MountsFacts;
  readonly time: TimeFacts;
  readonly network: NetworkFacts;
  readonly sockets: SocketsFacts;
  readonly routes: RoutesFacts;
  readonly bonding: BondingFacts;
  readonly bridges: BridgesFacts;
  readonly namespaces: NamespacesFacts;
  readonly ipvs: IpvsFacts;
  readonly firewall: FirewallFacts;
  readonly local: LocalFacts;
}

/** The name of a group of facts. */
export type FactGroup = keyof Facts;

/** How each group is gathered. */
export const factGroups: { readonly [G in FactGroup]: FactGroupDefinition<Facts[G]> } = {
  system,
  hardware,
  users,
  mounts,
  time,
  network,
  sockets,
  routes,
  bonding,
  bridges,
  namespaces,
  ipvs,
  firewall,
  local,
};
