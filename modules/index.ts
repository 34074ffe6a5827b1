// Made by scripts/make-module-index.mjs from the folders beside it; the gate checks it.
export { group, type GroupOptions } from './accounts/group.ts';
export { user, type AbsentUser, type PresentUser, type UserOptions } from './accounts/user.ts';
export { absent, type AbsentOptions } from './files/absent.ts';
export { copy, type CopyOptions } from './files/copy.ts';
export { directory, type DirectoryOptions } from './files/directory.ts';
export { fetch, type FetchOptions, type FetchResult } from './files/fetch.ts';
export { file, type FileOptions } from './files/file.ts';
export { hardlink, type HardlinkOptions } from './files/hardlink.ts';
export { readFile, type ReadFileOptions, type ReadFileResult } from './files/read-file.ts';
export { stat, type FileKind, type StatOptions, type StatResult } from './files/stat.ts';
export { symlink, type SymlinkOptions } from './files/symlink.ts';
export { template, type TemplateOptions } from './files/template.ts';
export { bond, type BondMode, type BondOptions, type XmitHashPolicy } from './network/bond/bond.ts';
export { ipset, type IpsetOptions, type SetType } from './network/firewall/ipset.ts';
export { markRoute, type MarkMatch, type MarkRouteOptions } from './network/firewall/mark-route.ts';
export {
  nat,
  type AddressSet,
  type Addresses,
  type NatOptions,
  type PacketMatch,
  type PortRange,
  type Ports,
  type Protocol,
} from './network/firewall/nat.ts';
export {
  ipvs,
  type IpvsDrain,
  type IpvsMethod,
  type IpvsOptions,
  type IpvsScheduler,
  type IpvsSchedulerFlag,
  type IpvsService,
  type IpvsTunnel,
  type RealServer,
} from './network/ipvs/ipvs.ts';
export { ipvsRealServer, type IpvsRealServerOptions } from './network/ipvs/real-server.ts';
export { ipvsSync, type IpvsSyncOptions } from './network/ipvs/sync.ts';
export { ipvsTimeouts, type IpvsTimeoutsOptions } from './network/ipvs/timeouts.ts';
export { addresses, type AddressesOptions, type LinkAddress } from './network/links/addresses.ts';
export { link, type LinkOptions } from './network/links/link.ts';
export {
  nexthopRoute,
  type NexthopLeg,
  type NexthopObjects,
  type NexthopRouteOptions,
} from './network/routing/nexthop-route.ts';
export { route, type RouteOptions } from './network/routing/route.ts';
export { rule, type RuleOptions } from './network/routing/rule.ts';
export { teql, type TeqlOptions } from './network/teql/teql.ts';
export { command, type CommandLine, type CommandOptions, type CommandResult } from './system/command.ts';
export { kernelModule, type KernelModuleOptions } from './system/kernel-module.ts';
export { script, type ScriptOptions } from './system/script.ts';
export { sysctl, type SysctlOptions } from './system/sysctl.ts';
