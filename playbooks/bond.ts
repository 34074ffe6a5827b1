import { play, v } from 'tsplay';
import { bond } from 'tsplay/modules';

/**
 * Several NICs as one link (layer 2). Choose it when they lead to one switch, or to switches that act as one, and a
 * cable or a port may fail.
 *
 * - `active-backup` needs nothing from the switch. It survives the loss of a link and gives the speed of one NIC.
 * - `802.3ad` needs LACP on the switch. It spreads flows over all NICs; one flow never exceeds one NIC. Without a
 *   partner that speaks LACP it carries traffic on one link at most, or none.
 * - `balance-xor` is the same without LACP, for a static aggregate of the switch.
 * - `balance-rr` sends packets of one flow over all NICs, so that one flow can exceed one NIC; TCP sees packets out of
 *   order. `balance-tlb` and `balance-alb` spread without help from the switch, by tricks with MAC addresses.
 *
 * What it cannot do: join links that lead to different providers or routers (that is routing, layer 3), or notice that
 * a link is up and leads nowhere, unless `arpInterval` asks somebody behind it.
 */
export default play(
  'Bonds',
  {
    hosts: 'all',
    become: true,
    vars: v.object({ nics: v.tupleWithRest([v.string()], v.string()), address: v.string() }),
  },
  ({ vars }) => {
    bond('bond0', {
      mode: 'active-backup',
      slaves: vars.nics,
      primary: vars.nics[0],
      miimon: 100,
      addresses: [vars.address],
    });
  },
);
