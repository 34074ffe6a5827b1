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
    hint: () =>
      'Inventories are TypeScript (.ts, .mts), YAML or JSON (.yaml, .yml, .json), INI of Ansible, programs, or folders of these.',
  },
  'inventory-folder-empty': {
    exit: 64,
    message: (a: { folder: string }) => `there is no inventory in the folder ${a.folder}`,
    hint: () =>
      'As with Ansible, files that end in .ini, .cfg, .txt or .md do not count there; without that ending they do.',
  },
  'inventory-lab-alone': {
    exit: 64,
    message: () => 'the built-in lab cannot be merged with other inventories',
    hint: () => 'Give -i lab alone, or hosts with connection: lab in an inventory of your own.',
  },
  'inventory-not-executable': {
    exit: 64,
    message: (a: { file: string }) => `${a.file} is a program, but may not be run`,
    hint: (a) => `chmod +x ${a.file}`,
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
  'inventory-unreadable': {
    exit: 64,
    message: (a: { file: string; problem: string }) => `${a.file} cannot be read: ${a.problem}`,
  },
  'inventory-plugin': {
    exit: 64,
    message: (a: { plugin: string }) =>
      `this configures the inventory plugin ${a.plugin} of Ansible, and tsplay has no plugins`,
    hint: () =>
      'Let a script print the inventory (ansible-inventory --list does), or fetch the hosts in a TypeScript inventory.',
  },
  'inventory-script': {
    exit: 64,
    message: (a: { call: string; problem: string }) => `'${a.call}' gives no inventory: it ${a.problem}`,
    hint: () => 'Run it by hand: --list has to print groups as JSON, as an inventory script of Ansible does.',
  },
  'inventory-setting': {
    exit: 64,
    message: (a: { host: string; name: string; problem: string }) => `${a.host}: ${a.name} ${a.problem}`,
  },
  'inventory-threw': {
    exit: 64,
    message: (a: { problem: string }) => `the function that gives the inventory threw: ${a.problem}`,
  },
  'no-such-host': {
    exit: 64,
    message: (a: { name: string; source: string; isGroup: boolean; near: readonly string[] }) =>
      `${a.isGroup ? `${a.name} is a group, not a host,` : `there is no host ${a.name}`} in ${a.source}${didYouMean(a.near)}`,
    hint: () => 'tsplay inventory list shows all hosts.',
  },
  'no-such-group': {
    exit: 64,
    message: (a: { name: string; source: string; near: readonly string[] }) =>
      `there is no group ${a.name} in ${a.source}${didYouMean(a.near)}`,
    hint: () => 'tsplay inventory graph shows all groups.',
  },
  'no-declarations': {
    exit: 64,
    message: () => 'the lab is no inventory of yours, and has no declarations',
    hint: () => 'Hosts of an inventory can be guests of the lab: connection: lab.',
  },
  'variable-not-set': {
    exit: 64,
    message: (a: { name: string; host: string; near: readonly string[] }) =>
      `nothing sets the variable ${a.name} for ${a.host}${didYouMean(a.near)}`,
    hint: () =>
      'tsplay inventory host NAME shows all variables. The defaults of plays count with --playbook FILE.',
  },
  'pattern-empty': {
    exit: 64,
    message: (a: { pattern: string; part: string; near: readonly string[] }) =>
      a.part === a.pattern
        ? `the pattern '${a.pattern}' matches no host${didYouMean(a.near)}`
        : `'${a.part}' in the pattern '${a.pattern}' matches no host${didYouMean(a.near)}`,
    hint: () => 'Patterns are names, groups, globs (web*), ranges (web[01:20]), and a:&b:!c to narrow down.',
  },
  'pattern-file': {
    exit: 64,
    message: (a: { pattern: string; file: string; problem: string; near: readonly string[] }) =>
      `the pattern '${a.pattern}' names the file ${a.file}: ${a.problem}${didYouMean(a.near)}`,
    hint: () =>
      'It has one pattern a line. It is relative to the playbook, that of --limit to where you stand.',
  },
  'pattern-invalid': {
    exit: 64,
    message: (a: { pattern: string; problem: string }) =>
      `the pattern '${a.pattern}' cannot be read: ${a.problem}`,
    hint: () =>
      'Patterns are names, groups, globs (web*), ranges (web[01:20]), and ~ before a regular expression.',
  },
});
