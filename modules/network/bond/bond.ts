import { defineModule, isTaskOption, type Claim } from '../../../src/steps/index.ts';
import { ip } from '../../tools.ts';
import { absentSteps } from './absent.ts';
import { checkBond } from './check.ts';
import type { AnyBondOptions, BondOptions } from './options.ts';
import { presentSteps } from './steps.ts';
import { addressClaims } from '../links/link-addresses.ts';
import { linkClaims, noLinkClaims } from '../links/link-steps.ts';

export type { BondMode, BondOptions, XmitHashPolicy } from './options.ts';

/**
 * Aggregates several NICs into one logical link (layer 2). Only what is declared is compared.
 *
 * Addresses and routes that a slave carries move to the bond before it joins, so the NIC that SSH comes by can be
 * enslaved: the connection stalls for a moment. What would cut SSH off for good is refused before anything is changed,
 * and so are slaves that are missing or belong to another bond or bridge.
 *
 * A change of `mode` or `failOverMac` takes the slaves out, and of `lacpRate` or `adSelect` the bond down, for a moment;
 * addresses, routes of all tables, next hops, static neighbours, slaves and what stands on the bond are put back. Which
 * slave is active is decided anew. A bond that carries a VLAN or is a port of a bridge is not removed.
 *
 * @example bond('bond0', { mode: '802.3ad', slaves: ['eth1', 'eth2'], lacpRate: 'fast' })
 * @example bond('bond0', { mode: 'active-backup', slaves: ['eth0', 'eth1'], primary: 'eth0' })
 * @example bond('bond0', { state: 'absent' })
 * @see https://docs.kernel.org/networking/bonding.html
 */
export const bond = defineModule<BondOptions>('bond', {
  network: true,
  claims(name, options) {
    const o: AnyBondOptions = options;
    if (o.state === 'absent') return noLinkClaims(name);
    return [
      ...linkClaims(name, { mtu: o.mtu, up: o.up ?? true }),
      ...(o.addresses === undefined ? [] : addressClaims(name, o.addresses)),
      ...optionClaims(name, o),
      // A link is a bond or a slave of one, and of one only.
      { resource: `role:${name}`, value: 'a bond' },
      ...(o.slaves ?? []).flatMap((slave) => slaveClaims(name, slave, o.mtu)),
    ];
  },
  check: (name, options, problem) => checkBond(name, options, problem),
  steps: (name, options) => [
    ip,
    ...(options.state === 'absent' ? absentSteps(name) : presentSteps(name, options)),
  ],
});

/** A slave has what its bond gives it, and no addresses of its own. */
function slaveClaims(name: string, slave: string, mtu: number | undefined): readonly Claim[] {
  return [
    { resource: `role:${slave}`, value: `a slave of ${name}` },
    { resource: `master:${slave}`, value: name },
    ...linkClaims(slave, { mtu }),
    { resource: `mac:${slave}`, value: 'as its bond gives it' },
    { resource: `addresses:${slave}`, value: 'none, for it is a slave of a bond' },
  ];
}

/** Two tasks about one bond must agree. */
function optionClaims(name: string, o: AnyBondOptions): readonly Claim[] {
  return Object.entries(o).flatMap(([key, value]) =>
    value === undefined || ['state', 'mtu', 'up', 'addresses'].includes(key) || isTaskOption(key)
      ? []
      : [
          {
            resource: `bond:${name}:${key}`,
            value: Array.isArray(value) ? value.map(String).toSorted().join(', ') : String(value),
          },
        ],
  );
}
