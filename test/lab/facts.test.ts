import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Facts } from '../../src/facts/index.ts';
import { withLab } from './support/lab.ts';
import { labProject } from './support/project.ts';

const lab = withLab(1);
const project = labProject();

interface Link {
  readonly ifname: string;
  readonly address: string;
  readonly mtu: number;
  readonly master?: string;
  readonly linkinfo?: { readonly info_kind?: string };
  readonly addr_info: readonly { readonly local: string; readonly prefixlen: number }[];
}

it('tells of a guest what its own tools tell', async () => {
  await lab.read(
    'lab1',
    `modprobe bonding; modprobe dummy; modprobe 8021q
ip link add bond0 type bond mode active-backup; ip link set eth1 master bond0; ip link set bond0 up
ip link add link bond0 name bond0.7 type vlan id 7; ip link set bond0.7 mtu 1400 up
ip link add dummy0 type dummy; ip addr add 192.0.2.1 peer 192.0.2.9/32 dev dummy0
ip addr add 10.66.0.2/24 dev bond0; ip addr add 10.67.0.2/24 dev bond0.7
ip route add default metric 500 nexthop via 10.66.0.1 dev bond0 nexthop via 10.67.0.1 dev bond0.7
mkdir '/mnt/a b'; mount -t tmpfs -o size=1m,ro 'my disk' '/mnt/a b'; timedatectl set-timezone Europe/Berlin
usermod -c "$(printf 'o\\033dd "\\047')" nobody; usermod -aG adm,users nobody
mkdir -p /etc/ansible/facts.d; echo '{"rack": 7}' >/etc/ansible/facts.d/site.fact`,
  );
  const out = join(project.dir, 'facts.json');
  project.write(
    'site.ts',
    `import { writeFileSync } from 'node:fs';
import { play } from 'tsplay';
const facts = ['system', 'network', 'hardware', 'users', 'mounts', 'time', 'sockets', 'local'] as const;
export default play('Look', { hosts: 'lab1', facts }, ({ facts }) =>
  writeFileSync('${out}', JSON.stringify(facts)));
`,
  );
  const check = await project.play('check', 'site.ts');
  expect(check.code).toBe(0);
  expect(existsSync(out)).toBe(true);
  const facts = JSON.parse(readFileSync(out, 'utf8')) as Facts;
  const { system, network } = facts;

  const text = await lab.read(
    'lab1',
    `hostname; uname -r; uname -m; cat /proc/sys/kernel/random/boot_id; nproc; free -b | awk '/^Mem/ { print $2 }'
ps -o comm= 1; . /etc/os-release; echo "$ID $VERSION_ID"`,
  );
  const { hostname, kernel, architecture, bootId, cpus, memoryTotal, init, distribution } = system;
  const id = `${distribution.id} ${distribution.version}`;
  expect([hostname, kernel, architecture, bootId, cpus, memoryTotal, init, id].join('\n')).toBe(text);

  const links = JSON.parse(await lab.read('lab1', 'ip -j -d addr')) as readonly Link[];
  const inSys = await lab.read(
    'lab1',
    `for i in ${links.map(({ ifname }) => ifname).join(' ')}; do cd /sys/class/net/$i
echo "$i $(cat carrier 2>/dev/null || echo 0) $(basename "$(readlink device/driver)")"; done`,
  );
  const seen = network.interfaces.map(
    ({ name, carrier, driver = '' }) => `${name} ${carrier ? 1 : 0} ${driver}`,
  );
  expect(seen.join('\n').trim()).toBe(inSys);
  expect(
    network.interfaces.map(({ name, mac, mtu, master, kind, addresses }) => ({
      ifname: name,
      address: mac,
      mtu,
      master,
      kind,
      addresses: addresses.map((one) => `${one.address}/${one.prefix}`),
    })),
  ).toEqual(
    links.map(({ ifname, address, mtu, master, linkinfo, addr_info }) => ({
      ifname,
      address: ifname === 'lo' ? undefined : address,
      mtu,
      master,
      kind: linkinfo?.info_kind,
      addresses: addr_info.map((one) => `${one.local}/${one.prefixlen}`),
    })),
  );
  expect(network.defaultRoutes4).toEqual([
    { via: '10.0.2.2', dev: 'eth0', metric: 0 },
    { via: '10.66.0.1', dev: 'bond0', metric: 500 },
    { via: '10.67.0.1', dev: 'bond0.7', metric: 500 },
  ]);
  const [, , address] = (await lab.read('lab1', 'echo $SSH_CONNECTION')).split(' ');
  expect(network.ssh).toMatchObject({ address, port: 22, interface: 'eth0' });
  await likeItsTools(facts);
});

/** Groups whose breadth is tested without a guest: here a whole system tells them, with a real init and clock. */
async function likeItsTools({ system, hardware, users, mounts, time, sockets, local }: Facts): Promise<void> {
  const tools = (command: string): Promise<string> => lab.read('lab1', command);
  const { virtualization, container = 'none', machineId, packageManager } = system;
  expect([virtualization, container, machineId, packageManager].join('\n')).toBe(
    await tools('systemd-detect-virt --vm; systemd-detect-virt --container; cat /etc/machine-id; echo apt'),
  );
  const { cpu, firmware, blockDevices } = hardware;
  expect([cpu.model, firmware.vendor, firmware.product, `${firmware.serial ?? ''}.`].join('\n')).toBe(
    await tools(`lscpu | sed -n 's/^Model name: *//p'; cd /sys/class/dmi/id
cat sys_vendor product_name; echo "$(cat product_serial)."`),
  );
  expect(blockDevices.map(({ name, size }) => `${name} ${size}`).join('\n')).toBe(
    await tools("lsblk -bdno NAME,SIZE | awk '$2 > 0 { print $1, $2 }'"),
  );
  const passwd = users.users.map((one) =>
    [one.name, 'x', one.uid, one.gid, one.comment, one.home, one.shell].join(':'),
  );
  const group = users.groups.map((one) => [one.name, 'x', one.gid, one.members.join(',')].join(':'));
  expect([...passwd, ...group].join('\n')).toBe(await tools('cat /etc/passwd /etc/group'));
  expect(mounts.mounts.map(({ target }) => target).join('\n')).toBe(await tools('findmnt -lno TARGET'));
  expect(mounts.mounts.find(({ target }) => target === '/mnt/a b')).toMatchObject({
    source: 'my disk',
    fstype: 'tmpfs',
    usage: { size: 2 ** 20 },
    hangs: false,
  });
  const { timezone, abbreviation, utcOffset, bootedAt, synchronized } = time;
  const offset = `+0${utcOffset / 3600}00`;
  expect([timezone, abbreviation, offset, bootedAt, synchronized === true ? 'yes' : 'no'].join('\n')).toBe(
    await tools(`timedatectl show -p Timezone --value; date '+%Z%n%z'; sed -n 's/^btime //p' /proc/stat
timedatectl show -p NTPSynchronized --value`),
  );
  const sshd = await tools('cat /run/sshd.pid');
  // Over IPv4 and IPv6.
  const both = [`22 sshd ${sshd}`, `22 sshd ${sshd}`];
  expect(sockets.listening.map(({ port, processes: [one] }) => `${port} ${one?.name} ${one?.pid}`)).toEqual(
    both,
  );
  expect(local).toEqual({ site: { value: { rack: 7 } } });
}
