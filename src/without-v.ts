/** What a playbook imports from 'tsplay', without `v`: its types take longer to check than most playbooks. */
export type {
  BlockDevice,
  ContainerManager,
  Cpu,
  DefaultRoute,
  Distribution,
  FactGroup,
  Facts,
  Firmware,
  HardwareFacts,
  HostGroup,
  HostUser,
  InterfaceAddress,
  Json,
  ListeningSocket,
  LocalFact,
  LocalFacts,
  Memory,
  Mount,
  MountsFacts,
  MountUsage,
  NetworkFacts,
  NetworkInterface,
  PackageManager,
  SocketProcess,
  SocketsFacts,
  SshArrival,
  SystemFacts,
  TimeFacts,
  UsersFacts,
  VirtualMachine,
} from './facts/index.ts';
export { play, type BodyInput, type HostView, type Play, type PlayOptions } from './playbook/play.ts';
export {
  always,
  attempt,
  each,
  flush,
  type Handle,
  type TaskOptions,
  type TaskResult,
} from './steps/module.ts';
export { and, not, or, type Condition } from './steps/condition.ts';
export { defineInventory, type InventoryData } from './inventory/shape.ts';
export { Secret, secret, secretFrom } from './secrets/secret.ts';
export type { SecretSource } from './secrets/source-type.ts';
export { rc, stdout, type ResultTest } from './steps/result-test.ts';
export { sh, type Sh } from './steps/sh.ts';
export { TsplayError } from './errors/tsplay-error.ts';
