import {
  builtins,
  query,
  reading,
  sh,
  value,
  type Claim,
  type Resource,
  type Step,
} from '../../../src/steps/index.ts';
import { canonicalNetwork } from '../address.ts';
import { protocol, tosHex, word } from './route-steps.ts';

/** All rules of a family: one process for all steps that look at them. */
const allRules = {
  4: query('rules4', sh`exec ip -N -o -4 rule`),
  6: query('rules6', sh`exec ip -N -o -6 rule`),
};

/** Which packets a rule is about, and where it sends them. */
export interface RuleWords {
  readonly not?: boolean | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly tos?: number | undefined;
  readonly fwmark?: number | undefined;
  readonly fwmask?: number | undefined;
  readonly iif?: string | undefined;
  readonly oif?: string | undefined;
  readonly uidrange?: readonly [number, number] | undefined;
  /** Number of the protocol. */
  readonly ipproto?: number | undefined;
  readonly sport?: string | undefined;
  readonly dport?: string | undefined;
  readonly table?: number | undefined;
  readonly suppressPrefixlength?: number | undefined;
  readonly type?: 'blackhole' | 'unreachable' | 'prohibit' | undefined;
  /** Preference of the rule at which it goes on. */
  readonly goto?: number | undefined;
}

/** The resource that the rules of a preference are. */
export function ruleResource(family: 4 | 6, preference: number): Resource {
  return `rule:${family}:${preference}`;
}

export function ruleClaim(family: 4 | 6, preference: number, rules: readonly RuleWords[]): Claim {
  return { resource: ruleResource(family, preference), value: rules.map(ruleLine).join('; ') || 'absent' };
}

/** At this preference there are these rules of ours alone, looked at in this order, or none; those of others stay. */
export function ruleStep(family: 4 | 6, preference: number, rules: readonly RuleWords[]): Step {
  const all = allRules[family];
  return value(`rule ${preference}${family === 6 ? ' (IPv6)' : ''}`, {
    uses: [all],
    read: reading(builtins`ts_rules ${all.output} ${preference} ${protocol}`),
    want: rules.map(ruleLine).join('\n'),
    write: sh`ts_set_rules "$1" ${family} ${preference} ${protocol}`,
  });
}

const hex = (number: number): string => `0x${number.toString(16)}`;

/** The rule as the runtime prints it. */
function ruleLine(o: RuleWords): string {
  const network = (name: string, given: string | undefined): readonly string[] =>
    given === undefined || canonicalNetwork(given) === 'default' ? [] : [name, canonicalNetwork(given)];
  const from = network('from', o.from);
  const mask = o.fwmask === undefined || o.fwmask === 0xffffffff ? '' : `/${hex(o.fwmask)}`;
  return [
    ...(o.not === true ? ['not'] : []),
    ...(from.length > 0 ? from : ['from', 'all']),
    ...network('to', o.to),
    ...(o.tos === undefined ? [] : ['tos', tosHex(o.tos)]),
    ...(o.fwmark === undefined ? [] : ['fwmark', `${hex(o.fwmark)}${mask}`]),
    ...word('iif', o.iif),
    ...word('oif', o.oif),
    ...(o.uidrange === undefined ? [] : ['uidrange', o.uidrange.join('-')]),
    ...word('ipproto', o.ipproto),
    ...word('sport', o.sport),
    ...word('dport', o.dport),
    ...word('lookup', o.table),
    ...word('suppress_prefixlength', o.suppressPrefixlength),
    ...word('goto', o.goto),
    ...(o.type === undefined ? [] : [o.type]),
    'protocol',
    String(protocol),
  ].join(' ');
}
