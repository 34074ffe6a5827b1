import { play, v } from 'tsplay';
import { addresses, ipvs, ipvsRealServer } from 'tsplay/modules';

/**
 * One address for a service that several hosts offer (layer 4). A director takes the connections and hands each to one
 * of its real servers, in the kernel: no proxy reads and writes what is said. Choose it where a proxy would be too slow
 * or must not stand between, and for what is not HTTP: mail, DNS, SIP, SCTP.
 *
 * How packets reach the real servers:
 *
 * - `gatewaying` (direct routing): they have the virtual address too, and answer the client themselves. The fastest: the
 *   director sees only what clients say. It must share a segment with them, and the port cannot change.
 * - `masquerading` (NAT): they need nothing, but their way back to the clients must lead through the director, which
 *   carries both directions. The port can change. Clients on the servers' own segment get no answer.
 * - `ipip` (a tunnel): as direct routing, for servers that are some routers away. Mind the smaller MTU.
 *
 * Which server a connection gets: `wrr` by weight, where connections are alike; `wlc` to the one with the fewest, where
 * they last long; `mh` by a hash of the client, so that two directors choose alike. `persistent` keeps a client at its
 * server, for what that server remembers of him; give `persistentPrefix` where clients come through many addresses.
 *
 * What it cannot do: look at what is said (paths, names in TLS), or notice that a server is dead. Something else has to
 * do the latter, and change weights; one that is being taken away is drained. Two directors need something that moves
 * the virtual address, such as VRRP; `ipvsSync` tells the other one which connections there are.
 */
export const web = v.object({
  vip: v.string(),
  servers: v.array(v.object({ address: v.string(), weight: v.number() })),
});

/** The service on the director. Servers whose addresses are `out` get no connections, until they are not any more. */
export function webService(
  { vip, servers }: v.InferOutput<typeof web>,
  out: ReadonlySet<string> = new Set(),
): void {
  ipvs('web', {
    vip,
    port: 80,
    scheduler: 'wrr',
    // Open connections of a server that is taken out of the list have a minute to end.
    drain: { limit: 60 },
    servers: servers
      .filter(({ address }) => !out.has(address))
      .map((server) => ({ ...server, method: 'gatewaying' })),
  });
}

export default [
  // Before the director: from then on packets for the virtual address come.
  play('Real servers', { hosts: 'servers', become: true, vars: v.object({ web }) }, ({ vars }) => {
    ipvsRealServer(vars.web.vip, { label: 'lo:web' });
  }),
  play('Director', { hosts: 'directors', become: true, vars: v.object({ web }) }, ({ vars }) => {
    // On lo the bond's own list of addresses is left alone; ARP for it is answered on every link.
    addresses('lo', { addresses: [`${vars.web.vip}/32`], exclusive: false });
    webService(vars.web);
  }),
];
