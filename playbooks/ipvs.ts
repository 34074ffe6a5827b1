import { play, v } from 'tsplay';
import { virtualService, virtualServiceDirector, virtualServiceServer } from './roles/virtual-service.ts';

const vars = v.object({ web: virtualService });

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
export default [
  // Before the director: from then on packets for the virtual address come.
  play('Real servers', { hosts: 'servers', become: true, vars }, ({ vars }) => {
    virtualServiceServer('web', vars.web);
  }),
  play('Director', { hosts: 'directors', become: true, vars }, ({ vars }) => {
    virtualServiceDirector('web', vars.web);
  }),
];
