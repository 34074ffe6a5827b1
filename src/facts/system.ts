import { sh } from '../steps/sh.ts';
import type { FactGroupDefinition } from './group.ts';
import { parseOsRelease, type Distribution } from './os-release.ts';
import { packageCommands, packageManager, type PackageManager } from './package-manager.ts';
import { fileReading } from './cells.ts';
import { Told } from './told.ts';
import {
  containerManager,
  virtualMachine,
  type ContainerManager,
  type VirtualMachine,
} from './virtualization.ts';

/** Facts of the group `system`: what kind of machine the host is. */
export interface SystemFacts {
  /** As the kernel has it: `gw1`. */
  readonly hostname: string;
  /**
   * `gw1.example.org`: the host name if it has a dot, else the first name of its line in the first 500 lines of
   * /etc/hosts, if that has one. Nobody else is asked, DNS least of all.
   */
  readonly fqdn: string | undefined;
  /** Release of the running kernel: `6.1.0-18-amd64`. */
  readonly kernel: string;
  /** As `uname -m` says it: `x86_64`, `aarch64`. */
  readonly architecture: string;
  readonly distribution: Distribution;
  /** What runs services: `systemd`, `openrc`, else the name of process 1, such as `runit`. */
  readonly init: 'systemd' | 'openrc' | (string & {});
  /** What installs packages; undefined if it is none that is known here. */
  readonly packageManager: PackageManager | undefined;
  /** `none` for a machine that is no virtual one. A container has that of the machine below it. */
  readonly virtualization: VirtualMachine;
  /** What made the container that the host is; undefined if it is none. Some tell it to root alone. */
  readonly container: ContainerManager | undefined;
  /** `disabled` if there is a configuration, but the kernel does not use it; undefined without any SELinux. */
  readonly selinux: 'enforcing' | 'permissive' | 'disabled' | undefined;
  /** Of /etc/machine-id: stays the same for the life of an installation, if nobody has copied it. */
  readonly machineId: string | undefined;
  /** Number of the user of the connection; 0 is root. It does not follow `become`. */
  readonly uid: number;
  /** Different after each boot. */
  readonly bootId: string;
  /** Main memory in bytes. */
  readonly memoryTotal: number;
  /** Processors that are online. */
  readonly cpus: number;
}

// Files need no process each; the rest is two tools that every host has.
const probe = sh`
${fileReading}
tell kernel /proc/sys/kernel/osrelease
tell bootId /proc/sys/kernel/random/boot_id
tell machineId /etc/machine-id
tell hostname /proc/sys/kernel/hostname
ts_host=$ts_v
if [ -r /etc/hosts ]; then
  ts_n=0
  while [ "$ts_n" -lt 500 ] && read -r ts_key ts_name ts_rest; do
    ts_n=$((ts_n + 1))
    case $ts_key in '#'*) continue ;; esac
    for ts_v in $ts_name $ts_rest; do
      case $ts_v in '#'*) break ;; esac
      [ "$ts_v" != "$ts_host" ] || printf 'canonical=%s\n' "$ts_name"
    done
  done </etc/hosts
fi
if [ -d /run/systemd/system ]; then echo init=systemd
elif [ -d /run/openrc ]; then echo init=openrc
else tell init /proc/1/comm
fi
read -r ts_key ts_kib ts_rest </proc/meminfo
ts_n=0
while read -r ts_key ts_rest; do
  case $ts_key in cpu) ;; cpu*) ts_n=$((ts_n + 1)) ;; *) break ;; esac
done </proc/stat
printf 'kib=%s\ncpus=%s\nuid=' "$ts_kib" "$ts_n"
id -u || exit
printf 'architecture='
uname -m || exit
for ts_v in /etc/os-release /usr/lib/os-release; do
  [ -r "$ts_v" ] || continue
  while IFS= read -r ts_rest || [ -n "$ts_rest" ]; do printf 'os-release=%s\n' "$ts_rest"; done <"$ts_v"
  break
done
for ts_v in ${packageCommands}; do
  if command -v "$ts_v" >/dev/null 2>&1; then printf 'package=%s\n' "$ts_v"; fi
done
for ts_name in sys_vendor product_name board_vendor bios_vendor bios_version; do
  tell "dmi-$ts_name" "/sys/class/dmi/id/$ts_name"
done
while read -r ts_key ts_rest; do
  case $ts_key in
    vendor_id) printf 'cpuVendor=%s\n' "\${ts_rest#: }" ;;
    flags) case "$ts_rest " in *' hypervisor '*) echo hypervisorFlag=1 ;; esac; break ;;
    '') break ;;
  esac
done </proc/cpuinfo
tell clocks /sys/devices/system/clocksource/clocksource0/available_clocksource
tell hypervisorType /sys/hypervisor/type
tell xenCapabilities /proc/xen/capabilities
tell deviceTree /proc/device-tree/hypervisor/compatible
if [ -r /proc/sysinfo ]; then
  while IFS= read -r ts_v; do
    case $ts_v in *'VM00 Control Program:'*) printf 'controlProgram=%s\n' "$ts_v" ;; esac
  done </proc/sysinfo
fi
if [ -d /proc/vz ] && [ ! -d /proc/bc ]; then echo openvz=1; fi
tell containerManager /run/host/container-manager
tell systemdContainer /run/systemd/container
# Its variables run together here, and hold what is nobody's business: only the known words are told.
first /proc/1/environ
for ts_name in lxc-libvirt lxc systemd-nspawn docker podman rkt wsl proot pouch oci; do
  case $ts_v in *"container=$ts_name"*) printf 'environmentContainer=%s\n' "$ts_name"; break ;; esac
done
[ ! -e /run/.containerenv ] || echo podmanFile=1
[ ! -e /.dockerenv ] || echo dockerFile=1
tell selinux /sys/fs/selinux/enforce
[ ! -e /etc/selinux/config ] || echo selinuxConfig=1`;

const modes: Readonly<Record<string, 'enforcing' | 'permissive'>> = { 0: 'permissive', 1: 'enforcing' };

/** See {@link SystemFacts}. */
export const system: FactGroupDefinition<SystemFacts> = {
  probe,
  parse(printed) {
    const told = new Told(printed);
    const hostname = told.word('hostname');
    const kernel = told.word('kernel');
    const architecture = told.word('architecture');
    const distribution = parseOsRelease(told.all('os-release'));
    const canonical = [hostname, ...told.all('canonical')];
    const mode = told.maybe('selinux');
    const configured = told.maybe('selinuxConfig') === undefined ? undefined : 'disabled';
    const id = told.maybe('machineId');
    return {
      hostname,
      fqdn: canonical.find((name) => name.includes('.')),
      kernel,
      architecture,
      distribution,
      init: told.word('init'),
      packageManager: packageManager(told.all('package'), distribution),
      virtualization: virtualMachine(told, architecture),
      container: containerManager(told, kernel),
      selinux: mode === undefined ? configured : modes[mode],
      // An image says `uninitialized` before its first boot.
      machineId: id !== undefined && /^[\da-f]{32}$/.test(id) ? id : undefined,
      uid: told.count('uid'),
      bootId: told.word('bootId'),
      memoryTotal: told.count('kib') * 1024,
      cpus: told.count('cpus'),
    };
  },
};
