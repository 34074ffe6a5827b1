import type { FactGroupDefinition } from './group.ts';
import { hardware, type HardwareFacts } from './hardware.ts';
import { local, type LocalFacts } from './local.ts';
import { mounts, type MountsFacts } from './mounts.ts';
import { network, type NetworkFacts } from './network.ts';
import { sockets, type SocketsFacts } from './sockets.ts';
import { system, type SystemFacts } from './system.ts';
import { time, type TimeFacts } from './time.ts';
import { users, type UsersFacts } from './users.ts';

export type { Cpu } from './cpu.ts';
export type { BlockDevice, Firmware, HardwareFacts, Memory } from './hardware.ts';
export type { Json, LocalFact, LocalFacts } from './local.ts';
export type { Mount, MountsFacts, MountUsage } from './mounts.ts';
export type {
  DefaultRoute,
  InterfaceAddress,
  NetworkFacts,
  NetworkInterface,
  SshArrival,
} from './network.ts';
export type { Distribution } from './os-release.ts';
export type { PackageManager } from './package-manager.ts';
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
  local,
};
