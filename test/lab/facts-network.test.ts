import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { factGroups, type Bond, type Facts, type IpvsService, type PortVlan } from '../../src/facts/index.ts';
import { withLab } from './support/lab.ts';
import { labProject } from './support/project.ts';

const lab = withLab(1);
const project = labProject();
const odd = `b'0`;
let facts: Facts;

/** What only a kernel with these modules has; the partner of a bond is another one. */
const ground = `set -e
modprobe bonding max_bonds=0; modprobe 8021q; modprobe ip_vs; modprobe dummy
ip link add name "${odd}" type bond mode 802.3ad miimon 100 updelay 200 lacp_rate fast xmit_hash_policy layer3+4
ip link add name bond1 type bond mode active-backup miimon 50
ip link add name bond2 type bond mode 802.3ad miimon 100
for i in 1 2; do
  ip link add name s$i type veth peer name t$i; ip link set s$i master "${odd}"; ip link set t$i master bond2
done
ip link add name dummy0 type dummy; ip link set dummy0 master bond1; ip link set eth1 master bond1
for i in "${odd}" bond1 bond2; do ip link set "$i" up; done
ip link set bond1 type bond primary eth1
ip link add link bond1 name vlan7 type vlan id 7; ip link set vlan7 alias "$(printf 'to the\\n\\033[1mcellar')"
ip link add name br0 type bridge vlan_filtering 1
ip link add name p0 type veth peer name q0; ip link set p0 master br0
for i in p0 q0 br0; do ip link set $i up; done
bridge vlan add dev p0 vid 10-20; bridge vlan add dev p0 vid 30 pvid untagged; bridge vlan add dev br0 vid 30 self
ipvsadm -R <<'END'
-A -t 10.0.0.1:80 -s wrr -p 300 -M 255.255.255.0
-a -t 10.0.0.1:80 -r 10.0.0.2:8080 -m -w 3
-a -t 10.0.0.1:80 -r 10.0.0.3:80 -g -w 0
-A -u 10.0.0.1:53 -s rr -o
-a -u 10.0.0.1:53 -r 10.0.0.4:53 -i -w 1
-A -t [2001:db8::1]:443 -s lc -p 60 -M 64
-a -t [2001:db8::1]:443 -r [2001:db8::2]:443 -m -w 2
-A -f 7 -s sh
-a -f 7 -r 10.0.0.9:0 -g -w 1
-A -f 8 -6 -s rr -p 50
-a -f 8 -6 -r [2001:db8::9]:0 -g -w 1
-A -f 9 -s rr
END
nft add table inet mine; nft 'add chain inet mine c { type filter hook input priority 0; policy accept; }'
nft add rule inet mine c tcp dport 7 drop
ip netns add inner; ip link add name x0 netns inner type dummy
for i in $(seq 50); do
  [ "$(cat "/sys/class/net/${odd}/bonding/ad_num_ports")" = 2 ] && grep -q eth1 /sys/class/net/bond1/bonding/active_slave && exit
  sleep 0.2
done
exit 1`;

beforeAll(async () => {
  const { code, stderr } = await lab.ssh('lab1', ground);
  if (code !== 0) throw new Error(`the ground: ${stderr}`);
  const out = join(project.dir, 'facts.json');
  project.write(
    'site.ts',
    `import { writeFileSync } from 'node:fs';
import { play } from 'tsplay';
const facts = ['network', 'routes', 'bonding', 'bridges', 'namespaces', 'ipvs', 'firewall'] as const;
export default play('Look', { hosts: 'lab1', become: true, facts }, ({ facts: all }) =>
  writeFileSync('${out}', JSON.stringify({ ...all })));
`,
  );
  const check = await project.play('check', 'site.ts');
  if (check.code !== 0) throw new Error(`${check.stderr}${check.stdout}`);
  facts = JSON.parse(readFileSync(out, 'utf8')) as Facts;
});

