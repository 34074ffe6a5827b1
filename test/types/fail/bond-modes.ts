import { play } from 'tsplay';
import { bond } from 'tsplay/modules';

const slaves = ['eth1', 'eth2'];
const arp = { arpInterval: 100, arpIpTargets: ['192.0.2.1'] };

// What each mode does not have.
export default play('Modes', { hosts: 'all' }, () => {
  bond('b', { mode: 'balance-rr', slaves, xmitHashPolicy: 'layer2' }); // error: 'xmitHashPolicy' does not exist
  bond('b', { mode: 'balance-rr', slaves, lacpRate: 'fast' }); // error: 'lacpRate' does not exist
  bond('b', { mode: 'balance-rr', slaves, adSelect: 'count' }); // error: 'adSelect' does not exist
  bond('b', { mode: 'balance-rr', slaves, minLinks: 1 }); // error: 'minLinks' does not exist
  bond('b', { mode: 'balance-rr', slaves, primary: 'eth1' }); // error: 'primary' does not exist
  bond('b', { mode: 'balance-rr', slaves, primaryReselect: 'better' }); // error: 'primaryReselect' does not exist
  bond('b', { mode: 'balance-rr', slaves, failOverMac: 'active' }); // error: 'failOverMac' does not exist

  bond('b', { mode: 'broadcast', slaves, xmitHashPolicy: 'layer2' }); // error: 'xmitHashPolicy' does not exist
  bond('b', { mode: 'broadcast', slaves, lacpRate: 'fast' }); // error: 'lacpRate' does not exist
  bond('b', { mode: 'broadcast', slaves, adSelect: 'count' }); // error: 'adSelect' does not exist
  bond('b', { mode: 'broadcast', slaves, minLinks: 1 }); // error: 'minLinks' does not exist
  bond('b', { mode: 'broadcast', slaves, primary: 'eth1' }); // error: 'primary' does not exist
  bond('b', { mode: 'broadcast', slaves, primaryReselect: 'better' }); // error: 'primaryReselect' does not exist
  bond('b', { mode: 'broadcast', slaves, failOverMac: 'active' }); // error: 'failOverMac' does not exist

  bond('b', { mode: 'active-backup', slaves, xmitHashPolicy: 'layer2' }); // error: 'xmitHashPolicy' does not exist
  bond('b', { mode: 'active-backup', slaves, lacpRate: 'fast' }); // error: 'lacpRate' does not exist
  bond('b', { mode: 'active-backup', slaves, adSelect: 'count' }); // error: 'adSelect' does not exist
  bond('b', { mode: 'active-backup', slaves, minLinks: 1 }); // error: 'minLinks' does not exist

  bond('b', { mode: 'balance-xor', slaves, lacpRate: 'fast' }); // error: 'lacpRate' does not exist
  bond('b', { mode: 'balance-xor', slaves, adSelect: 'count' }); // error: 'adSelect' does not exist
  bond('b', { mode: 'balance-xor', slaves, minLinks: 1 }); // error: 'minLinks' does not exist
  bond('b', { mode: 'balance-xor', slaves, primary: 'eth1' }); // error: 'primary' does not exist
  bond('b', { mode: 'balance-xor', slaves, primaryReselect: 'better' }); // error: 'primaryReselect' does not exist
  bond('b', { mode: 'balance-xor', slaves, failOverMac: 'active' }); // error: 'failOverMac' does not exist

  bond('b', { mode: '802.3ad', slaves, primary: 'eth1' }); // error: 'primary' does not exist
  bond('b', { mode: '802.3ad', slaves, primaryReselect: 'better' }); // error: 'primaryReselect' does not exist
  bond('b', { mode: '802.3ad', slaves, failOverMac: 'active' }); // error: 'failOverMac' does not exist
  bond('b', { mode: '802.3ad', slaves, ...arp }); // error: Type '"802.3ad"' is not assignable to type

  bond('b', { mode: 'balance-tlb', slaves, lacpRate: 'fast' }); // error: 'lacpRate' does not exist
  bond('b', { mode: 'balance-tlb', slaves, adSelect: 'count' }); // error: 'adSelect' does not exist
  bond('b', { mode: 'balance-tlb', slaves, minLinks: 1 }); // error: 'minLinks' does not exist
  bond('b', { mode: 'balance-tlb', slaves, failOverMac: 'active' }); // error: 'failOverMac' does not exist
  bond('b', { mode: 'balance-tlb', slaves, ...arp }); // error: Type '"balance-tlb"' is not assignable to type

  bond('b', { mode: 'balance-alb', slaves, xmitHashPolicy: 'layer2' }); // error: 'xmitHashPolicy' does not exist
  bond('b', { mode: 'balance-alb', slaves, lacpRate: 'fast' }); // error: 'lacpRate' does not exist
  bond('b', { mode: 'balance-alb', slaves, adSelect: 'count' }); // error: 'adSelect' does not exist
  bond('b', { mode: 'balance-alb', slaves, minLinks: 1 }); // error: 'minLinks' does not exist
  bond('b', { mode: 'balance-alb', slaves, failOverMac: 'active' }); // error: 'failOverMac' does not exist
  bond('b', { mode: 'balance-alb', slaves, ...arp }); // error: Type '"balance-alb"' is not assignable to type

  // Links are watched in one way or in the other.
  bond('b', { mode: 'active-backup', slaves, miimon: 100, ...arp }); // error: Type 'number' is not assignable to type 'undefined'
  bond('b', { mode: 'active-backup', slaves, updelay: 200, ...arp }); // error: Type 'number' is not assignable to type 'undefined'
  bond('b', { mode: 'active-backup', slaves, downdelay: 200, ...arp }); // error: Type 'number' is not assignable to type 'undefined'
  bond('b', { mode: 'active-backup', slaves, arpInterval: 100 }); // error: Property 'arpIpTargets' is missing
  bond('b', { mode: 'active-backup', slaves, arpIpTargets: ['192.0.2.1'] }); // error: Property 'arpInterval' is missing

  // A mode has to be said.
  bond('b', { slaves }); // error: Property 'mode' is missing
});
