import { ACCOUNTS, MAX_GUESTS, NIC_COUNT } from './recipe.ts';

/** A file that is put into the guests' root folder. */
export interface GuestFile {
  readonly path: string;
  readonly mode: number;
  readonly content: string;
}

const names = Array.from({ length: MAX_GUESTS }, (_, i) => `lab${i + 1}`);
const nics = Array.from({ length: NIC_COUNT }, (_, i) => i);

/**
 * Names the guest and gives its NICs hardware addresses of their own, since all guests come from one saved
 * state. `arp_notify` tells the user-mode network the new address of eth0. Written down for a reboot.
 */
const identity = `#!/bin/sh -e
# lab-identity NUMBER
n=$1
echo "$n" >/etc/lab-number
echo "lab$n" >/etc/hostname
echo "lab$n" >/proc/sys/kernel/hostname
notify=/proc/sys/net/ipv4/conf/eth0/arp_notify
echo 1 >$notify
ip -batch - <<END
${nics.map((i) => `link set eth${i} address 52:54:00:1a:b0:\${n}${i}`).join('\n')}
END
echo 0 >$notify
`;

/**
 * What a resumed guest must be told: its number, the time, and randomness of its own (RNDRESEEDCRNG). udev
 * makes the MACs of bonds and bridges of the machine id, so two guests must not share it; the journal that is
 * being written stays where journalctl looks.
 */
const resume = `#!/bin/sh -e
# lab-resume NUMBER SECONDS SEED
id=1ab0000000000000000000000000000$1
ln -s "$(cat /etc/machine-id)" "/var/log/journal/$id"
echo "$id" >/etc/machine-id
date -s "@$2" >/dev/null
perl -e 'open R, ">/dev/urandom"; syswrite R, $ARGV[0]; ioctl R, 0x5207, 0' "$3"
exec lab-identity "$1"
`;

/** Waits for udev's NICs, then brings up the management network only; the others stay down and bare. */
const network = `#!/bin/sh -e
until [ -e /sys/class/net/eth${NIC_COUNT - 1} ]; do sleep 0.1; done
if [ -e /etc/lab-number ]; then /usr/local/sbin/lab-identity "$(cat /etc/lab-number)"; fi
ip link set lo up
ip addr replace 10.0.2.15/24 dev eth0
ip link set eth0 up
ip route replace default via 10.0.2.2
`;

/**
 * Runs each line that arrives on the second serial port as a shell command, and answers with what it printed
 * and its exit status. It reaches a guest whose network is not there, or not any more.
 */
const agent = `#!/bin/sh
stty -F /dev/ttyS1 115200 raw -echo
exec </dev/ttyS1 >/dev/ttyS1
printf '\\036ready\\n'
while IFS= read -r line; do
  output=$(sh -c "$line" 2>&1 </dev/null)
  printf '%s\\n\\036%d\\n' "$output" "$?"
done
`;

function unit(description: string, service: string): string {
  return `[Unit]\nDescription=${description}\n\n[Service]\n${service}\n[Install]\nWantedBy=multi-user.target\n`;
}

/** Every file of ours in a guest, the keys excepted. */
export const GUEST_FILES: readonly GuestFile[] = [
  { path: 'etc/fstab', mode: 0o644, content: '/dev/vda / ext4 defaults 0 0\n' },
  { path: 'etc/hostname', mode: 0o644, content: 'lab\n' },
  { path: 'etc/hosts', mode: 0o644, content: `127.0.0.1 localhost\n127.0.1.1 lab ${names.join(' ')}\n` },
  { path: 'etc/resolv.conf', mode: 0o644, content: 'nameserver 10.0.2.3\n' },
  // Only key exchanges that are cheap under emulation; the rest of sshd is as Debian ships it.
  {
    path: 'etc/ssh/sshd_config.d/lab.conf',
    mode: 0o644,
    content: 'KexAlgorithms curve25519-sha256\nHostKey /etc/ssh/ssh_host_ed25519_key\n',
  },
  {
    path: 'etc/sudoers.d/lab',
    mode: 0o440,
    content: ACCOUNTS.map((a) => `${a.user} ALL=(ALL:ALL) ${a.sudo}\n`).join(''),
  },
  { path: 'usr/local/sbin/lab-identity', mode: 0o755, content: identity },
  { path: 'usr/local/sbin/lab-resume', mode: 0o755, content: resume },
  { path: 'usr/local/sbin/lab-network', mode: 0o755, content: network },
  { path: 'usr/local/sbin/lab-agent', mode: 0o755, content: agent },
  {
    path: 'etc/systemd/system/lab-network.service',
    mode: 0o644,
    content: unit(
      'Management network of the lab\nBefore=ssh.service',
      'Type=oneshot\nRemainAfterExit=yes\nExecStart=/usr/local/sbin/lab-network\n',
    ),
  },
  {
    path: 'etc/systemd/system/lab-agent.service',
    mode: 0o644,
    content: unit('Command channel of the lab', 'Restart=always\nExecStart=/usr/local/sbin/lab-agent\n'),
  },
];

/** Loads what the disk needs and hands over to systemd. `modules` are paths in the order of loading. */
export function initScript(modules: readonly string[]): string {
  return `#!/bin/busybox sh
/bin/busybox mount -t proc proc /proc
/bin/busybox mount -t devtmpfs dev /dev
${modules.map((path) => `/bin/busybox insmod ${path}`).join('\n')}
while ! [ -b /dev/vda ]; do /bin/busybox sleep 0.05; done
/bin/busybox mount -t ext4 -o rw /dev/vda /root
/bin/busybox umount /proc
exec /bin/busybox switch_root /root /sbin/init
`;
}
