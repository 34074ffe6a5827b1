import type { Program } from '../program.ts';

type Item = Program['items'][number];

/** Splits where the user changes. Scopes belong to the outer flow, unless one user has everything. */
export function byUser(
  items: readonly Item[],
): readonly { readonly user: string | undefined; readonly items: Item[] }[] {
  const users = new Set(items.flatMap((item) => ('user' in item ? [item.user] : [])));
  const [only] = users;
  if (users.size === 1) return [{ user: only, items: [...items] }];
  const parts: { user: string | undefined; items: Item[] }[] = [];
  for (const item of items) {
    const user = 'user' in item ? item.user : undefined;
    const last = parts.at(-1);
    if (last !== undefined && last.user === user && item.kind !== 'sweep') last.items.push(item);
    else parts.push({ user, items: [item] });
  }
  return parts;
}

/** Splits where network tasks begin or end: a run of these may have to leave the connection. */
export function sections(items: readonly Item[]): readonly (readonly Item[])[] {
  const groups: Item[][] = [];
  let inside: boolean | undefined;
  for (const item of items) {
    const network = item.kind === 'task' && item.network;
    if (network !== inside) groups.push([]);
    inside = network;
    groups.at(-1)?.push(item);
  }
  return groups;
}
