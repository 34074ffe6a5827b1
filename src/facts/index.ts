import type { FactGroupDefinition } from './group.ts';
import { network, type NetworkFacts } from './network.ts';
import { system, type SystemFacts } from './system.ts';

export type {
  DefaultRoute,
  InterfaceAddress,
  NetworkFacts,
  NetworkInterface,
  SshArrival,
} from './network.ts';
export type { Distribution } from './os-release.ts';
export type { SystemFacts } from './system.ts';

/** The groups of facts that a play can read. */
export interface Facts {
  readonly system: SystemFacts;
  readonly network: NetworkFacts;
}

/** The name of a group of facts. */
export type FactGroup = keyof Facts;

/** How each group is gathered. */
export const factGroups: { readonly [G in FactGroup]: FactGroupDefinition<Facts[G]> } = { system, network };
