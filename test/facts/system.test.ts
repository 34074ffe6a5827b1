import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { packageManager } from '../../src/facts/package-manager.ts';
import { system } from '../../src/facts/system.ts';
import { printedOn, probed } from '../support/probes.ts';
import { shellNames } from '../support/shells.ts';

const debian = printedOn('system-debian');

describe('system facts', () => {
  it('of Debian', () => {
    expect(system.parse(debian)).toEqual({
      hostname: 'lab1',
      fqdn: undefined,
      kernel: '6.1.0-50-cloud-amd64',
      architecture: 'x86_64',
      distribution: { id: 'debian', idLike: [], version: '12', name: 'Debian GNU/Linux' },
      init: 'systemd',
      packageManager: 'apt',
      virtualization: 'qemu',
      container: undefined,
      selinux: undefined,
      machineId: '1ab00000000000000000000000000001',
      uid: 0,
      bootId: '73436121-eda7-4811-9b93-465c6bebe116',
      memoryTotal: 351_252 * 1024,
      cpus: 1,
    });
  });

  it('name the fact that a host does not tell', () => {
    const without = debian.replace('kib=351252', 'kib=');
    expect(() => system.parse(without)).toThrow("does not tell its 'kib'");
    expect(() => system.parse(`kib=1 kB\n${without}`)).toThrow('not a number');
    expect(() => system.parse(`${debian}<html>`)).toThrow('means nothing: "<html>"');
  });

  it.each([
    ['ubuntu-22.04', ['apt-get'], 'apt', 'ubuntu 22.04 of debian'],
    ['rocky-8', ['dnf', 'yum'], 'dnf', 'rocky 8.9 of rhel centos fedora'],
    ['alma-9', ['dnf', 'yum'], 'dnf', 'almalinux 9.3 of rhel centos fedora'],
    ['alpine-3.19', ['apk'], 'apk', 'alpine 3.19.1 of '],
  ] as const)('of %s', (name, commands, manager, told) => {
    const file = printedOn(`documented/os-release-${name}`).replaceAll(/^/gm, 'os-release=');
    const packages = commands.map((one) => `package=${one}\n`).join('');
    const other = debian.replaceAll(/^(os-release|package)=.*\n/gm, '');
    const { distribution, packageManager: found } = system.parse(`${other}${packages}${file}`);
    expect(`${distribution.id} ${distribution.version} of ${distribution.idLike.join(' ')}`).toBe(told);
    expect(found).toBe(manager);
  });

  it('take the package manager of the distribution before any other that is there', () => {
    const of = (id: string, ...idLike: string[]): object => ({ id, idLike, version: undefined, name: '' });
    const at = (commands: readonly string[], where: object): unknown =>
      packageManager(commands, where as Parameters<typeof packageManager>[1]);
    expect(at(['apt-get', 'dnf'], of('fedora'))).toBe('dnf');
    expect(at(['apt-get', 'dnf', 'yum'], of('linuxmint', 'ubuntu', 'debian'))).toBe('apt');
    expect(at(['yum'], of('centos', 'rhel', 'fedora'))).toBe('yum');
    expect(at(['zypper'], of('unheard-of'))).toBe('zypper');
    expect(at([], of('debian'))).toBeUndefined();
  });

  it('know the full name, SELinux and a machine-id that is none', () => {
    const of = (lines: string): ReturnType<typeof system.parse> => system.parse(`${lines}\n${debian}`);
    expect(of('canonical=gw1.example.org').fqdn).toBe('gw1.example.org');
    expect(of('hostname=gw1.example.org').fqdn).toBe('gw1.example.org');
    expect(of('selinux=1\nselinuxConfig=1').selinux).toBe('enforcing');
    expect(of('selinux=0\nselinuxConfig=1').selinux).toBe('permissive');
    expect(of('selinuxConfig=1').selinux).toBe('disabled');
    expect(of('machineId=uninitialized').machineId).toBeUndefined();
  });
});

