import { inventoryError } from '../errors/inventory.ts';
import { near } from '../errors/near.ts';
import type { Place } from '../errors/tsplay-error.ts';
import type { Host, Inventory } from './inventory.ts';
import type { Vars } from './shape.ts';

/** One value that a variable of a host is given, and whether it is the one that counts. */
export interface LayerValue {
  /** Who gives it: `all`, a group, the host, a play (the default of its schema), or `-e`. */
  readonly from: 'all' | 'group' | 'host' | 'play' | '-e';
  /** The name of that group, host or play. */
  readonly name: string;
  readonly value: unknown;
  readonly where: Place | undefined;
  readonly wins: boolean;
}

/** The default that the schema of a play has for a variable. */
export interface PlayDefault {
  readonly play: string;
  readonly value: unknown;
  readonly where: Place | undefined;
}

/** The host of a name. */
export function hostNamed({ hosts, groups, source }: Inventory, name: string): Host {
  const host = hosts.get(name);
  if (host !== undefined) return host;
  const isGroup = groups.has(name);
  throw inventoryError('no-such-host', { name, source, isGroup, near: near(name, hosts.keys()) });
}

/**
 * Every layer that gives a variable a value, from the weakest to the strongest.
 *
 * @throws {@link TsplayError} `variable-not-set` where there is none
 */
export function explainVariable(
  host: Host,
  name: string,
  { defaults, extraVars }: { readonly defaults: readonly PlayDefault[]; readonly extraVars: Vars },
): readonly LayerValue[] {
  const ofPlays = defaults.map(({ play, value, where }) => ({
    from: 'play' as const,
    name: play,
    value,
    where,
  }));
  const ofInventory = (host.layers ?? []).flatMap(({ group, vars, locate }) => {
    if (!Object.hasOwn(vars, name)) return [];
    const from =
      group === 'all' ? ('all' as const) : group === undefined ? ('host' as const) : ('group' as const);
    return [{ from, name: group ?? host.name, value: vars[name], where: locate([name]) }];
  });
  const extra = Object.hasOwn(extraVars, name)
    ? [{ from: '-e' as const, name: '-e', value: extraVars[name], where: undefined }]
    : [];
  const given = [...ofInventory, ...extra];
  if (given.length === 0 && ofPlays.length === 0) {
    const names = (host.layers ?? []).flatMap(({ vars }) => Object.keys(vars));
    throw inventoryError('variable-not-set', { name, host: host.name, near: near(name, names) });
  }
  return [
    ...ofPlays.map((one) => ({ ...one, wins: given.length === 0 })),
    ...given.map((one, index) => ({ ...one, wins: index === given.length - 1 })),
  ];
}
