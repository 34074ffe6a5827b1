import { tableOf, tosOf, type LineNames } from './names.ts';
import { Words } from './words.ts';

/** What a rule does with a packet that it is for. */
export type RuleAction = 'lookup' | 'goto' | 'nop' | 'blackhole' | 'unreachable' | 'prohibit';

/** A range of numbers with both its ends. */
export type NumberRange = readonly [first: number, last: number];

/** A rule of policy routing. What it does not ask for is undefined. */
export interface Rule {
  /** Rules are asked from the lowest to the highest one. */
  readonly preference: number;
  /** It is for the packets that all the rest does not describe. Never told by busybox's `ip`. */
  readonly not: boolean;
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly iif: string | undefined;
  readonly oif: string | undefined;
  readonly fwmark: number | undefined;
  /** 0xffffffff where the whole mark counts. */
  readonly fwmask: number | undefined;
  readonly tos: number | undefined;
  /** `tcp`, `udp`, `icmp` …, or the number of another one. */
  readonly ipproto: string | undefined;
  readonly sport: NumberRange | undefined;
  readonly dport: NumberRange | undefined;
  /** Users of the sockets. */
  readonly uidrange: NumberRange | undefined;
  /** Words of the rule that are none of these. */
  readonly others: readonly string[];
  readonly action: RuleAction;
  /** Number of the table that is looked up; undefined for another action, and for that of a VRF. */
  readonly table: number | undefined;
  /** `main`, `local`, or what the host calls it. */
  readonly tableName: string | undefined;
  /** The preference that it leads to. */
  readonly goto: number | undefined;
  /** What the table says is left aside if its prefix is this long or shorter. */
  readonly suppressPrefixlength: number | undefined;
  /** Who made it: `kernel`, `boot`, `201` …; undefined where it does not say it. */
  readonly protocol: string | undefined;
}

// What the kernel calls actions by, and how a listing names them that takes them for types of routes.
const actions: Readonly<Partial<Record<string, RuleAction>>> = {
  2: 'goto',
  local: 'goto',
  3: 'nop',
  broadcast: 'nop',
  nop: 'nop',
  6: 'blackhole',
  blackhole: 'blackhole',
  7: 'unreachable',
  unreachable: 'unreachable',
  8: 'prohibit',
  prohibit: 'prohibit',
};
const protocols: Readonly<Record<string, string>> = {
  1: 'icmp',
  6: 'tcp',
  17: 'udp',
  47: 'gre',
  50: 'esp',
  51: 'ah',
  58: 'icmpv6',
  132: 'sctp',
};

/** Reads a line of `ip -o rule show`. */
export function ruleOf(line: string, names: LineNames): Rule {
  const [, preference, rest] = /^(\d+):\s+(.*)$/.exec(line) ?? [];
  if (preference === undefined || rest === undefined) throw new Error(`not a rule: ${line}`);
  const words = new Words(rest);
  const rule: Draft = {};
  const others: string[] = [];
  while (!words.ended) readWord(rule, words.next(), words, names, others);
  if (rule.action === undefined) throw new Error(`a rule without an action: ${line}`);
  return { ...empty, ...rule, action: rule.action, preference: Number(preference), others };
}

type Draft = { -readonly [K in keyof Rule]?: Rule[K] };
const empty: Omit<Rule, 'preference' | 'others' | 'action'> = {
  not: false,
  from: undefined,
  to: undefined,
  iif: undefined,
  oif: undefined,
  fwmark: undefined,
  fwmask: undefined,
  tos: undefined,
  ipproto: undefined,
  sport: undefined,
  dport: undefined,
  uidrange: undefined,
  table: undefined,
  tableName: undefined,
  goto: undefined,
  suppressPrefixlength: undefined,
  protocol: undefined,
};

function readWord(rule: Draft, word: string, words: Words, names: LineNames, others: string[]): void {
  switch (word) {
    case 'not':
      rule.not = true;
      break;
    case 'from':
    case 'to': {
      const prefix = words.next();
      rule[word] = prefix === 'all' ? undefined : prefix;
      break;
    }
    case 'iif':
    case 'oif':
      rule[word] = words.next();
      break;
    case 'fwmark': {
      const [mark, mask = '0xffffffff'] = words.next().split('/');
      rule.fwmark = Number(mark);
      rule.fwmask = Number(mask);
      if (Number.isNaN(rule.fwmark + rule.fwmask)) throw new Error(`not a mark: ${mark}/${mask}`);
      break;
    }
    case 'tos':
      rule.tos = tosOf(words.next(), names);
      break;
    case 'ipproto': {
      const name = words.next().replace(/^ipproto-/, '');
      rule.ipproto = protocols[name] ?? name;
      break;
    }
    case 'sport':
    case 'dport':
    case 'uidrange':
      rule[word] = rangeOf(words.next());
      break;
    case 'lookup':
      readLookup(rule, words.next(), words, names);
      break;
    case 'goto':
      rule.action = 'goto';
      rule.goto = words.number();
      break;
    case 'suppress_prefixlength':
      rule.suppressPrefixlength = words.number();
      break;
    case 'proto':
      rule.protocol = names.protocols.name(words.next());
      break;
    // The device is not there, or the rule to go to.
    case '[detached]':
    case '[unresolved]':
      break;
    default: {
      // Only who made the rule stands behind an action; else a number is that of a selector that is not known here.
      const last = words.ended || words.peek() === 'proto';
      const action = last && rule.action === undefined ? actions[word] : undefined;
      if (action === undefined) others.push(word);
      else rule.action = action;
    }
  }
}

function readLookup(rule: Draft, table: string, words: Words, names: LineNames): void {
  rule.action = 'lookup';
  if (table === '[l3mdev-table]') return;
  // So busybox's `ip` writes the actions that look nothing up.
  const action = table === 'unspec' || table === '0' ? actions[words.peek()] : undefined;
  if (action === undefined) Object.assign(rule, tableOf(table, names));
  else {
    rule.action = action;
    words.next();
  }
}

function rangeOf(word: string): NumberRange {
  const [first, last = first] = word.split('-').map(Number);
  if (first === undefined || last === undefined || Number.isNaN(first + last))
    throw new Error(`not a range: ${word}`);
  return [first, last];
}
