import { expect, it } from 'vitest';
import { LabGateway } from '../support/gateway.ts';
import { withLab } from '../support/lab.ts';
import { labProject, taskStatuses } from '../support/project.ts';

/*
 * The lab's kernel with the packet filter that it has. Every packet filter, uids, sets and IPv6 go in network
 * namespaces: test/modules/network/firewall/packets.test.ts.
 */
const lab = withLab(1);
const net = new LabGateway(lab);
const project = labProject();

it('marks, a rule and a table are made', async () => {
  await net.build([25, 80]);
  await net.at(
    'gateway',
    `echo 1 >/proc/sys/net/ipv4/ip_forward; echo 1 >/proc/sys/net/ipv4/conf/all/rp_filter
for i in 1 2; do ip addr add 10.7$i.0.2/24 dev up$i; ip link set up$i up; done
ip route replace default via 10.71.0.1 dev up1`,
  );
  project.write(
    'ways.ts',
    `import { play } from 'tsplay';
import { markRoute, nat } from 'tsplay/modules';
export default play('Ways', { hosts: 'lab1' }, () => {
  nat('lan', { type: 'masquerade', source: '10.66.9.0/24', outInterface: 'up1' });
  markRoute('mail', { match: { protocol: 'tcp', dport: 25 }, mark: 2, mask: 0xff, priority: 200, table: 202, via: '10.72.0.1', dev: 'up2' });
});
`,
  );
  const run = await project.play('run', 'ways.ts', '--limit', 'lab1');
  expect([...taskStatuses(run, 'lab1').values()]).toEqual(['changed', 'changed']);
});

it.each([0, 1, 2])(
  'mail goes by the second uplink, who comes by either is answered by it, with rp_filter %i',
  async (filter) => {
    await net.at(
      'gateway',
      `for link in all up1 lan0; do echo ${filter} >/proc/sys/net/ipv4/conf/$link/rp_filter; done`,
    );
    for (const place of ['gateway', 'client'] as const) {
      expect(await net.spread(place, 25)).toEqual({ up1: 0, up2: 8, lost: 0 });
      expect(await net.spread(place, 80)).toEqual({ up1: 8, up2: 0, lost: 0 });
    }
    for (const address of ['10.71.0.2', '10.72.0.2'])
      expect(await net.knock(address, 80, 1)).toEqual([expect.stringMatching(/^10\.8[12]\./)]);
  },
);
