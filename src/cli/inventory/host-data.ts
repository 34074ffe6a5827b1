import type { Place } from '../../errors/tsplay-error.ts';
import type { Host } from '../../inventory/inventory.ts';
import { placeOfVariable } from '../../inventory/layers.ts';

/** How a host is reached, without what is as it is by itself. */
export function settingsOf(host: Host): Readonly<Record<string, unknown>> {
  const others: readonly string[] = ['name', 'vars', 'layers', 'groups', 'where'] satisfies (keyof Host)[];
  return Object.fromEntries(
    Object.entries(host).filter(([name, value]) => value !== undefined && !others.includes(name)),
  );
}

/** All that is known of a host, for programs. */
export function hostData(host: Host): object {
  const { name, groups, vars } = host;
  const places = Object.keys(vars).map((variable) => [variable, placeOfVariable(host, [variable])] as const);
  return {
    name,
    ...settingsOf(host),
    groups,
    vars,
    places: Object.fromEntries(places.filter((one): one is [string, Place] => one[1] !== undefined)),
  };
}
