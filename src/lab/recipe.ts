/**
 * What a guest is made of: pure data. A change of any of it gives the lab another version, and so a new build.
 */

/** To be raised when the way of building changes and its data does not. */
export const FORMAT = 1;

/** Debian release of the guests, whatever the controller runs. */
export const SUITE = 'bookworm';

/** Where the guests' packages come from on a machine whose apt knows no Debian mirror. */
export const DEFAULT_MIRROR = 'http://deb.debian.org/debian';

/** Signs {@link SUITE}; part of the package debian-archive-keyring. */
export const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** The package that depends on the kernel to run. */
export const KERNEL_PACKAGE = 'linux-image-cloud-amd64';

/** Packages of a guest, beside those that Debian calls essential or required. */
export const GUEST_PACKAGES = [
  'bash',
  'bridge-utils',
  'busybox-static',
  'conntrack',
  'dash',
  'dbus',
  'dnsmasq-base',
  'ethtool',
  'ipset',
  'iproute2',
  'iptables',
  'iputils-ping',
  'ipvsadm',
  'kmod',
  'netcat-openbsd',
  'nftables',
  'openssh-server',
  'openvswitch-switch',
  'procps',
  'sudo',
  'systemd-sysv',
  'tcpdump',
  'udev',
] as const;

/**
 * Units that are taken out of the boot. The timers would all fire at once when a resumed guest's clock leaps
 * from the day of the build to today; Open vSwitch costs memory, and a playbook can start it.
 */
export const DISABLED_UNITS = ['openvswitch-switch.service', 'ovs-record-hostname.service'] as const;
export const MASKED_UNITS = [
  'apt-daily-upgrade.timer',
  'apt-daily.timer',
  'dpkg-db-backup.timer',
  'e2scrub_all.timer',
  'fstrim.timer',
  'getty@tty1.service',
  'serial-getty@ttyS0.service',
  'systemd-tmpfiles-clean.timer',
] as const;

/**
 * What systemd would run for each reload of its configuration and finds nothing to do in a guest: disks that are
 * encrypted or found by their partitions, consoles, first boots. The two that turn fstab and init scripts into units stay.
 */
export const MASKED_GENERATORS = [
  'systemd-cryptsetup-generator',
  'systemd-debug-generator',
  'systemd-getty-generator',
  'systemd-gpt-auto-generator',
  'systemd-hibernate-resume-generator',
  'systemd-integritysetup-generator',
  'systemd-rc-local-generator',
  'systemd-run-generator',
  'systemd-system-update-generator',
  'systemd-veritysetup-generator',
] as const;

/** What each login would run, four processes for a line that nobody reads: under emulation a third of its time. */
export const REMOVED = ['etc/update-motd.d'] as const;

/** Modules without which the guest cannot see its disk; all others are loaded by udev or by need. */
export const BOOT_MODULES = ['virtio_pci', 'virtio_blk'] as const;

/**
 * Kernel parameters. `net.ifnames=0` gives eth0 to eth4. The rest is speed under emulation: the emulator translates code
 * by its address, so where each process has its libraries elsewhere (`norandmaps` says not to), the same code is
 * translated again for each, which is half of a guest's time.
 */
export const KERNEL_PARAMETERS = 'console=ttyS0 quiet panic=-1 net.ifnames=0 mitigations=off norandmaps';

export const MEMORY_MIB = 384;
export const DISK_MIB = 3072;

/** Most guests of one lab. */
export const MAX_GUESTS = 8;

/** eth0 is for management; eth1 and eth3 are plugged into segment A, eth2 and eth4 into segment B. */
export const NIC_COUNT = 5;

/** Accounts beside root. All take the lab's key; `deploy` must give its password, `deploy`, to sudo. */
export const ACCOUNTS = [
  { user: 'deploy', password: 'deploy', sudo: 'ALL' },
  { user: 'admin', password: '*', sudo: 'NOPASSWD: ALL' },
] as const;

/**
 * Run in the guest before its state is saved, so that what playbooks use stands in its page cache and every
 * resumed guest starts warm. Nothing here may leave a trace, such as a loaded module.
 */
export const WARM_UP = [
  // A NIC that was never up takes any frame, for a receiver that is not there.
  'for i in 1 2 3 4; do ip link set eth$i up; ip link set eth$i down; done',
  'cd / && ip -j addr >/dev/null; ip rule >/dev/null; tc qdisc >/dev/null; bridge link >/dev/null',
  'cat /usr/sbin/xtables-nft-multi /usr/sbin/nft /usr/sbin/ipvsadm /usr/sbin/ipset /usr/bin/sudo >/dev/null',
  'cat /bin/bash /bin/busybox /usr/bin/ping /usr/sbin/ethtool /usr/bin/nc /usr/sbin/conntrack >/dev/null',
  'cat /lib/modules/*/kernel/drivers/net/bonding/*.ko /lib/modules/*/kernel/net/netfilter/ipvs/*.ko >/dev/null',
  'cat /lib/modules/*/kernel/net/netfilter/*.ko /lib/modules/*/modules.*.bin >/dev/null',
  'awk 1 /etc/passwd | sed p | sort | sha256sum | cut -c1 | grep . >/dev/null; stat / >/dev/null',
  'sudo -n -u admin sudo -n true; systemd-run --quiet --wait true; modprobe -n bonding; dpkg-query -W dash >/dev/null',
  // Ends udev's idle workers, which would keep the machine id that all guests share until they are resumed.
  'udevadm settle && udevadm control --reload',
] as const;
