import { inventoryError } from '../errors/inventory.ts';
import { near } from '../errors/near.ts';
import type { Host, Inventory } from './inventory.ts';
import { isPlainName, nameTest } from './name-test.ts';
import { splitPattern, type PatternPart } from './split-pattern.ts';

type Names = ReadonlySet<string>;

/**
 * The hosts that a pattern names, each once, in the order of the inventory.
 *
 * Its parts are names of hosts and groups, `all`, globs (`web*`, `web[12]?`), members of a group by their position
 * (`web[0]`, `web[0:2]`, `web[-1]`), ranges (`web[01:20]`, `rack[a:f]`), regular expressions (`~web\d+$`) that match from
 * the beginning of a name, and files of patterns (`@FILE`), with commas or colons between them. A part behind `&` keeps
 * only the hosts that it names as well, one behind `!` leaves out those that it names, wherever they stand. Where there
 * are only such parts, they narrow down all hosts.
 *
 * @param folder - what files behind `@` are relative to
 * @throws {@link TsplayError} `pattern-empty` where the pattern, or a name in it, matches no host: as a rule it is
 * misspelt; `pattern-invalid` where it cannot be read
 */
export function selectHosts(inventory: Inventory, pattern: string, folder: string): readonly Host[] {
  const chosen = select(inventory, splitPattern(pattern, folder), pattern);
  if (chosen.size === 0) throw inventoryError('pattern-empty', { pattern, part: pattern, near: [] });
  return [...inventory.hosts.values()].filter(({ name }) => chosen.has(name));
}

function select(inventory: Inventory, parts: readonly PatternPart[], pattern: string): Names {
  const [added, kept, left] = (['', '&', '!'] as const).map((mark) =>
    parts
      .filter((part) => part.mark === mark)
      .map(({ names }) =>
        typeof names === 'string'
          ? matching(inventory, names, pattern, mark === '')
          : select(inventory, names, pattern),
      ),
  );
  const all = parts.length > 0 && added?.length === 0 ? [new Set(inventory.hosts.keys())] : added;
  const chosen = new Set(all?.flatMap((names) => [...names]));
  return new Set(
    [...chosen].filter(
      (name) => kept?.every((names) => names.has(name)) === true && !left?.some((names) => names.has(name)),
    ),
  );
}

/** What one part names. One that adds hosts has to name some. */
function matching(inventory: Inventory, part: string, pattern: string, adds: boolean): Names {
  const { hosts, groups } = inventory;
  if (isPlainName(part)) {
    // Where a host and a group have the same name, Ansible takes the host, but behind a mark the group.
    const host = hosts.has(part) ? [part] : undefined;
    const members = adds ? (host ?? groups.get(part)) : (groups.get(part) ?? host);
    if (members !== undefined) return new Set(members);
    throw inventoryError('pattern-empty', {
      pattern,
      part,
      near: near(part, [...hosts.keys(), ...groups.keys()]),
    });
  }
  const found = atPosition(inventory, part, pattern) ?? named(inventory, part, pattern);
  if (found.size > 0 || !adds) return found;
  throw inventoryError('pattern-empty', { pattern, part, near: likeIt(inventory, part) });
}

/** The hosts whose names a glob, range or regular expression matches, and those of groups with such names. */
function named({ hosts, groups }: Inventory, part: string, pattern: string): Names {
  const test = nameTest(part, pattern);
  const ofGroups = [...groups].flatMap(([name, members]) => (test(name) ? members : []));
  return new Set([...ofGroups, ...[...hosts.keys()].filter(test)]);
}

/**
 * Members by their position, counted from 0, both ends included: `web[0]`, `web[-1]`, `web[0:2]`, `web[1:]`. Undefined
 * where that is not meant: with a zero in front, or behind what names nobody, it is a range of names.
 */
function atPosition(inventory: Inventory, part: string, pattern: string): Names | undefined {
  const [, base = '', one, from = '', to = ''] = /^([^~].*)\[(?:(-?\d+)|(\d+):(\d*))\]$/.exec(part) ?? [];
  if (base === '' || [from, to].some((text) => /^0\d/.test(text))) return undefined;
  const { hosts, groups } = inventory;
  const plain = groups.get(base) ?? (hosts.has(base) ? [base] : undefined);
  const members = plain ?? (isPlainName(base) ? [] : [...named(inventory, base, pattern)]);
  if (members.length > 0) {
    if (one !== undefined) return new Set([members.at(Number(one))].filter((name) => name !== undefined));
    return new Set(members.slice(Number(from), to === '' ? undefined : Number(to) + 1));
  }
  if (one === undefined && to !== '') return undefined;
  throw inventoryError('pattern-empty', { pattern, part, near: likeIt(inventory, part) });
}

/** The same pattern with another beginning, with which it might match. */
function likeIt({ hosts, groups }: Inventory, part: string): readonly string[] {
  const [beginning = ''] = /^[^~*?[]{2,}/.exec(part) ?? [];
  const names = [...groups.keys(), ...hosts.keys()].map((name) => name.slice(0, beginning.length));
  const close = near(
    beginning,
    names.filter((name) => name !== beginning),
  );
  return beginning === '' ? [] : close.map((name) => `${name}${part.slice(beginning.length)}`);
}
