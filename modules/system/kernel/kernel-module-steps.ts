import { builtins, absent, present, requires, Sh, sh, type Step } from '../../../src/steps/index.ts';
import { modprobe } from '../../tools.ts';

/** The kernel knows modules by underscores, whatever modprobe was given. */
export function kernelModuleName(name: string): string {
  return name.replaceAll('-', '_');
}

/** What tells a module's file, whose name may have either. */
class Pattern extends Sh {}
const fileName = (module: string): Pattern => new Pattern(module.replaceAll('_', '[-_]'));

/** Tells a module that is built into the kernel; such a one need not have a folder below /sys/module. */
function isBuiltIn(module: string): Sh {
  return sh`read -r release </proc/sys/kernel/osrelease &&
  grep -qs ${`/${fileName(module).text}\\.ko`} "/lib/modules/$release/modules.builtin"`;
}

/** The module is in the kernel. `where` says where it can be had from. */
export function loadSteps(
  module: string,
  parameters: readonly (readonly [string, string])[],
  where = '',
): readonly Step[] {
  const folder = `/sys/module/${module}`;
  const words = parameters.map(([key, value]) => `${key}=${value}`);
  const names = parameters.map(([key]) => key);
  return [
    modprobe,
    requires(`a kernel module ${module}`, {
      test: sh`[ ! -d ${folder} ] || exit 0
if ! plan=$(modprobe -q -D ${module}); then
  read -r release </proc/sys/kernel/osrelease
  [ -d "/lib/modules/$release" ] ||
    printf 'there is no folder /lib/modules/%s; was the kernel updated without a reboot?' "$release"
  exit 1
fi
last=\${plan##*"
"}
last=\${last% }
case $last in 'install '*) printf 'modprobe is configured to run "%s" instead' "\${last#install }"; exit 1 ;; esac
file=\${last#builtin } file=\${file%%.ko*} file=\${file##*/}
case $file in ${fileName(module)}) ;; *) printf 'the name stands for %s' "$file"; exit 1 ;; esac`,
      otherwise: `the kernel of this host has no module ${module}${where}`,
      later: true,
    }),
    ...(names.length === 0
      ? []
      : [
          requires(`parameters of ${module}`, {
            // modprobe loads a module with parameters that it does not have, and says nothing.
            test: sh`[ ! -d ${folder} ] || [ -e ${`${folder}/initstate`} ] || exit 0
known=''
for key in ${names}; do
  [ ! -e ${`${folder}/parameters`}/"$key" ] || continue
  [ -n "$known" ] || known=$(modinfo -F parm ${module} 2>/dev/null) || exit 0
  case "
$known" in *"
$key:"*) ;; *) printf '%s' "$key"; exit 1 ;; esac
done`,
            otherwise: `kernel module ${module} has no such parameter`,
          }),
        ]),
    present(`kernel module ${module}`, {
      test: sh`[ ! -d ${folder} ] || exit 0
${isBuiltIn(module)} || exit 1`,
      create: sh`cat /proc/modules >"$TS_DIR"/modules-before-${new Pattern(module)} && modprobe ${module} ${words}`,
      remove: sh`rmmod ${module} && {
# What it has brought along goes with it, unless somebody needs it by now.
before="$TS_DIR"/modules-before-${new Pattern(module)}
brought=" $(modprobe -q -D ${module} | sed -n 's|^insmod .*/\([^/]*\)\.ko.*|\1|p' | tr '\n-' ' _') "
more=$brought
while [ -n "$more" ]; do
  more=''
  while read -r name _ uses _; do
    case $uses$brought in 0*" $name "*) ;; *) continue ;; esac
    grep -q "^$name " "$before" || { rmmod "$name" && more=1; }
  done </proc/modules
done; }`,
      provides: `module:${module}`,
    }),
  ];
}

/** The module is not in the kernel. */
export function unloadSteps(module: string): readonly Step[] {
  const folder = `/sys/module/${module}`;
  return [
    modprobe,
    requires(`${module} can be unloaded`, {
      test: sh`if [ ! -e ${`${folder}/initstate`} ]; then
  [ -d ${folder} ] || { ${isBuiltIn(module)}; } || exit 0
  printf 'it is built into the kernel'
  exit 1
fi
${usedBy(module)}
[ -z "$users" ] || { printf 'it is used by%s' "$users"; exit 1; }`,
      otherwise: `kernel module ${module} cannot be unloaded`,
      later: true,
    }),
    absent(`kernel module ${module}`, {
      test: builtins`[ -e ${`${folder}/initstate`} ]`,
      remove: sh`rmmod ${module}`,
      create: sh`modprobe ${module}`,
    }),
  ];
}

const linkKinds: Readonly<Record<string, string>> = { bonding: 'bond', '8021q': 'vlan' };

/**
 * Sets `users` to who uses a module: modules, links that are up, else how many others. The kernel counts neither the
 * links of a NIC's driver nor those that a module has made, and takes them away with it.
 */
function usedBy(module: string): Sh {
  const folder = `/sys/module/${module}`;
  const kind = linkKinds[module] ?? module;
  return sh`set +f
users=''
for holder in ${`${folder}/holders`}/*; do
  [ ! -e "$holder" ] || users="$users module \${holder##*/}"
done
for link in /sys/class/net/*; do
  driver=$(readlink "$link/device/driver/module") && [ "\${driver##*/}" = ${module} ] && read -r flags <"$link/flags" || continue
  [ "$((flags & 1))" = 0 ] || users="$users link \${link##*/}"
done
if command -v ip >/dev/null && links=$(ip -o link show up type ${kind} 2>/dev/null); then
  IFS='
'
  for link in $links; do
    link=\${link#*: } link=\${link%%:*}
    users="$users link \${link%%@*}"
  done
  unset IFS
fi
read -r count <${`${folder}/refcnt`} || count=0
[ -n "$users" ] || [ "$count" = 0 ] || users=" others (counted $count), such as mounted file systems or open devices"`;
}
