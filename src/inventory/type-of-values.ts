import { Secret } from '../secrets/secret.ts';

/** Of the class of secrets, where a file imports nothing. */
const secretType = `import(${JSON.stringify('tsplay')}).Secret`;

/** Deeper than this, values are not described. */
const deepest = 12;

/**
 * The type of values in TypeScript, as narrow as it can be without saying which values they are: members of mappings
 * that only some of them have are optional.
 *
 * @param indent - what stands before each further line
 */
export function typeOfValues(values: readonly unknown[], indent: string): string {
  return typesOf(values, indent, 0).join(' | ');
}

function typesOf(values: readonly unknown[], indent: string, depth: number): readonly string[] {
  if (depth > deepest) return ['unknown'];
  const plain = new Set<string>();
  const items: unknown[] = [];
  const mappings: Readonly<Record<string, unknown>>[] = [];
  let hasLists = false;
  for (const value of values) {
    if (Array.isArray(value)) {
      hasLists = true;
      items.push(...(value as readonly unknown[]));
    } else if (isMapping(value)) mappings.push(value);
    else plain.add(plainType(value));
  }
  if (plain.has('unknown')) return ['unknown'];
  const types = [...plain].toSorted();
  if (mappings.length > 0) types.push(typeOfMappings(mappings, indent, depth));
  if (hasLists) types.push(typeOfLists(items, indent, depth));
  return types;
}

function plainType(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (value instanceof Secret) return secretType;
  return ['string', 'number', 'boolean', 'bigint'].includes(typeof value) ? typeof value : 'unknown';
}

/** A mapping as data has them, and not an object of a class. */
function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function typeOfLists(items: readonly unknown[], indent: string, depth: number): string {
  const types = items.length === 0 ? ['unknown'] : typesOf(items, indent, depth + 1);
  const item = types.join(' | ');
  return types.length > 1 || item.startsWith('readonly ') ? `readonly (${item})[]` : `readonly ${item}[]`;
}

function typeOfMappings(
  mappings: readonly Readonly<Record<string, unknown>>[],
  indent: string,
  depth: number,
): string {
  const names = [...new Set(mappings.flatMap((mapping) => Object.keys(mapping)))];
  if (names.length === 0) return 'Readonly<Record<string, unknown>>';
  const below = `${indent}  `;
  const members = names.map((name) => {
    const having = mappings.filter((mapping) => Object.hasOwn(mapping, name));
    const type = typesOf(
      having.map((mapping) => mapping[name]),
      below,
      depth + 1,
    ).join(' | ');
    const isOptional = having.length < mappings.length;
    return `${below}readonly ${property(name)}${isOptional ? '?' : ''}: ${type}${isOptional ? ' | undefined' : ''};`;
  });
  return `{\n${members.join('\n')}\n${indent}}`;
}

/** The name of a property, between quotes where it needs them. */
export function property(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}
