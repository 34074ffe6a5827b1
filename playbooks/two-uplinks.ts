import { play, v } from 'tsplay';
import { addresses, link, markRoute, nat, nexthopRoute, sysctl } from 'tsplay/modules';

const port = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65535));

/** A provider: our link to it, its gateway, its share of what may go anywhere, and the TCP ports that go by it alone. */
const uplink = v.object({
  name: v.string(),
  dev: v.string(),
  address: v.string(),
  via: v.string(),
  weight: v.number(),
  ports: v.pipe(v.array(port), v.minLength(1)),
});

/** A service inside that the internet reaches by either provider. */
const service = v.object({ port, to: v.string(), toPort: port });

/**
 * A complete gateway to the internet by several providers: some traffic has its own, the rest is spread by weight, and
 * everything is answered by the link that it came by.
 *
 * - New connections to an uplink's `ports` get its mark, and go by its table. All others go by the weighted default
 *   route, each whole connection by one leg.
 * - Connections stay: one that has left by an uplink (`outbound`), or come in by it (`inbound`, the default), bears its
 *   mark from then on, also when weights change or a dead leg comes back.
 * - Sources are translated on the way out, since each provider takes only addresses of its own.
 * - A leg whose link is down or has no carrier is left at once, by marked connections too; one whose gateway does not
 *   answer ARP is left by new connections of the weighted route. What is dead behind a gateway nobody here notices.
 *
 * It routes and translates, and does not filter: who may pass is for a firewall beside it.
 */
export default play(
  'Gateways',
  {
    hosts: 'gateways',
    become: true,
    vars: v.object({ uplinks: v.array(uplink), services: v.optional(v.array(service), []) }),
  },
  ({ vars: { uplinks, services } }) => {
    sysctl('net.ipv4.ip_forward', { value: 1 });
    for (const [index, { name, dev, address, via, ports }] of uplinks.entries()) {
      addresses(dev, { addresses: [address] });
      link(dev, { up: true });
      nat(`${name}-out`, { type: 'masquerade', outInterface: dev });
      for (const { port, to, toPort } of services) {
        nat(`${name}-${port}`, {
          type: 'dnat',
          inInterface: dev,
          protocol: 'tcp',
          dport: port,
          to,
          toPorts: toPort,
        });
      }
      markRoute(name, {
        match: { protocol: 'tcp', dport: ports },
        mark: index + 1,
        mask: 0xff,
        priority: 201 + index,
        table: 201 + index,
        dev,
        via,
        outbound: true,
        // That of the link is translated above, marked or not.
        sourceNat: 'none',
      });
    }
    nexthopRoute('default', {
      legs: uplinks.map(({ dev, via, weight }) => ({ dev, via, weight })),
      hashPolicy: 'layer4',
      ignoreLinkdown: true,
      useNeigh: true,
    });
  },
);
