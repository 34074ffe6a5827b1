// Made by scripts/make-module-index.mjs from the folders beside it; the gate checks it.
export { authorizedKey, type AuthorizedKeyOptions } from './accounts/authorized-key.ts';
export { group, type GroupOptions } from './accounts/group.ts';
export { sudoers, type SudoersOptions } from './accounts/sudoers.ts';
export { user, type AbsentUser, type PresentUser, type UserOptions } from './accounts/user.ts';
export { absent, type AbsentOptions } from './files/absent.ts';
export { directory, type DirectoryOptions } from './files/directory.ts';
export { json, type JsonOptions } from './files/documents/json.ts';
export { yaml, type YamlOptions } from './files/documents/yaml.ts';
export { block, type BlockOptions } from './files/editing/block.ts';
export { ini, type IniOptions } from './files/editing/ini.ts';
export { line, type LineOptions } from './files/editing/line.ts';
export { replace, type ReplaceOptions } from './files/editing/replace.ts';
export { file, type FileOptions } from './files/file.ts';
export { hardlink, type HardlinkOptions } from './files/hardlink.ts';
export { readFile, type ReadFileOptions, type ReadFileResult } from './files/read-file.ts';
export { stat, type FileKind, type StatOptions, type StatResult } from './files/stat.ts';
export { symlink, type SymlinkOptions } from './files/symlink.ts';
export { template, type TemplateOptions } from './files/templates/template.ts';
export { archive, type ArchiveFormat, type ArchiveOptions } from './files/transfer/archive.ts';
export { copy, type CopyOptions } from './files/transfer/copy.ts';
export { download, type DownloadOptions } from './files/transfer/download.ts';
export { fetch, type FetchOptions, type FetchResult } from './files/transfer/fetch.ts';
export { unarchive, type UnarchiveOptions } from './files/transfer/unarchive.ts';
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
export { aptKey, type AptKeyOptions } from './packages/apt-key.ts';
export { aptRepository, type AptRepositoryOptions } from './packages/apt-repository.ts';
export {
  debconf,
  type DebconfOptions,
  type DebconfValue,
  type TypedDebconfAnswer,
} from './packages/debconf.ts';
export { pkg, type PackageIndexAge, type PackageNames, type PkgOptions } from './packages/pkg.ts';
export { rpmRepository, type RpmRepositoryOptions } from './packages/rpm-repository.ts';
export { container, type ContainerOptions } from './services/container.ts';
export { service, type ServiceOptions } from './services/service.ts';
export { systemdUnit, type SystemdUnitOptions } from './services/systemd-unit.ts';
export { timer, type TimerOptions } from './services/timer.ts';
export { git, type GitOptions } from './system/clones/git.ts';
export {
  command,
  type CommandLine,
  type CommandOptions,
  type CommandResult,
} from './system/commands/command.ts';
export { script, type ScriptOptions } from './system/commands/script.ts';
export { assert, type AssertOptions } from './system/control/assert.ts';
export { debug, type DebugOptions } from './system/control/debug.ts';
export { fail, type FailOptions } from './system/control/fail.ts';
export { reboot, type RebootOptions } from './system/control/reboot.ts';
export { waitFor, type WaitForOptions } from './system/control/wait-for.ts';
export { hostname, type HostnameOptions } from './system/identity/hostname.ts';
export { hostsEntry, type HostsEntryOptions } from './system/identity/hosts-entry.ts';
export { locale, type LocaleOptions } from './system/identity/locale.ts';
export { timezone } from './system/identity/timezone.ts';
export { kernelModule, type KernelModuleOptions } from './system/kernel/kernel-module.ts';
export { sysctl, type SysctlOptions } from './system/kernel/sysctl.ts';
export {
  limits,
  type Limit,
  type LimitItem,
  type LimitsByItem,
  type LimitsOptions,
  type SoftAndHard,
} from './system/limits.ts';
export { mount, type MountOptions } from './system/mounts/mount.ts';
export { swap, type SwapOptions } from './system/mounts/swap.ts';
export { cron, type CronOptions } from './system/scheduled/cron.ts';
