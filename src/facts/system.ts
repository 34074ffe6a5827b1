import { sh } from '../steps/sh.ts';
import type { FactGroupDefinition } from './group.ts';
import { parseOsRelease, type Distribution } from './os-release.ts';
import { Sections } from './sections.ts';

/** Facts of the group `system`: what kind of machine the host is. */
export interface SystemFacts {
  /** As the kernel has it: `gw1`. */
  readonly hostname: string;
  /** Release of the running kernel: `6.1.0-18-amd64`. */
  readonly kernel: string;
  /** As `uname -m` says it: `x86_64`, `aarch64`. */
  readonly architecture: string;
  readonly distribution: Distribution;
  /** What runs services: `systemd`, `openrc`, else the name of process 1, such as `runit`. */
  readonly init: 'systemd' | 'openrc' | (string & {});
  /** Number of the user of the connection; 0 is root. It does not follow `become`. */
  readonly uid: number;
  /** Different after each boot. */
  readonly bootId: string;
  /** Main memory in bytes. */
  readonly memoryTotal: number;
  /** Processors that are online. */
  readonly cpus: number;
}

// Files of /proc need no process each; the rest is two tools that every host has.
const probe = sh`
line() {
  printf '@%s\n' "$1"
  { IFS= read -r ts_v <"$2" && printf '%s\n' "$ts_v"; } 2>/dev/null || :
}
line hostname /proc/sys/kernel/hostname
line kernel /proc/sys/kernel/osrelease
line bootId /proc/sys/kernel/random/boot_id
printf '@init\n'
if [ -d /run/systemd/system ]; then echo systemd
elif [ -d /run/openrc ]; then echo openrc
else line init /proc/1/comm
fi
read -r ts_key ts_kib ts_unit </proc/meminfo
ts_cpus=0
while read -r ts_key ts_v; do
  case $ts_key in cpu) ;; cpu*) ts_cpus=$((ts_cpus + 1)) ;; *) break ;; esac
done </proc/stat
printf '@kib\n%s\n@cpus\n%s\n@uid\n' "$ts_kib" "$ts_cpus"
id -u || exit
printf '@architecture\n'
uname -m || exit
printf '@os-release\n'
for ts_v in /etc/os-release /usr/lib/os-release; do
  [ -r "$ts_v" ] || continue
  cat "$ts_v"
  break
done`;

/** See {@link SystemFacts}. */
export const system: FactGroupDefinition<SystemFacts> = {
  probe,
  parse(printed) {
    const told = new Sections(printed);
    return {
      hostname: told.word('hostname'),
      kernel: told.word('kernel'),
      architecture: told.word('architecture'),
      distribution: parseOsRelease(told.lines('os-release')),
      init: told.word('init'),
      uid: told.count('uid'),
      bootId: told.word('bootId'),
      memoryTotal: told.count('kib') * 1024,
      cpus: told.count('cpus'),
    };
  },
};
