import type { Told } from './told.ts';

/** What makes a machine out of another one, in the words of systemd-detect-virt. */
export type VirtualMachine =
  | 'kvm'
  | 'qemu'
  | 'vmware'
  | 'xen'
  | 'microsoft'
  | 'oracle'
  | 'amazon'
  | 'google'
  | 'apple'
  | 'bhyve'
  | 'bochs'
  | 'parallels'
  | 'uml'
  | 'zvm'
  | 'vm-other'
  | 'none';

/** What makes a container, in the words of systemd-detect-virt. */
export type ContainerManager =
  | 'docker'
  | 'podman'
  | 'lxc'
  | 'lxc-libvirt'
  | 'systemd-nspawn'
  | 'openvz'
  | 'rkt'
  | 'proot'
  | 'pouch'
  | 'wsl'
  | 'container-other';

const managers: readonly ContainerManager[] = [
  'docker',
  'podman',
  'lxc-libvirt',
  'lxc',
  'systemd-nspawn',
  'openvz',
  'rkt',
  'proot',
  'pouch',
  'wsl',
];

/** How the firmware's texts about the machine begin. */
const firmware: readonly (readonly [string, VirtualMachine])[] = [
  ['KVM', 'kvm'],
  ['OpenStack', 'kvm'],
  ['KubeVirt', 'kvm'],
  ['Amazon EC2', 'amazon'],
  ['Google Compute Engine', 'google'],
  ['QEMU', 'qemu'],
  ['VMware', 'vmware'],
  ['VMW', 'vmware'],
  ['innotek GmbH', 'oracle'],
  ['VirtualBox', 'oracle'],
  ['Oracle Corporation', 'oracle'],
  ['Xen', 'xen'],
  ['Bochs', 'bochs'],
  ['Parallels', 'parallels'],
  ['BHYVE', 'bhyve'],
  ['Hyper-V', 'microsoft'],
  ['Apple Virtualization', 'apple'],
];

/** Of these clouds there are whole machines too, whose firmware says the same. */
const clouds = new Set<VirtualMachine>(['amazon', 'google']);

/**
 * Which virtual machine the host is. What the processor itself says cannot be asked from a shell: of KVM the kernel's
 * clocks tell, of the others the firmware.
 *
 * @see https://www.freedesktop.org/software/systemd/man/latest/systemd-detect-virt.html
 */
export function virtualMachine(told: Told, architecture: string): VirtualMachine {
  // The first domain of Xen is the machine itself.
  if (told.maybe('xenCapabilities')?.includes('control_d') === true) return 'none';
  if (told.maybe('cpuVendor') === 'User Mode Linux') return 'uml';
  const flagged = told.maybe('hypervisorFlag') !== undefined;
  // Only this architecture has the flag: without it there, a cloud's machine is a whole one.
  const bare = /^(x86_64|i\d86)$/.test(architecture) && !flagged;
  const product = told.maybe('dmi-product_name') ?? '';
  const byFirmware = firmwareOf(told);
  const clocks = told.maybe('clocks') ?? '';
  if (byFirmware !== undefined && clouds.has(byFirmware))
    return bare || product.includes('.metal') ? 'none' : byFirmware;
  if (byFirmware === 'oracle' || byFirmware === 'xen') return byFirmware;
  if (clocks.includes('hyperv')) return 'microsoft';
  if (clocks.includes('kvm-clock')) return 'kvm';
  if (byFirmware !== undefined) return byFirmware;
  if (told.maybe('hypervisorType') === 'xen' || told.maybe('xenCapabilities') !== undefined) return 'xen';
  const tree = told.maybe('deviceTree') ?? '';
  if (tree.includes('kvm')) return 'kvm';
  if (tree.includes('xen')) return 'xen';
  if (tree.includes('vmware')) return 'vmware';
  const program = told.maybe('controlProgram');
  if (program !== undefined) return program.includes('z/VM') ? 'zvm' : 'kvm';
  return flagged || tree !== '' ? 'vm-other' : 'none';
}

function firmwareOf(told: Told): VirtualMachine | undefined {
  const texts = ['product_name', 'sys_vendor', 'board_vendor', 'bios_vendor', 'bios_version'];
  for (const text of texts) {
    const value = told.maybe(`dmi-${text}`) ?? '';
    const found = firmware.find(([begin]) => value.startsWith(begin));
    if (found !== undefined) return found[1];
  }
  const microsoft = told.maybe('dmi-sys_vendor')?.startsWith('Microsoft') === true;
  return microsoft && told.maybe('dmi-product_name') === 'Virtual Machine' ? 'microsoft' : undefined;
}

/** Which container the host is; undefined for none. */
export function containerManager(told: Told, kernel: string): ContainerManager | undefined {
  if (told.maybe('openvz') !== undefined) return 'openvz';
  if (/Microsoft|WSL/.test(kernel)) return 'wsl';
  // What runs it says what it is; `oci` is said of several.
  const said =
    told.maybe('containerManager') ?? told.maybe('systemdContainer') ?? told.maybe('environmentContainer');
  const known = managers.find((manager) => manager === said);
  if (known !== undefined) return known;
  if (told.maybe('podmanFile') !== undefined) return 'podman';
  if (told.maybe('dockerFile') !== undefined) return 'docker';
  return said === undefined ? undefined : 'container-other';
}
