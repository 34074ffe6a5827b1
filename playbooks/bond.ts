import { play } from 'tsplay';
import { bond } from 'tsplay/modules';

/**
 * Two NICs as one link (layer 2). Choose it when both ends are on one switch, or on switches that act as one.
 *
 * - active-backup needs nothing from the switch and survives the loss of a cable; it gives the speed of one NIC.
 * - 802.3ad needs LACP on the switch and spreads flows over all NICs; one flow never exceeds one NIC.
 *
 * It cannot join links to two different providers: that is routing (layer 3).
 */
export default play('Bond of two NICs', { hosts: 'all', become: true }, ({ host }) => {
  const number = Number(/\d+$/.exec(host.name)?.[0] ?? 1);
  bond('bond0', {
    mode: 'active-backup',
    slaves: ['eth1', 'eth3'],
    primary: 'eth1',
    miimon: 100,
    addresses: [`10.66.0.${number}/24`],
  });
});