describe('the virtual machine', () => {
  const bare = debian.replaceAll(/^(dmi-.*|clocks|hypervisorFlag|cpuVendor)=.*\n/gm, '');
  const flag = 'hypervisorFlag=1';
  it.each([
    ['none', 'dmi-sys_vendor=Dell Inc.\ndmi-product_name=PowerEdge R640'],
    ['kvm', `dmi-sys_vendor=QEMU\n${flag}\nclocks=kvm-clock tsc acpi_pm`],
    ['kvm', `dmi-sys_vendor=OpenStack Foundation\ndmi-product_name=OpenStack Nova\n${flag}`],
    ['vmware', `dmi-sys_vendor=VMware, Inc.\ndmi-product_name=VMware7,1\n${flag}`],
    ['oracle', `dmi-sys_vendor=innotek GmbH\ndmi-product_name=VirtualBox\n${flag}\nclocks=kvm-clock tsc`],
    ['microsoft', `dmi-sys_vendor=Microsoft Corporation\ndmi-product_name=Virtual Machine\n${flag}`],
    ['none', 'dmi-sys_vendor=Microsoft Corporation\ndmi-product_name=Surface Laptop'],
    ['xen', `dmi-sys_vendor=Xen\ndmi-product_name=HVM domU\nhypervisorType=xen\n${flag}`],
    ['xen', `hypervisorType=xen\nclocks=xen tsc\n${flag}`],
    ['none', `hypervisorType=xen\nxenCapabilities=control_d\n${flag}`],
    ['amazon', `dmi-sys_vendor=Amazon EC2\ndmi-product_name=t3.micro\nclocks=kvm-clock tsc\n${flag}`],
    ['none', 'dmi-sys_vendor=Amazon EC2\ndmi-product_name=m5.metal'],
    ['google', `dmi-sys_vendor=Google\ndmi-product_name=Google Compute Engine\n${flag}\nclocks=kvm-clock`],
    ['kvm', 'deviceTree=linux,kvm'],
    ['uml', 'cpuVendor=User Mode Linux'],
    ['zvm', 'controlProgram=VM00 Control Program: z/VM    7.2.0'],
    ['kvm', 'controlProgram=VM00 Control Program: KVM/Linux'],
    ['vm-other', flag],
  ])('%s', (expected, lines) => {
    expect(system.parse(`${bare}${lines}\n`).virtualization).toBe(expected);
  });
});

it.each([
  [undefined, ''],
  ['docker', 'dockerFile=1'],
  ['podman', 'environmentContainer=oci\npodmanFile=1\ndockerFile=1'],
  ['podman', 'containerManager=podman'],
  ['lxc', 'systemdContainer=lxc\n'],
  ['systemd-nspawn', 'systemdContainer=systemd-nspawn'],
  ['openvz', 'openvz=1'],
  ['wsl', 'kernel=5.15.153.1-microsoft-standard-WSL2'],
  ['container-other', 'systemdContainer=new-thing'],
])('the container %s', (expected, lines) => {
  expect(system.parse(`${lines}\n${debian}`).container).toBe(expected);
});

describe.each(shellNames)('the probe in %s', (shell) => {
  it('tells what systemd-detect-virt tells', () => {
    const detect = (kind: string): string =>
      spawnSync('systemd-detect-virt', [kind], { encoding: 'utf8' }).stdout.trim();
    const { facts } = probed(shell, system);
    expect(facts.virtualization).toBe(detect('--vm'));
    expect(facts.container ?? 'none').toBe(detect('--container'));
    expect(facts.packageManager).toBe('apt');
    expect(facts.machineId).toBe(readFileSync('/etc/machine-id', 'utf8').trim());
  });

  it('takes a hostile host by its word', () => {
    const hosts =
      '127.0.0.1 localhost\\n# 10.0.0.9 wrong.example \\047$(id)"x\\n10.0.0.2\\tgw.example.org g\\t\\047$(id)"x\\n';
    const { facts } = probed(shell, system, {
      after: `mount -t tmpfs tmpfs /etc; printf '${hosts}' >/etc/hosts
printf 'ID=odd\\nNAME="@uid"\\n@uid\\n7\\nuid=8\\nVERSION_ID="1' >/etc/os-release
mkdir /etc/selinux; : >/etc/selinux/config; echo uninitialized >/etc/machine-id
set -- unshare -u sh -c 'printf %s "$1" >/proc/sys/kernel/hostname; shift; exec "$@"' sh "'\\$(id)\\"x" "$@"`,
    });
    expect(facts).toMatchObject({
      hostname: `'$(id)"x`,
      fqdn: 'gw.example.org',
      distribution: { id: 'odd', name: '@uid', version: '"1' },
      uid: 0,
      selinux: 'disabled',
    });
    expect(facts.machineId).toBeUndefined();
  });
});

it('tells what other tools tell of the kernel', () => {
  const { facts } = probed('dash', system);
  const uname = execFileSync('uname', ['-nrm'], { encoding: 'utf8' }).trim();
  expect(`${facts.hostname} ${facts.kernel} ${facts.architecture}`).toBe(uname);
});
