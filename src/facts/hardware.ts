import { sh } from '../steps/sh.ts';
import { cpuOf, type Cpu } from './cpu.ts';
import type { FactGroupDefinition } from './group.ts';
import { fileReading } from './cells.ts';
import { Told } from './told.ts';

/** Memory in bytes. */
export interface Memory {
  readonly total: number;
  /** What programs can have without swapping; undefined with kernels before 3.14. */
  readonly available: number | undefined;
  readonly swapTotal: number;
  readonly swapFree: number;
}

/** What the firmware says of the machine, in its own words: some boards have words that say nothing. */
export interface Firmware {
  readonly vendor: string | undefined;
  /** `PowerEdge R640`; of a board without such firmware what its device tree says. */
  readonly product: string | undefined;
  /** Only root can read it. */
  readonly serial: string | undefined;
  /** Only root can read it. */
  readonly uuid: string | undefined;
  readonly biosVersion: string | undefined;
}

/** A disk, or what the kernel has as one. */
export interface BlockDevice {
  /** `sda`, `nvme0n1`, `md0`. */
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  /** It has plates that turn, as far as it tells: virtual disks often say so too. */
  readonly rotational: boolean;
  readonly removable: boolean;
  /** Undefined for virtual ones. */
  readonly model: string | undefined;
}

/** Facts of the group `hardware`. */
export interface HardwareFacts {
  readonly cpu: Cpu;
  readonly memory: Memory;
  readonly firmware: Firmware;
  /** Whole devices by name, without partitions, RAM disks and those without a medium. */
  readonly blockDevices: readonly BlockDevice[];
}

const probe = sh`
${fileReading}
while IFS= read -r ts_v && [ -n "$ts_v" ]; do printf 'cpuinfo=%s\n' "$ts_v"; done </proc/cpuinfo
ts_n=0
while read -r ts_key ts_v; do
  case $ts_key in cpu) ;; cpu*) ts_n=$((ts_n + 1)) ;; *) break ;; esac
done </proc/stat
printf 'online=%s\n' "$ts_n"
while read -r ts_key ts_v ts_unit; do
  case $ts_key in
    MemTotal: | MemAvailable: | SwapTotal:) printf '%s=%s\n' "\${ts_key%:}" "$ts_v" ;;
    SwapFree:) printf 'SwapFree=%s\n' "$ts_v"; break ;;
  esac
done </proc/meminfo
set +f
# The lists of siblings beside these numbers are empty for those who read byte by byte, as some shells do.
for ts_dir in /sys/devices/system/cpu/cpu[0-9]*/topology; do
  first "$ts_dir/core_id"
  [ -n "$ts_v" ] || continue
  ts_core=$ts_v
  first "$ts_dir/cluster_id"; ts_core="$ts_v $ts_core"
  first "$ts_dir/die_id"; ts_core="$ts_v $ts_core"
  first "$ts_dir/physical_package_id"
  printf 'topology=%s\t%s\n' "$ts_v" "$ts_core"
done
for ts_dir in /sys/block/*; do
  case \${ts_dir##*/} in ram*) continue ;; esac
  first "$ts_dir/size"
  case $ts_v in '' | 0) continue ;; esac
  printf 'disk='
  cells "$ts_dir" size queue/rotational removable
  first "$ts_dir/device/model"
  # Cards have a name instead.
  [ -n "$ts_v" ] || first "$ts_dir/device/name"
  printf '%s\t%s\n' "\${ts_dir##*/}" "$ts_v"
done
set -f
for ts_key in sys_vendor product_name product_serial product_uuid bios_version; do
  tell "$ts_key" "/sys/class/dmi/id/$ts_key"
done
tell board /proc/device-tree/model`;

/** See {@link HardwareFacts}. */
export const hardware: FactGroupDefinition<HardwareFacts> = {
  probe,
  privileged: true,
  parse(printed) {
    const told = new Told(printed);
    const available = told.maybeCount('MemAvailable');
    return {
      cpu: cpuOf(told.all('cpuinfo'), told.all('topology'), told.count('online')),
      memory: {
        total: told.count('MemTotal') * 1024,
        available: available === undefined ? undefined : available * 1024,
        swapTotal: told.count('SwapTotal') * 1024,
        swapFree: told.count('SwapFree') * 1024,
      },
      firmware: {
        vendor: told.maybe('sys_vendor'),
        product: told.maybe('product_name') ?? told.maybe('board'),
        serial: told.maybe('product_serial'),
        uuid: told.maybe('product_uuid'),
        biosVersion: told.maybe('bios_version'),
      },
      blockDevices: told.all('disk').map(blockDevice),
    };
  },
};

/** The kernel counts in these bytes, whatever the device does. */
const sector = 512;

function blockDevice(line: string): BlockDevice {
  const [sectors = '', rotational, removable, name = '', model = ''] = line.split('\t');
  if (!/^\d+$/.test(sectors) || name === '') throw new Error(`a disk is not understood: ${line}`);
  return {
    // The kernel writes the slash of `cciss/c0d0` so.
    name: name.replaceAll('!', '/'),
    size: Number(sectors) * sector,
    rotational: rotational === '1',
    removable: removable === '1',
    model: model.trim() === '' ? undefined : model.trim(),
  };
}
