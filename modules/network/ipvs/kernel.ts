import {
  present,
  query,
  requires,
  sh,
  type Claim,
  type Resource,
  type Step,
} from '../../../src/steps/index.ts';
import { modprobe, sameName } from '../../tools.ts';

/** The resource that IPVS and its settings stand inside of. */
export const ipvsModule: Resource = 'module:ip_vs';

/**
 * The kernel refuses the sync daemon together with a service whose real servers are not all of its own family: those
 * who need one exclude the other.
 */
export function familiesClaim(crossing: boolean): Claim {
  return { resource: 'ipvs:families', value: crossing ? 'mixed, for ipip' : 'unmixed, for the sync daemon' };
}

/** What whoever changes IPVS needs: its tool, and nobody else who changes it. */
export function ipvsTool(besideKeepalived: boolean | undefined): readonly Step[] {
  return [sameName('ipvsadm'), ...(besideKeepalived === true ? [] : [noKeepalived])];
}

// One in another network namespace, such as a container's, has another IPVS.
const keepalived = query(
  'ipvs_keepalived',
  sh`set +f
for folder in /proc/[0-9]*; do
  { read -r name <"$folder/comm"; } 2>/dev/null || continue
  case $name in keepalived*) ;; *) continue ;; esac
  [ "$folder/ns/net" -ef /proc/self/ns/net ] || continue
  printf 'process %s is %s\n' "\${folder##*/}" "$name"
done
:`,
);

const noKeepalived = requires('no keepalived', {
  uses: [keepalived],
  test: sh`[ -z ${keepalived.output} ] || { printf '%s\n' ${keepalived.output} >&2; exit 1; }`,
  otherwise:
    'keepalived runs on this host and would undo what is changed here. Stop it, or declare besideKeepalived: true if it only does VRRP',
});

/** IPVS in the kernel, loaded. Its modules of schedulers and engines go with it when this is undone. */
export function ipvsKernel(): readonly Step[] {
  return [
    modprobe,
    inKernel('ip_vs', 'the kernel of this host has no IPVS: there is no module ip_vs for it'),
    present('kernel module ip_vs', {
      test: sh`[ -d /sys/module/ip_vs ]`,
      create: sh`modprobe ip_vs`,
      remove: sh`set +f
for module in /sys/module/ip_vs_*; do
  [ ! -e "$module/initstate" ] || rmmod "\${module##*/}" || exit
done
modprobe -r ip_vs`,
      provides: ipvsModule,
    }),
  ];
}

/** A module that the kernel loads by itself when it is named; it must be there for it to find. */
export function inKernel(module: string, otherwise: string): Step {
  return requires(`kernel module ${module}`, {
    test: sh`[ -d ${`/sys/module/${module}`} ] || modprobe -q -D ${module} >/dev/null`,
    otherwise,
  });
}
