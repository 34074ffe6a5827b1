import { play, v } from 'tsplay';
import { addresses, route, teql } from 'tsplay/modules';

/**
 * One flow over several links at once (layer 3): an equalizer sends packet after packet by one link after another. Choose
 * it for links that are alike, where one transfer must be faster than one of them: two leased lines or tunnels of the
 * same kind between two sites.
 *
 * **Packets overtake each other.** TCP takes that for loss and slows down, the more the links differ; calls and games
 * stutter. Where no single flow has to exceed one link, a bond (one segment) or a multipath route (several providers)
 * spreads flows and keeps each in order.
 *
 * - The other end is an equalizer as well, or packets come back by one link. Its address answers ARP on every link.
 * - A link that is down or has no carrier is passed over. One that is up and leads nowhere swallows its share: nobody
 *   watches what is behind it.
 * - Where the filter of all links (`net.ipv4.conf.all.rp_filter`) is 2, as in base.ts, each link needs an address of its
 *   own; where it is 1, nothing that comes in gets through, and the task says so.
 * - The MTU is that of the smallest link.
 */
const equalizer = v.object({
  address: v.string(),
  /** The address of the other end, and what is behind it. */
  peer: v.string(),
  networks: v.array(v.string()),
  links: v.array(v.object({ dev: v.string(), address: v.string() })),
});

export default play(
  'Equalizers',
  { hosts: 'equalized', become: true, vars: v.object({ equalizer }) },
  ({ vars }) => {
    const { address, peer, networks, links } = vars.equalizer;
    for (const link of links) addresses(link.dev, { addresses: [link.address] });
    teql('teql0', { slaves: links.map(({ dev }) => dev), addresses: [address] });
    for (const network of networks) route(network, { via: peer, dev: 'teql0' });
  },
);
