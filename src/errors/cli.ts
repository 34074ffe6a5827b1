import { didYouMean } from './near.ts';
import { defineErrors } from './tsplay-error.ts';

/** Errors of the command line itself. */
export const cliError = defineErrors({
  'bad-extra-var': {
    exit: 64,
    message: (a: { text: string; problem: string }) => `-e ${a.text}: ${a.problem}`,
    hint: () => 'Write KEY=TEXT, KEY:=JSON (mtu:=9000), or @FILE with a mapping in JSON or YAML.',
  },
  'step-needs-terminal': {
    exit: 64,
    message: (): string => '--step asks before each task, and there is nobody at a terminal',
    hint: () => 'Leave --step out, or choose tasks with --tags and --start-at.',
  },
  'no-command': {
    exit: 64,
    message: () => 'no command was given',
    hint: () => "Write tsplay exec -i INVENTORY PATTERN -- COMMAND ARGUMENTS, or --shell 'TEXT'.",
  },
  'two-commands': {
    exit: 64,
    message: () => '--shell gives the command, and there are words of another one',
  },
  'bad-stdin': {
    exit: 64,
    message: (a: { problem: string }) => `standard input cannot be passed on: ${a.problem}`,
  },
  'no-such-module': {
    exit: 64,
    message: (a: { name: string; from: string; near: readonly string[]; known: readonly string[] }) =>
      `${a.from} has no module ${a.name}${didYouMean(a.near)}`,
    hint: (a) => (a.known.length === 0 ? undefined : `There are ${a.known.join(', ')}.`),
  },
  'bad-task-option': {
    exit: 64,
    message: (a: { text: string; problem: string }) => `${a.text}: ${a.problem}`,
    hint: () =>
      "Write KEY=VALUE, KEY:=JSON (mtu:=9000), '{ key: value }' in JSON or YAML, or @FILE with a mapping in one of them.",
  },
  'bad-report': {
    exit: 64,
    message: (a: { text: string; problem: string }) => `--report ${a.text}: ${a.problem}`,
    hint: () =>
      'Give a file whose name ends with .html, .xml (JUnit), .jsonl or .txt, or say which it is: html:FILE, junit:FILE, json:FILE, plain:FILE; or github.',
  },
  'no-such-doc': {
    exit: 64,
    message: (a: { name: string; near: readonly string[]; optionOf: readonly string[] }) =>
      `there is no module ${a.name}${didYouMean(a.near)}`,
    hint: (a) =>
      a.optionOf.length === 0
        ? 'tsplay doc lists all modules; those of a file or a package are named with --from.'
        : `There are options of that name: tsplay doc ${a.optionOf.join(', ')}.`,
  },
  'no-such-doc-option': {
    exit: 64,
    message: (a: { of: string; name: string; near: readonly string[]; known: readonly string[] }) =>
      `${a.of} has no option ${a.name}${didYouMean(a.near)}`,
    hint: (a) => (a.known.length === 0 ? 'It has none of its own.' : `There are ${a.known.join(', ')}.`),
  },
  'nothing-documented': {
    exit: 64,
    message: (a: { from: string; problem: string; advice?: string | undefined }) => `${a.from}: ${a.problem}`,
    hint: (a) =>
      a.advice ??
      'Name a .ts file or an installed package that exports modules, which defineModule of tsplay/steps makes, or roles.',
  },
  'init-taken': {
    exit: 64,
    message: (a: { folder: string; files: readonly string[] }) =>
      `in ${a.folder} there is already ${a.files.join(', ')}; nothing was written`,
    hint: () => 'Name another folder, or leave these as they are and write the other files with --keep.',
  },
  'init-failed': {
    exit: 64,
    message: (a: { folder: string; problem: string }) => `${a.folder}: ${a.problem}; nothing was written`,
  },
});