interface BondLink {
  readonly linkinfo: {
    readonly info_data: Readonly<Record<string, unknown>> & {
      readonly ad_info?: Readonly<Record<string, unknown>>;
    };
  };
}
interface SlaveLink {
  readonly ifname: string;
  readonly linkinfo: { readonly info_slave_data: Readonly<Record<string, unknown>> };
}
const json = async <T>(command: string): Promise<T> => JSON.parse(await lab.read('lab1', command)) as T;
const bondOf = (name: string): Bond => {
  const found = facts.bonding.bonds.find((bond) => bond.name === name);
  if (found === undefined) throw new Error(`no ${name} in ${JSON.stringify(facts.bonding)}`);
  return found;
};

describe('bonds are as `ip` has them:', () => {
  it.each([odd, 'bond1', 'bond2'])('%s', async (name) => {
    const bond = bondOf(name);
    const [link] = await json<readonly BondLink[]>(`ip -j -d link show dev "${name}"`);
    const data = link?.linkinfo.info_data;
    expect({
      mode: bond.mode,
      miimon: bond.miimon,
      updelay: bond.updelay,
      active_slave: bond.activeSlave,
      primary: bond.primary,
      min_links: bond.minLinks,
    }).toEqual({
      mode: data?.['mode'],
      miimon: data?.['miimon'],
      updelay: data?.['updelay'],
      active_slave: data?.['active_slave'],
      primary: data?.['primary'],
      min_links: data?.['min_links'],
    });
    const info = data?.ad_info;
    expect([
      bond.lacp?.aggregator,
      bond.lacp?.ports,
      bond.lacp?.actorKey,
      bond.lacp?.partnerKey,
      bond.lacp?.partnerMac,
    ]).toEqual(
      ['aggregator', 'num_ports', 'actor_key', 'partner_key', 'partner_mac'].map((key) => info?.[key]),
    );
    const slaves = await json<readonly Partial<SlaveLink>[]>(`ip -j -d link show master "${name}"`);
    const listed = slaves.flatMap(({ ifname, linkinfo }) =>
      ifname === undefined || linkinfo === undefined ? [] : [{ ifname, ...linkinfo.info_slave_data }],
    );
    expect(
      bond.slaves
        .map((slave) => ({
          ifname: slave.name,
          state: slave.state.toUpperCase(),
          mii_status: slave.miiStatus.toUpperCase(),
          link_failure_count: slave.linkFailures,
          perm_hwaddr: slave.permanentMac,
          queue_id: slave.queueId,
        }))
        .toSorted((a, b) => (a.ifname < b.ifname ? -1 : 1)),
    ).toEqual(
      listed
        .map(({ ifname, ...slave }) => {
          const of = slave as Readonly<Record<string, unknown>>;
          return {
            ifname,
            state: of['state'],
            mii_status: of['mii_status'],
            link_failure_count: of['link_failure_count'],
            perm_hwaddr: of['perm_hwaddr'],
            queue_id: of['queue_id'],
          };
        })
        .toSorted((a, b) => (a.ifname < b.ifname ? -1 : 1)),
    );
  });

  it('with what LACP has come to', async () => {
    expect(bondOf(odd)).toMatchObject({ xmitHashPolicy: 'layer3+4', lacp: { rate: 'fast', ports: 2 } });
    expect(bondOf(odd).lacp?.partnerMac).toBe(await lab.read('lab1', 'cat /sys/class/net/bond2/address'));
    expect(bondOf('bond1')).toMatchObject({ activeSlave: 'eth1', primary: 'eth1' });
    const speed = Number(await lab.read('lab1', 'cat /sys/class/net/eth1/speed'));
    expect(bondOf('bond1').slaves.find(({ name }) => name === 'eth1')).toMatchObject({ speed });
  });
});

