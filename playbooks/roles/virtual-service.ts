import { v } from 'tsplay';
import { addresses, ipvs, ipvsRealServer } from 'tsplay/modules';

/** One of the hosts behind a virtual address. */
const server = v.object({ address: v.string(), weight: v.number() });

/** A service at a virtual address and the servers that give it, as a schema for the variables of a play. */
export const virtualService = v.object({
  vip: v.string(),
  servers: v.array(server),
  port: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65535)), 80),
  scheduler: v.optional(v.picklist(['rr', 'wrr', 'lc', 'wlc', 'sh', 'mh']), 'wrr'),
});

/** What both halves of the role take. */
export interface VirtualService {
  /** The virtual address that clients speak to. */
  readonly vip: string;
  /** The real servers and their weights. One of weight 0 gets no new connections. */
  readonly servers: readonly v.InferOutput<typeof server>[];
  /** The TCP port, the same on the servers: with direct routing it cannot change. @defaultValue 80 */
  readonly port?: number;
  /** Who gets a new connection. @defaultValue 'wrr' */
  readonly scheduler?: v.InferOutput<typeof virtualService>['scheduler'];
}

/** Options of {@link virtualServiceDirector} alone. */
export interface DirectorOptions {
  /** Addresses of servers that get no connections for the time being, such as those that are being updated. */
  readonly out?: ReadonlySet<string>;
  /** How many seconds open connections of a server that is taken out of the list have to end. @defaultValue 60 */
  readonly drain?: number;
}

/**
 * The director of a service that several hosts give at one virtual address: it takes the connections and hands each to
 * a real server by direct routing, so that answers do not come by it.
 *
 * @param name - that of the service, the same from run to run
 * @example virtualServiceDirector('web', { vip: '192.0.2.80', servers: [{ address: '192.0.2.11', weight: 1 }] });
 */
export function virtualServiceDirector(
  name: string,
  { vip, servers, port = 80, scheduler = 'wrr' }: VirtualService,
  { out = new Set(), drain = 60 }: DirectorOptions = {},
): void {
  // On lo the bond's own list of addresses is left alone; ARP for it is answered on every link.
  addresses('lo', { addresses: [`${vip}/32`], exclusive: false });
  ipvs(name, {
    vip,
    port,
    scheduler,
    drain: { limit: drain },
    servers: servers
      .filter(({ address }) => !out.has(address))
      .map((one) => ({ ...one, method: 'gatewaying' })),
  });
}

/**
 * A real server of such a service: it has the virtual address too, and is silent about that, so that the director alone
 * is asked for it. To be declared before the director's half: from then on packets come.
 *
 * @param name - that of the service, as with the director
 * @example virtualServiceServer('web', { vip: '192.0.2.80' });
 */
export function virtualServiceServer(name: string, { vip }: Pick<VirtualService, 'vip'>): void {
  ipvsRealServer(vip, { label: `lo:${name}` });
}
