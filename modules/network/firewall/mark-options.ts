import { option, type OptionRule, type OptionRules } from '../../../src/steps/index.ts';
import { isAddress4, isAddress6 } from '../address.ts';
import type { Family } from './chains.ts';
import { device, matchRules, rangeOf, type PacketMatch } from './match.ts';

/** Which packets a {@link markRoute} is about; all that is said must hold. */
export interface MarkMatch extends PacketMatch {
  /** The link that they come in by: then what the host itself sends is left alone. @defaultValue any but `dev` */
  readonly inInterface?: string;
  /** Differentiated services code point, 0 to 63: 46 is EF, 26 is AF31. @defaultValue all */
  readonly dscp?: number;
  /**
   * Of the user with this name or number, or a range of numbers: then what passes through is left alone.
   * @defaultValue all
   */
  readonly uid?: number | string;
}

interface Key {
  /**
   * Preference of the rule, 1 to 32765, and of routes that match the same connection that of the lowest one counts.
   * It must be nobody else's.
   */
  readonly priority: number;
  /** Number of a routing table that is nobody else's: 1 to 4294967295, but not 253 to 255. */
  readonly table: number;
  /** The link that they leave by. */
  readonly dev: string;
  /** Only needed where no address tells it. @defaultValue 4 */
  readonly family?: Family;
}

interface Present extends Key {
  /** Which packets; with a list, those that one of them matches. Only connections that are new count. */
  readonly match: MarkMatch | readonly MarkMatch[];
  /** The mark that they get, 1 to 0xffffffff, within `mask`. */
  readonly mark: number;
  /** The bits of marks that are ours: others can use the rest for theirs. @defaultValue 0xffffffff */
  readonly mask?: number;
  /**
   * What passes through the host, what it sends itself, or both. What is sent to the host itself is left alone.
   * @defaultValue 'all', as far as the match is about it
   */
  readonly traffic?: 'all' | 'arriving' | 'local';
  /** The gateway. @defaultValue none: everybody is reached on the link itself, such as a tunnel */
  readonly via?: string;
  /** The gateway is on the link, whatever its address says. @defaultValue false */
  readonly onlink?: boolean;
  /**
   * Routes of the main table that are longer than a default route come first, so that hosts on links of this one, and
   * replies to them, are not sent to the gateway. @defaultValue true
   */
  readonly mainFirst?: boolean;
  /**
   * Remember the mark with the connection: all of its packets go the same way, whatever they match. Without it each
   * packet is judged by itself, and `inbound`, `outbound` and `rpFilter: 'srcValidMark'` cannot be. @defaultValue true
   */
  readonly connmark?: boolean;
  /**
   * Connections that others open by `dev` are answered by it. Where the default route leaves by `dev` through another
   * gateway, that is an error. @defaultValue true, with `connmark`
   */
  readonly inbound?: boolean;
  /**
   * Connections that leave by `dev` for another reason, such as a multipath route, get the mark too, and so stay there
   * when the ways of that route change. @defaultValue false
   */
  readonly outbound?: boolean;
  /**
   * What lets replies pass the filter of source addresses, which knows nothing of marks (IPv4): `'loose'` sets
   * rp_filter of `dev` to 2; `'srcValidMark'` has the filter look at the mark of the connection, and may stay strict;
   * `'keep'` leaves it. @defaultValue 'loose'
   */
  readonly rpFilter?: 'loose' | 'srcValidMark' | 'keep';
  /**
   * The source that marked connections get when they leave by `dev`: the address of `dev`, a given one, or their own.
   * What the host itself sends has the address of the link of the default route, which no reply comes back by.
   * @defaultValue 'masquerade'
   */
  readonly sourceNat?: 'masquerade' | 'none' | (string & {});
  /** @defaultValue 'present' */
  readonly state?: 'present';
}

interface Absent extends Key {
  /** No marks, no rule and no route of this; filters of source addresses go back with their last user. */
  readonly state: 'absent';
}

/** Options of {@link markRoute}. */
export type MarkRouteOptions = Present | Absent;

/** All of them in one flat type, as the checks and steps see it. */
export type AnyMarkOptions = Key &
  Partial<Omit<Present, keyof Key | 'state'>> & { readonly state?: 'present' | 'absent' };

const isAddress = (text: string): boolean => isAddress4(text) || (isAddress6(text) && !text.includes('%'));
const address = option.rule('an IP address', (value) => typeof value === 'string' && isAddress(value));
const mark = option.whole(1, 2 ** 32 - 1);

const uid: OptionRule = option.rule(
  "the name or number of a user, or a range such as '1000-1999'",
  (value) =>
    (Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) < 2 ** 32 - 1) ||
    (typeof value === 'string' && /^[a-z_][a-z0-9_-]{0,31}$/.test(value)) ||
    (rangeOf(value)?.[1] ?? 2 ** 32) < 2 ** 32 - 1,
);

const rulesOfMatch: OptionRules<MarkMatch> = {
  ...matchRules,
  inInterface: device,
  dscp: option.whole(0, 63),
  uid,
};

const match: OptionRule = (name, value) => {
  if (!option.isPlain(value)) return [`${name} must be an object, not ${option.shown(value)}`];
  return Object.entries(value).flatMap(([key, inner]) => {
    const rule = Object.hasOwn(rulesOfMatch, key) ? rulesOfMatch[key as keyof MarkMatch] : undefined;
    if (rule === undefined) {
      return [
        `${name} has no option ${option.quoted(key)}; there are ${Object.keys(rulesOfMatch).join(', ')}`,
      ];
    }
    return inner === undefined ? [] : rule(`${name}.${key}`, inner);
  });
};

/** What each option may be. */
export const markRules: OptionRules<MarkRouteOptions> = {
  match: (name, value) => (Array.isArray(value) ? option.listOf(match, 1)(name, value) : match(name, value)),
  mark,
  mask: mark,
  traffic: option.oneOf('all', 'arriving', 'local'),
  priority: option.whole(1, 32765),
  table: option.rule(
    'the number of a table of its own, from 1 to 4294967295 but not 253 to 255, which are the host’s',
    (value) =>
      Number.isSafeInteger(value) &&
      Number(value) >= 1 &&
      Number(value) < 2 ** 32 &&
      (Number(value) < 253 || Number(value) > 255),
  ),
  via: address,
  dev: device,
  onlink: option.flag,
  family: option.rule('4 or 6', (value) => value === 4 || value === 6),
  mainFirst: option.flag,
  connmark: option.flag,
  inbound: option.flag,
  outbound: option.flag,
  rpFilter: option.oneOf('loose', 'srcValidMark', 'keep'),
  sourceNat: option.rule(
    "'masquerade', 'none' or an IP address",
    (value) => value === 'masquerade' || value === 'none' || (typeof value === 'string' && isAddress(value)),
  ),
  state: option.oneOf('present', 'absent'),
};

/** The options that say which one it is. */
export const markKeys = ['priority', 'table', 'dev', 'family'] as const;

/** The matches as a list. */
export function matchesOf({ match: given }: AnyMarkOptions): readonly MarkMatch[] {
  return given === undefined ? [] : [given].flat();
}

/** Whether connections that others open by the link are answered by it. */
export function isInbound({ connmark = true, inbound = connmark }: AnyMarkOptions): boolean {
  return inbound;
}
