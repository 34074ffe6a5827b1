import { inventoryError } from '../errors/inventory.ts';
import { near } from '../errors/near.ts';
import type { Host, Inventory } from './inventory.ts';
import { isPlainName, nameTest } from './name-test.ts';

/**
 * The hosts that a pattern names, each once, in the order of the inventory.
 *
 * Its parts are names of hosts and groups, `all`, globs (`web*`, `web?`), ranges (`web[01:20]`, `rack[a:f]`), and
 * regular expressions (`~^web\d+$`), with commas or colons between them. A part behind `&` keeps only the hosts that it
 * names as well, one behind `!` leaves out those that it names, wherever they stand. Where there are only such parts,
 * they narrow down all hosts.
 *
 * @throws {@link TsplayError} `pattern-empty` where the pattern, or a name in it, matches no host: as a rule it is
 * misspelt; `pattern-invalid` where it cannot be read
 */
export function selectHosts(inventory: Inventory, pattern: string): readonly Host[] {
  const parts = splitPattern(pattern);
  const behind = (mark: '&' | '!'): readonly ReadonlySet<string>[] =>
    parts
      .filter((part) => part.startsWith(mark))
      .map((part) => matching(inventory, part.slice(1).trim(), pattern, false));
  const added = parts
    .filter((part) => !/^[&!]/.test(part))
    .map((part) => matching(inventory, part, pattern, true));
  const kept = behind('&');
  const left = behind('!');
  const chosen = [...inventory.hosts.values()].filter(
    ({ name }) =>
      parts.length > 0 &&
      (added.length === 0 || added.some((names) => names.has(name))) &&
      kept.every((names) => names.has(name)) &&
      !left.some((names) => names.has(name)),
  );
  if (chosen.length === 0) throw inventoryError('pattern-empty', { pattern, part: pattern, near: [] });
  return chosen;
}

/** Commas and colons within brackets belong to a range or a regular expression. */
function splitPattern(pattern: string): readonly string[] {
  const parts = [''];
  let depth = 0;
  for (const character of pattern) {
    if ('([{'.includes(character)) depth += 1;
    if (')]}'.includes(character)) depth -= 1;
    if (',:'.includes(character) && depth === 0) parts.push('');
    else parts.push(`${parts.pop()}${character}`);
  }
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

function matching(
  { hosts, groups }: Inventory,
  part: string,
  pattern: string,
  wanted: boolean,
): ReadonlySet<string> {
  if (isPlainName(part)) {
    const members = groups.get(part) ?? (hosts.has(part) ? [part] : undefined);
    if (members !== undefined) return new Set(members);
    throw inventoryError('pattern-empty', {
      pattern,
      part,
      near: near(part, [...hosts.keys(), ...groups.keys()]),
    });
  }
  const test = nameTest(part, pattern);
  const ofGroups = [...groups].flatMap(([name, members]) => (test(name) ? members : []));
  const found = new Set([...[...hosts.keys()].filter(test), ...ofGroups]);
  if (found.size === 0 && wanted) throw inventoryError('pattern-empty', { pattern, part, near: [] });
  return found;
}
