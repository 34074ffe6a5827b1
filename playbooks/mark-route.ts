import { play, v } from 'tsplay';
import { addresses, link, markRoute } from 'tsplay/modules';

/** Traffic that goes by a link of its own. */
const mailUplink = v.object({ dev: v.string(), address: v.string(), via: v.string() });

/**
 * Kinds of traffic by links of their own (layers 3 and 4): mail by the provider where our address has a good name,
 * backups by the cheap one, one customer by his own line. Choose it where you know what belongs where; `nexthopRoute`
 * spreads all the rest, and goes together with it.
 *
 * A match may be about ports, addresses and sets of them, the link that packets come in by, DSCP, or the user of what
 * this host itself sends. New connections get a mark, which stays with them; a rule sends marked packets to a routing
 * table that has one default route. Replies come back: the source is translated to the address of the link, the filter
 * of source addresses is loose there, and connections that come in by the link are answered by it.
 *
 * What it cannot do: balance, or notice that a provider is dead behind its gateway. If the link itself goes down,
 * its route goes too, and the traffic goes the way of the rest. Marks are known on this host only.
 */
export default play(
  'Mail by its own uplink',
  { hosts: 'relays', become: true, vars: v.object({ mailUplink }) },
  ({
    vars: {
      mailUplink: { dev, address, via },
    },
  }) => {
    addresses(dev, { addresses: [address] });
    link(dev, { up: true });
    markRoute('mail', {
      match: { protocol: 'tcp', dport: [25, 465, 587] },
      mark: 0x2,
      mask: 0xff,
      priority: 202,
      table: 202,
      dev,
      via,
    });
  },
);
