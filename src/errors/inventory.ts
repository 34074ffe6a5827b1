import { defineErrors } from './tsplay-error.ts';

/** Errors of inventories and host patterns. All are found before any connection. */
export const inventoryError = defineErrors({
  'inventory-not-found': {
    exit: 64,
    message: (a: { name: string; looked: readonly string[] }) =>
      `there is no inventory '${a.name}' (looked for ${a.looked.join(', ')})`,
    hint: () => 'Name a file, or a name in the folder inventory/ beside where you stand.',
  },
  'inventory-ambiguous': {
    exit: 64,
    message: (a: { name: string; files: readonly string[] }) =>
      `'${a.name}' could be ${a.files.join(' or ')}`,
    hint: () => 'Name the file itself.',
  },
  'inventory-invalid': {
    exit: 64,
    message: (a: { path: string; problem: string }) =>
      `${a.path === '' ? 'the inventory' : a.path}: ${a.problem}`,
  },
  'pattern-empty': {
    exit: 64,
    message: (a: { pattern: string; near: readonly string[] }) =>
      `the pattern '${a.pattern}' matches no host${a.near.length === 0 ? '' : `; did you mean ${a.near.join(' or ')}?`}`,
    hint: () => 'Patterns are names, groups, globs (web*), and a:&b:!c for intersection and exclusion.',
  },
});
