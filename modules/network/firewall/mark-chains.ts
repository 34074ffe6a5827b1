import type { Chain, Rule } from './chains.ts';
import { isInbound, matchesOf, type AnyMarkOptions, type MarkMatch } from './mark-options.ts';
import { matchWords } from './match.ts';
import { translationWords } from './translation.ts';

/** Number of a mark as tools print it. */
const hex = (number: number): string => `0x${number.toString(16)}`;

/**
 * The chains that mark packets, and translate the source of those that leave by the link. A new connection gets the mark
 * first, and its packets get that of their connection: so a connection keeps its way, and those that were open before
 * theirs.
 */
export function markChains(o: AnyMarkOptions): readonly Chain[] {
  const {
    dev,
    mark = 0,
    mask = 0xffffffff,
    connmark = true,
    rpFilter = 'loose',
    sourceNat = 'masquerade',
  } = o;
  const value = [hex(mark), hex(mask)];
  // What a mark keeps of the bits of others.
  const set = [...value, hex(~mask >>> 0)];
  const none = ['0x0', hex(mask)];
  const unmarked: Rule = ['mark', ...none, ...(connmark ? ['ctstate', 'NEW', 'ctmark', ...none] : [])];
  const target: Rule = [connmark ? 'setctmark' : 'setmark', ...set];
  const inbound = isInbound(o);
  const { outbound = false } = o;
  const restore: Rule = ['ctmark', ...value, 'setmark', ...set];

  const arriving = matchesOf(o)
    .filter((match) => passes(o, match))
    .flatMap((match) =>
      matchWords(match).map((words): Rule => [
        ...words,
        ...dscpWords(match),
        // Back by the link that it has come in by would be a loop.
        ...(match.inInterface === undefined ? ['not', 'iif', dev] : ['iif', match.inInterface]),
        ...unmarked,
        'not',
        'dtype',
        'LOCAL',
        ...target,
      ]),
    );
  const local = matchesOf(o)
    .filter((match) => isSent(o, match))
    .flatMap((match) =>
      matchWords(match).map((words): Rule => [
        ...words,
        ...dscpWords(match),
        ...(match.uid === undefined ? [] : ['uid', match.uid]),
        ...unmarked,
        // Replies to those who have come to us, such as by SSH, are no connections of ours.
        ...(connmark ? [] : ['ctdir', 'ORIGINAL']),
        'not',
        'dtype',
        'LOCAL',
        ...target,
      ]),
    );
  const before: readonly Rule[] = [
    ...arriving,
    ...(inbound ? [['iif', dev, 'ctstate', 'NEW', 'ctmark', ...none, 'setctmark', ...set]] : []),
    // Packets that come in by the link go on as the main table says; only the strict filter must see the mark of theirs.
    ...(rpFilter === 'srcValidMark'
      ? [restore]
      : connmark && (arriving.length > 0 || inbound || outbound)
        ? [['not', 'iif', dev, ...restore]]
        : []),
  ];
  const sent: readonly Rule[] = [
    ...local,
    ...(connmark && (local.length > 0 || inbound || outbound) ? [restore] : []),
  ];
  const out: readonly Rule[] =
    sourceNat === 'none'
      ? []
      : [
          [
            'oif',
            dev,
            'mark',
            ...value,
            ...(sourceNat === 'masquerade'
              ? ['masquerade', '-']
              : ['snat', ...translationWords(sourceNat, undefined)]),
          ],
        ];
  const leaving: readonly Rule[] = outbound
    ? [['oif', dev, 'ctstate', 'NEW', 'ctmark', ...none, 'setctmark', ...set]]
    : [];
  const chains: readonly Chain[] = [
    { table: 'nat', hook: 'POST', rules: out },
    { table: 'mangle', hook: 'PRE', rules: before },
    { table: 'mangle', hook: 'OUT', rules: sent },
    { table: 'mangle', hook: 'POST', rules: leaving },
  ];
  return chains.filter(({ rules }) => rules.length > 0);
}

/** Whether the match is about what passes through the host. */
export function passes({ traffic = 'all' }: AnyMarkOptions, { uid }: MarkMatch): boolean {
  return traffic !== 'local' && uid === undefined;
}

/** Whether the match is about what the host itself sends. */
export function isSent({ traffic = 'all' }: AnyMarkOptions, { inInterface }: MarkMatch): boolean {
  return traffic !== 'arriving' && inInterface === undefined;
}

function dscpWords({ dscp }: MarkMatch): Rule {
  return dscp === undefined ? [] : ['dscp', dscp];
}
