import { inventoryError } from '../errors/inventory.ts';
import type { Host, Inventory } from './inventory.ts';

/**
 * The hosts that a pattern names, in the order of the inventory: names, groups, globs (`web*`), numeric ranges
 * (`web[01:20]`), lists (`a,b` or `a:b`), intersection (`a:&b`), exclusion (`a:!b`), regular expressions (`~^web`).
 */
export function selectHosts(inventory: Inventory, pattern: string): readonly Host[] {
  const parts = splitPattern(pattern);
  const chosen = new Set<string>();
  // Exclusions and intersections hold whatever their place in the list.
  const plain = parts.filter((part) => !/^[&!]/.test(part));
  for (const part of plain.length === 0 && parts.length > 0 ? ['all'] : plain) {
    for (const name of matching(inventory, part, pattern)) chosen.add(name);
  }
  for (const part of parts.filter((one) => one.startsWith('&'))) {
    const kept = new Set(matching(inventory, part.slice(1), pattern));
    for (const name of chosen) if (!kept.has(name)) chosen.delete(name);
  }
  for (const part of parts.filter((one) => one.startsWith('!'))) {
    for (const name of matching(inventory, part.slice(1), pattern)) chosen.delete(name);
  }
  if (chosen.size === 0) throw inventoryError('pattern-empty', { pattern, near: [] });
  return [...inventory.hosts.values()].filter((host) => chosen.has(host.name));
}

// A colon within brackets belongs to a range.
function splitPattern(pattern: string): readonly string[] {
  if (pattern.startsWith('~')) return [pattern];
  return pattern
    .split(/[:,](?![^[]*\])/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function matching(inventory: Inventory, part: string, whole: string): readonly string[] {
  const group = inventory.groups.get(part);
  if (group !== undefined) return group;
  if (inventory.hosts.has(part)) return [part];
  const test = part.startsWith('~') ? new RegExp(part.slice(1)) : glob(part);
  const names = [...inventory.hosts.keys()].filter((name) => test.test(name));
  const groups = [...inventory.groups].filter(([name]) => test.test(name)).flatMap(([, hosts]) => hosts);
  const found = [...names, ...groups];
  if (found.length === 0) {
    const known = [...inventory.hosts.keys(), ...inventory.groups.keys()];
    throw inventoryError('pattern-empty', { pattern: whole, near: near(part, known) });
  }
  return found;
}

function glob(part: string): RegExp {
  const range = /\[(\d+):(\d+)\]/.exec(part);
  if (range !== null) {
    const [text, from = '', to = ''] = range;
    const numbers: string[] = [];
    for (let n = Number(from); n <= Number(to) && numbers.length < 10_000; n += 1) {
      numbers.push(String(n).padStart(from.length, '0'));
    }
    const [before = '', after = ''] = part.split(text);
    return new RegExp(`^${escape(before)}(${numbers.join('|')})${escape(after)}$`);
  }
  return new RegExp(`^${escape(part).replaceAll('\\*', '.*').replaceAll('\\?', '.')}$`);
}

function escape(text: string): string {
  return text.replaceAll(/[.+^${}()|[\]\\*?]/g, '\\$&');
}

/** Names that differ from what was typed by little. */
export function near(typed: string, names: readonly string[]): readonly string[] {
  return names
    .map((name) => ({ name, distance: distance(typed.toLowerCase(), name.toLowerCase()) }))
    .filter((one) => one.distance <= Math.max(1, Math.floor(typed.length / 3)))
    .toSorted((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map((one) => one.name);
}

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substitution, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
