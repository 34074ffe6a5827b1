import { quoted, shown } from '../steps/option.ts';
import { tagProblems } from '../steps/task-options.ts';

/** So many hosts, or a part of them all. */
export type Share = number | `${number}%`;

/** In which order hosts are begun with. */
export type HostOrder = 'inventory' | 'reverse' | 'sorted' | 'reverse-sorted' | 'shuffle';

export const hostOrders: readonly HostOrder[] = [
  'inventory',
  'reverse',
  'sorted',
  'reverse-sorted',
  'shuffle',
];

/** How the hosts of a batch keep together. */
export type Strategy = 'free' | 'linear';

/** How a play goes through its hosts. */
export interface RollingOptions {
  /**
   * How many hosts at once: a batch begins when the one before has ended. A list gives the size of each batch, its last
   * one that of all that follow. Of per cents at least one host is taken. If all hosts of a batch fail, the run ends.
   *
   * @defaultValue all hosts are one batch
   * @example serial: 2
   * @example serial: [1, '10%', '30%']
   */
  readonly serial?: Share | readonly Share[] | undefined;
  /** Which hosts come first. `shuffle` is another order in each run. @defaultValue 'inventory' */
  readonly order?: HostOrder | undefined;
  /**
   * The run ends if more than so many per cent of the hosts of a batch have failed or were unreachable: no host begins,
   * and none goes beyond its next barrier. 0: with the first one. @defaultValue 100, so never
   */
  readonly maxFailPercentage?: number | undefined;
  /**
   * The run ends with the first host that fails or is unreachable, and all others stop before their next step.
   * @defaultValue false
   */
  readonly anyErrorsFatal?: boolean | undefined;
  /**
   * `free`: each host goes as fast as it can. `linear`: none goes beyond a barrier before all hosts of its batch have come
   * there, or have ended. @defaultValue 'free'
   */
  readonly strategy?: Strategy | undefined;
  /** Words that all tasks of the play have as tags, beside their own. @defaultValue none */
  readonly tags?: readonly string[] | undefined;
}

/** All that is wrong with these options, and their types have not kept out. */
export function rollingProblems(options: RollingOptions): readonly string[] {
  const { serial, order, maxFailPercentage: most, anyErrorsFatal: fatal, strategy, tags } = options;
  const shares: readonly unknown[] = [serial ?? []].flat();
  const oneOf = (name: string, value: unknown, all: readonly string[]): readonly string[] =>
    value === undefined || all.includes(value as string)
      ? []
      : [`${name} must be ${all.map(quoted).join(' or ')}, not ${shown(value)}`];
  return [
    ...(serial !== undefined && shares.length === 0 ? ['serial is an empty list'] : []),
    ...shares
      .filter((share) => !isShare(share))
      .map((share) => `serial must be a whole number from 1, or a part such as '30%', not ${shown(share)}`),
    ...oneOf('order', order, hostOrders),
    ...oneOf('strategy', strategy, ['free', 'linear']),
    ...(most === undefined || (typeof most === 'number' && most >= 0 && most <= 100)
      ? []
      : [`maxFailPercentage must be a number from 0 to 100, not ${shown(most)}`]),
    ...(fatal === undefined || typeof fatal === 'boolean'
      ? []
      : [`anyErrorsFatal must be true or false, not ${shown(fatal)}`]),
    ...(tags === undefined ? [] : tagProblems('tags', tags)),
  ];
}

function isShare(share: unknown): share is Share {
  if (typeof share === 'number') return Number.isInteger(share) && share > 0;
  const [, part = ''] = (typeof share === 'string' && /^(\d+(?:\.\d+)?)%$/.exec(share)) || [];
  return part !== '' && Number(part) > 0 && Number(part) <= 100;
}

/** The hosts in the order in which they are begun with. */
export function inOrder<T extends { readonly name: string }>(
  hosts: readonly T[],
  order: HostOrder = 'inventory',
  random: () => number = Math.random,
): readonly T[] {
  switch (order) {
    case 'inventory':
      return hosts;
    case 'reverse':
      return hosts.toReversed();
    case 'sorted':
      return hosts.toSorted(byName);
    case 'reverse-sorted':
      return hosts.toSorted(byName).toReversed();
    case 'shuffle': {
      const mixed = [...hosts];
      for (let last = mixed.length - 1; last > 0; last -= 1) {
        const other = Math.floor(random() * (last + 1));
        [mixed[last], mixed[other]] = [mixed[other] as T, mixed[last] as T];
      }
      return mixed;
    }
  }
}

/** `web10` comes after `web9`. */
function byName(one: { readonly name: string }, other: { readonly name: string }): number {
  return one.name.localeCompare(other.name, 'en', { numeric: true });
}

/** The hosts in batches. */
export function batchesOf<T>(
  hosts: readonly T[],
  serial: RollingOptions['serial'],
): readonly (readonly T[])[] {
  const shares = [serial ?? []].flat() as readonly Share[];
  const batches: T[][] = [];
  for (let begun = 0, index = 0; begun < hosts.length; index += 1) {
    const share = shares[Math.min(index, shares.length - 1)] ?? hosts.length;
    const size =
      typeof share === 'number'
        ? share
        : Math.max(1, Math.floor((Number.parseFloat(share) * hosts.length) / 100));
    batches.push(hosts.slice(begun, begun + size));
    begun += size;
  }
  return batches;
}
