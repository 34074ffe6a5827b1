/** What a playbook imports from 'tsplay', without `v`: its types take longer to check than most playbooks. */
export type {
  BlockDevice,
  Bond,
  BondingFacts,
  BondLacp,
  BondSlave,
  BondSlaveStatus,
  Bridge,
  BridgePort,
  BridgesFacts,
  ContainerManager,
  Cpu,
  DefaultRoute,
  Distribution,
  DnsSettings,
  FactGroup,
  Facts,
  FirewallChain,
  FirewallFacts,
  FirewallTable,
  Firmware,
  HardwareFacts,
  HostGroup,
  HostUser,
  InterfaceAddress,
  IpvsFacts,
  IpvsPersistence,
  IpvsServer,
  IpvsService,
  Json,
  ListeningSocket,
  LocalFact,
  LocalFacts,
  Memory,
  Mount,
  MountsFacts,
  MountUsage,
  NamespacesFacts,
  NetworkFacts,
  NetworkInterface,
  NetworkNamespace,
  NumberRange,
  PackageManager,
  PortVlan,
  Route,
  RouteLeg,
  RoutesFacts,
  RouteType,
  RoutingTable,
  Rule,
  RuleAction,
  SocketProcess,
  SocketsFacts,
  SshArrival,
  SystemFacts,
  TimeFacts,
  UsersFacts,
  VirtualMachine,
} from './facts/index.ts';
export { customFacts, type CustomFacts, type FactSource } from './facts/source.ts';
export { sysctlFacts, type SysctlFacts } from './facts/sysctl.ts';
export type { BeyondHost } from './playbook/beyond-host.ts';
export type { HostOrder, RollingOptions, Share, Strategy } from './playbook/rolling.ts';
export { play, type BodyInput, type HostView, type Play, type PlayOptions } from './playbook/play.ts';
export { always, attempt, each, flush, onChange, when } from './steps/flow.ts';
export { type Handle, type TaskResult } from './steps/module.ts';
export { flushHandlers, handler, type Handler } from './steps/handler.ts';
export type { TaskOptions } from './steps/task-options.ts';
export { and, not, or, type Condition } from './steps/condition.ts';
export { defineInventory, type InventoryData } from './inventory/shape.ts';
export { Secret, secret, secretFrom } from './secrets/secret.ts';
export type { SecretSource } from './secrets/source-type.ts';
export { rc, stdout, type ResultTest } from './steps/result-test.ts';
export { sh, type Sh } from './steps/sh.ts';
export { TsplayError } from './errors/tsplay-error.ts';
