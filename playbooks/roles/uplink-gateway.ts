import { v } from 'tsplay';
import { addresses, link, markRoute, nat, nexthopRoute, sysctl } from 'tsplay/modules';

const port = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65535));

/** A provider: our link to it, its gateway, its share of what may go anywhere, and the TCP ports that go by it alone. */
export const uplink = v.object({
  name: v.string(),
  dev: v.string(),
  address: v.string(),
  via: v.string(),
  weight: v.number(),
  ports: v.pipe(v.array(port), v.minLength(1)),
});

/** A service inside that the internet reaches by either provider. */
export const inboundService = v.object({ port, to: v.string(), toPort: port });

/** What {@link uplinkGateway} takes, as a schema for the variables of a play. */
export const uplinkGatewayVars = v.object({
  uplinks: v.pipe(v.array(uplink), v.minLength(1)),
  services: v.optional(v.array(inboundService), []),
});

/** Options of {@link uplinkGateway}. */
export interface UplinkGatewayOptions {
  /** The providers, in the order of their marks and tables. */
  readonly uplinks: readonly v.InferOutput<typeof uplink>[];
  /** Services inside that are reached from outside. @defaultValue none */
  readonly services?: readonly v.InferOutput<typeof inboundService>[];
  /** The first of the routing tables, and of the priorities of rules, one for each uplink. @defaultValue 201 */
  readonly firstTable?: number;
}

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
 *
 * @example
 * uplinkGateway({
 *   uplinks: [
 *     { name: 'isp1', dev: 'eth1', address: '192.0.2.2/24', via: '192.0.2.1', weight: 1, ports: [443] },
 *     { name: 'isp2', dev: 'eth2', address: '198.51.100.2/24', via: '198.51.100.1', weight: 3, ports: [25] },
 *   ],
 * });
 */
export function uplinkGateway({ uplinks, services = [], firstTable = 201 }: UplinkGatewayOptions): void {
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
      priority: firstTable + index,
      table: firstTable + index,
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
}
