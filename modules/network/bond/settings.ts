import type { AnyBondOptions, BondMode } from './options.ts';

/** Names of what can be chosen, by the kernel's numbers: /sys gives "802.3ad 4". */
export const choices = {
  mode: ['balance-rr', 'active-backup', 'balance-xor', 'broadcast', '802.3ad', 'balance-tlb', 'balance-alb'],
  xmitHashPolicy: ['layer2', 'layer3+4', 'layer2+3', 'encap2+3', 'encap3+4', 'vlan+srcmac'],
  lacpRate: ['slow', 'fast'],
  adSelect: ['stable', 'bandwidth', 'count'],
  primaryReselect: ['always', 'better', 'failure'],
  failOverMac: ['none', 'active', 'follow'],
} as const satisfies Partial<Record<keyof AnyBondOptions, readonly string[]>>;

/** An option whose values have names. */
export type Choice = keyof typeof choices;

/** A choice as /sys gives it. */
export function chosen(option: Choice, name: string): string {
  const names: readonly string[] = choices[option];
  return `${name} ${names.indexOf(name)}`;
}

/** Modes that notice by ARP that a link leads nowhere. */
export const arpModes: readonly BondMode[] = ['balance-rr', 'active-backup', 'balance-xor', 'broadcast'];
const primaryModes: readonly BondMode[] = ['active-backup', 'balance-tlb', 'balance-alb'];

/**
 * The modes that have an option; what is not listed all modes have. The kernel itself refuses `lacp_rate`, `primary`
 * and `arp_interval` in other modes; the rest it takes, and does nothing with.
 */
export const modesOf: Partial<Record<keyof AnyBondOptions, readonly BondMode[]>> = {
  arpInterval: arpModes,
  arpIpTargets: arpModes,
  xmitHashPolicy: ['balance-xor', '802.3ad', 'balance-tlb'],
  lacpRate: ['802.3ad'],
  adSelect: ['802.3ad'],
  minLinks: ['802.3ad'],
  primary: primaryModes,
  primaryReselect: primaryModes,
  failOverMac: ['active-backup'],
};
