import { didYouMean } from './near.ts';
import { defineErrors } from './tsplay-error.ts';

/** Errors of inventories and host patterns. All are found before any connection. */
export const inventoryError = defineErrors({
  'inventory-not-found': {
    exit: 64,
    message: (a: { name: string; folder: string; there: readonly string[]; near: readonly string[] }) =>
      `there is no inventory '${a.name}'${didYouMean(a.near)}; ${
        a.there.length === 0 ? `there is none in ${a.folder}` : `${a.folder} has ${a.there.join(', ')}`
      }`,
    hint: () =>
      "Name a file, a name in the folder inventory/ beside where you stand, or 'lab' for virtual machines.",
  },
  'inventory-ambiguous': {
    exit: 64,
    message: (a: { name: string; files: readonly string[] }) =>
      `the inventory '${a.name}' could be ${a.files.join(' or ')}`,
    hint: () => 'Name the file itself.',
  },
  'inventory-kind': {
    exit: 64,
    message: (a: { file: string }) => `${a.file} is not a kind of inventory that tsplay reads`,
    hint: () => 'Inventories end in .ts, .mts, .yaml, .yml or .json.',
  },
  'inventory-invalid': {
    exit: 64,
    message: (a: { path: string; problem: string }) =>
      `${a.path === '' ? 'the inventory' : a.path} ${a.problem}`,
  },
  'inventory-syntax': {
    exit: 64,
    message: (a: { problem: string }) => `the inventory cannot be read: ${a.problem}`,
  },
  'inventory-threw': {
    exit: 64,
    message: (a: { problem: string }) => `the function that gives the inventory threw: ${a.problem}`,
  },
  'pattern-empty': {
    exit: 64,
    message: (a: { pattern: string; part: string; near: readonly string[] }) =>
      a.part === a.pattern
        ? `the pattern '${a.pattern}' matches no host${didYouMean(a.near)}`
        : `'${a.part}' in the pattern '${a.pattern}' matches no host${didYouMean(a.near)}`,
    hint: () => 'Patterns are names, groups, globs (web*), ranges (web[01:20]), and a:&b:!c to narrow down.',
  },
  'pattern-invalid': {
    exit: 64,
    message: (a: { pattern: string; problem: string }) =>
      `the pattern '${a.pattern}' cannot be read: ${a.problem}`,
    hint: () =>
      'Patterns are names, groups, globs (web*), ranges (web[01:20]), and ~ before a regular expression.',
  },
});