/** A service as the lines by which `ipvsadm` gives it back, without what the kernel's own list leaves out. */
function saved({ protocol, vip, port, fwmark, family, ...of }: IpvsService): readonly string[] {
  const at = (address: string, number: number): string =>
    address.includes(':') ? `[${address}]:${number}` : `${address}:${number}`;
  const six = fwmark !== undefined && family === 6 ? ' -6' : '';
  const service =
    fwmark === undefined ? `-${protocol?.[0]} ${at(vip ?? '', port ?? 0)}` : `-f ${fwmark}${six}`;
  const prefix = of.persistent?.prefix;
  const mask = { 24: ' -M 255.255.255.0', 64: ' -M 64' }[prefix ?? 0] ?? '';
  const persistent = of.persistent === undefined ? '' : ` -p ${of.persistent.seconds}${mask}`;
  const methods = { masquerading: '-m', gatewaying: '-g', ipip: '-i', local: '' };
  return [
    `-A ${service} -s ${of.scheduler}${persistent}${of.onePacket ? ' -o' : ''}`,
    ...of.servers.map(
      (one) => `-a ${service} -r ${at(one.address, one.port)} ${methods[one.method]} -w ${one.weight}`,
    ),
  ];
}

it('IPVS is as `ipvsadm` has it', async () => {
  const lines = (await lab.read('lab1', 'ipvsadm -Sn')).replaceAll(' --tun-type ipip', '').split('\n');
  const { available, version, services } = facts.ipvs;
  expect([available, version]).toEqual([true, '1.2.1']);
  expect(services.flatMap(saved).toSorted()).toEqual(lines.toSorted());
});

it('bridges have the VLANs that `bridge` has', async () => {
  const listed =
    await json<readonly { ifname: string; vlans: readonly { vlan: number }[] }[]>('bridge -j vlan show');
  const [bridge] = facts.bridges.bridges;
  const [port] = bridge?.ports ?? [];
  const ids = (vlans: readonly PortVlan[] | undefined): readonly number[] =>
    (vlans ?? []).flatMap(({ id, last }) => Array.from({ length: last - id + 1 }, (_, n) => id + n));
  const of = (name: string): readonly number[] | undefined =>
    listed.find(({ ifname }) => ifname === name)?.vlans.map(({ vlan }) => vlan);
  expect(ids(bridge?.vlans)).toEqual(of('br0'));
  expect(ids(port?.vlans)).toEqual(of('p0'));
  expect(port?.vlans?.find(({ pvid }) => pvid)).toMatchObject({ id: 30, untagged: true });
  expect(bridge).toMatchObject({ vlanFiltering: true, defaultPvid: 1 });
});

// In a play the guest's own shell has asked: dash.
describe.each(['bash', 'busybox ash'])('in %s', (shell) => {
  it.each(['bonding', 'bridges', 'ipvs'] as const)('the probe of %s finds the same', async (group) => {
    const input = `unset IFS; set -f; LC_ALL=C; export LC_ALL; (${factGroups[group].probe.text}\n)\n`;
    const { code, stdout } = await lab.ssh('lab1', shell, { input });
    expect(code).toBe(0);
    // As the other ones have come by a file.
    expect(JSON.parse(JSON.stringify(factGroups[group].parse(stdout)))).toEqual(facts[group]);
  });
});

it('the rest is there, too', async () => {
  const vlan = facts.network.interfaces.find(({ name }) => name === 'vlan7');
  expect(vlan).toMatchObject({
    kind: 'vlan',
    parent: 'bond1',
    vlanId: 7,
    alias: 'to the\n\u001b[1mcellar',
  });
  const [inner] = facts.namespaces.namespaces;
  expect(inner).toMatchObject({ name: 'inner', processes: 0, interfaces: ['lo', 'x0'] });
  expect(String(inner?.inode)).toBe(await lab.read('lab1', 'stat -Lc %i /run/netns/inner'));
  expect(facts.firewall).toMatchObject({
    backend: 'nft',
    tables: [{ family: 'inet', name: 'mine', chains: [{ name: 'c', hook: 'input', rules: 1 }] }],
  });
  const routes = await json<readonly { dst: string }[]>('ip -j -4 route show table all');
  expect(facts.routes.routes4.map(({ destination }) => destination)).toEqual(routes.map(({ dst }) => dst));
  expect(facts.network.dns.nameservers.join('\n')).toBe(
    await lab.read('lab1', "sed -n 's/^nameserver //p' /etc/resolv.conf"),
  );
});
