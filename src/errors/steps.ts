import { didYouMean } from './near.ts';
import { defineErrors } from './tsplay-error.ts';

/** Errors of building plays: options, conditions, claims, shell text. All are found before any connection. */
export const stepError = defineErrors({
  'nul-in-value': {
    exit: 64,
    message: (a: { what: string }) => `${a.what} contains a NUL byte, which no shell can carry`,
    hint: () => 'Remove the byte. Binary content belongs in a file.',
  },
  'secret-in-shell': {
    exit: 64,
    message: (): string => 'a secret cannot be part of shell text: it would stand in a process list',
    hint: () => 'Pass it as the content of a file or on standard input.',
  },
  'not-shell-text': {
    exit: 64,
    message: (a: { type: string }) => `a value of type ${a.type} cannot be part of shell text`,
    hint: () => 'Interpolate strings, numbers, lists of these, or other sh`…` texts.',
  },
  'not-unicode': {
    exit: 64,
    message: (a: { what: string }) =>
      `${a.what} contains half of a surrogate pair, for which UTF-8 has no bytes`,
    hint: () => 'The text was cut within a character, or read in the wrong encoding.',
  },
  'newline-in-entry': {
    exit: 64,
    message: (a: { what: string }) => `an entry of ${a.what} contains a newline or a tab within a field`,
    hint: () => 'Entries are lines; give several entries instead.',
  },
  'empty-field': {
    exit: 64,
    message: (a: { what: string }) => `an entry of ${a.what} has an empty field`,
    hint: () => 'Leave the entry or the field out.',
  },
  'entry-twice': {
    exit: 64,
    message: (a: { what: string; key: string }) => `${a.what} has two entries with the key '${a.key}'`,
    hint: () => 'Each key stands for one entry; leave one of them out.',
  },
  'not-awaited': {
    exit: 64,
    message: (a: { module: string; name: string }) =>
      `the body ended before ${a.module}('${a.name}') had its answer`,
    hint: (a: { module: string }) =>
      `Write \`await ${a.module}(…)\`: it has to see what is on the host first.`,
  },
  'detached-file': {
    exit: 64,
    message: (a: { what: string }) =>
      `'${a.what}' is a file that goes over the connection, in a task that runs apart from it`,
    hint: () =>
      'The connection may be gone when it is due: the module says `network: true`. Let a task before it bring the file (copy), or one behind it take it (fetch); what is small can be content as text or bytes.',
  },
  'not-seconds': {
    exit: 64,
    message: (a: { what: string }) => `'${a.what}' is to be waited for by other than whole seconds`,
    hint: () => 'A shell counts in whole numbers: give `every` and `limit` without a fraction.',
  },
  'several-lines': {
    exit: 64,
    message: (a: { what: string }) => `the value wanted for ${a.what} has several lines, and one can be read`,
    hint: () => 'Give it as one line.',
  },
  'trailing-newline': {
    exit: 64,
    message: (a: { what: string }) =>
      `the value wanted for ${a.what} ends in a newline, which a read cannot see`,
    hint: () => 'Leave the newline out.',
  },
  'bad-query-name': {
    exit: 64,
    message: (a: { name: string }) => `'${a.name}' cannot be the name of a query`,
    hint: () => 'Use small letters, digits and underscores, beginning with a letter.',
  },
  'query-clash': {
    exit: 64,
    message: (a: { name: string }) => `two modules have different queries with the name '${a.name}'`,
    hint: () => 'Begin the name of a query with that of its module.',
  },
  'source-missing': {
    exit: 64,
    message: (a: { source: string; file: string; near: readonly string[] }) =>
      `there is no file ${a.file}${didYouMean(a.near)}`,
    hint: (a) => `'${a.source}' is relative to the file in which it is written.`,
  },
  'source-unreadable': {
    exit: 64,
    message: (a: { file: string; problem: string }) => `${a.file} cannot be read: ${a.problem}`,
  },
  'outside-play': {
    exit: 64,
    message: (a: { module: string }) => `${a.module}() was called outside the body of a play`,
    hint: () => 'Call modules inside the function that is given to play(); import shared tasks as functions.',
  },
  'after-body': {
    exit: 64,
    message: (a: { module: string }) => `${a.module}() was called after the body of its play had ended`,
    hint: () => 'Await every promise in the body, so that all its tasks are known when it ends.',
  },
  'async-scope': {
    exit: 64,
    message: (a: { scope: string }) => `the body of ${a.scope}() is asynchronous`,
    hint: () => 'What it registers after an await would be outside of it. Await before it, or after it.',
  },
  'bad-key': {
    exit: 64,
    message: (a: { key: string; item: number }) =>
      `each() got ${a.key} for item ${a.item}, which cannot be a key`,
    hint: () => 'Keys are texts of at least one character, without control characters, or numbers.',
  },
  'key-twice': {
    exit: 64,
    message: (a: { key: string; item: number }) =>
      `each() got the key ${a.key} for item ${a.item}, which an item before it has`,
    hint: () =>
      'Give each item a key of its own, such as its name: tasks and their awaited changes go by it.',
  },
  'version-clash': {
    exit: 64,
    message: (a: { running: string; imported: string }) =>
      `the playbook imports tsplay ${a.imported}, but tsplay ${a.running} runs it`,
    hint: () => 'Install one version: `npm install tsplay` in the project, then run its own `npx tsplay`.',
  },
  'bad-option': {
    exit: 64,
    message: (a: { module: string; name: string; problem: string }) =>
      `${a.module}('${a.name}'): ${a.problem}`,
  },
  'bad-user': {
    exit: 64,
    message: (a: { task: string; user: string }) =>
      `${a.task}: become is ${JSON.stringify(a.user)}, which cannot be the name of a user`,
    hint: () =>
      'Give the name of a user of the host, true for root, or false for the user of the connection.',
  },
  'purged-before': {
    exit: 64,
    message: (a: { path: string; folder: string }) =>
      `${a.path} is declared after ${a.folder} was purged of all that was not declared`,
    hint: () =>
      'Declare it before the first `await` of a result or `flush()`, or name it in `keep` of the purge.',
  },
  'claim-clash': {
    exit: 64,
    message: (a: { resource: string; task: string; value: string; other: string; otherValue: string }) =>
      `${a.task} wants ${a.resource} to be ${a.value}, but ${a.other} wants ${a.otherValue}`,
    hint: () => 'Both manage the same thing on the host. Let one of them have it, or make them agree.',
  },
  'unused-condition': {
    exit: 64,
    message: (a: { condition: string }) => `the condition ${a.condition} is not used by any task`,
    hint: () => 'Pass it as `when:`; a condition is decided on the host and does nothing by itself.',
  },
  'condition-called': {
    exit: 64,
    message: (a: { condition: string }) => `the condition ${a.condition} was called like a function`,
    hint: () => 'Pass it as `when:`, or await handle.result() and use its plain values.',
  },
  'foreign-condition': {
    exit: 64,
    message: (a: { condition: string }) => `the condition ${a.condition} belongs to another host or play`,
    hint: () => 'Use conditions of tasks of the same body.',
  },
  'bad-handler': {
    exit: 64,
    message: (a: { problem: string }) => `a handler cannot be called so: ${a.problem}`,
  },
  'handler-twice': {
    exit: 64,
    message: (a: { handler: string }) => `there is a handler '${a.handler}' in this play already`,
    hint: () =>
      'A handler is declared once; any number of tasks may notify it. Within each(), make its name from the key.',
  },
  'foreign-handler': {
    exit: 64,
    message: (a: { handler: string }) => `the handler '${a.handler}' belongs to another host or play`,
    hint: () => 'Declare it in the body whose tasks notify it.',
  },
  'task-failed': {
    exit: 1,
    message: (a: { task: string; problem: string }) => `${a.task}: ${a.problem}`,
  },
});
