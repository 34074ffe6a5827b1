import { play, v } from 'tsplay';
import { addresses, link, nexthopRoute } from 'tsplay/modules';

/** A way to the internet: the link, our address on it, the provider's gateway, and its share of the flows. */
const uplink = v.object({
  dev: v.string(),
  address: v.string(),
  via: v.string(),
  weight: v.number(),
});

/**
 * Several ways to one destination, each flow by one of them (layer 3). Choose it for two providers, or two routers,
 * where any flow may go either way: with weights in proportion to what the lines can carry.
 *
 * - `layer4` makes each connection a flow. With `layer3`, all between two hosts goes one way: choose it where a peer
 *   minds that we come from two addresses.
 * - `ignoreLinkdown` leaves a leg whose cable is out, `useNeigh` one whose gateway does not answer ARP.
 * - A resilient group (`objects`) keeps open flows on their leg when another one comes or goes.
 *
 * What it cannot do: send one flow faster than one leg, notice that a provider is dead behind its gateway, or choose by
 * what the traffic is. Source addresses belong to providers: what this host forwards needs source NAT on each leg.
 */
export default play(
  'Uplinks by weight',
  { hosts: 'routers', become: true, vars: v.object({ uplinks: v.array(uplink) }) },
  ({ vars }) => {
    for (const { dev, address } of vars.uplinks) {
      addresses(dev, { addresses: [address] });
      link(dev, { up: true });
    }
    nexthopRoute('default', {
      legs: vars.uplinks.map(({ dev, via, weight }) => ({ dev, via, weight })),
      hashPolicy: 'layer4',
      ignoreLinkdown: true,
      useNeigh: true,
    });
  },
);
