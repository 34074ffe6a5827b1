import { didYouMean } from './near.ts';
import { defineErrors } from './tsplay-error.ts';

/** Errors of a run: sessions, barriers, variables. */
export const runnerError = defineErrors({
  'no-shell': {
    exit: 3,
    message: (a: { host: string; command: string; why: string; said: string }) =>
      `${a.host}: '${a.command}' gave no shell: ${a.why}${a.said.trim() === '' ? '' : `. It said: ${a.said.trim()}`}`,
    hint: () =>
      'A forced command, a restricted login shell or a missing sudo rule can be the reason. Try the same with ssh by hand.',
  },
  'connection-lost': {
    exit: 3,
    message: (a: { host: string }) => `${a.host}: the connection was lost while a program ran`,
    hint: () =>
      'The program stops at its next step boundary; nothing is left half-done. Run again: it goes on from what stands there.',
  },
  'not-back': {
    exit: 3,
    message: (a: { host: string; seconds: number; why: string }) =>
      `${a.host}: it went down for a reboot and was not back within ${a.seconds} s; the last try: ${a.why}`,
    hint: () =>
      'Look at its console: it may wait for somebody, or boot with another address. A boot that takes longer needs a longer timeout. Run again when it is back: the play goes on from what stands there.',
  },
  'reboots-itself': {
    exit: 1,
    message: (a: { host: string; task: string }) =>
      `${a.host}: ${a.task} would reboot the machine that tsplay runs on, which nobody could wait for`,
    hint: () => 'Run the play from another machine, or leave this host out. Nothing of its program has run.',
  },
  interrupted: {
    exit: 1,
    message: (a: { host: string }) => `${a.host}: interrupted; it stopped at a step boundary`,
    hint: () => 'What was done stays done. Run again to go on from there.',
  },
  stopped: {
    exit: 1,
    message: (a: { host: string; reason: string }) => `${a.host}: it goes no further: ${a.reason}`,
  },
  'bad-play': {
    exit: 64,
    message: (a: { play: string; problem: string }) => `play '${a.play}': ${a.problem}`,
  },
  'delegated-to-nobody': {
    exit: 64,
    message: (a: { host: string; near: readonly string[] }) =>
      `on('${a.host}'): the inventory has no such host${didYouMean(a.near)}`,
    hint: () =>
      "Tasks are delegated to a host of the inventory, or to 'localhost', the machine tsplay runs on.",
  },
  'bad-throttle': {
    exit: 64,
    message: (a: { name: string; hosts: unknown }) =>
      `throttle('${a.name}'): the number of hosts must be a whole number from 1, not ${String(a.hosts)}`,
  },
  'not-awaited': {
    exit: 64,
    message: (a: { what: string }) => `${a.what} was not awaited before the body of its play ended`,
    hint: (a) => `Write \`await ${a.what.replace(/\(.*/, '')}(…)\`: what follows must not run beside it.`,
  },
  'delegated-failed': {
    exit: 1,
    message: (a: { host: string; problem: string }) =>
      `what it waited for has failed on ${a.host}: ${a.problem}`,
  },
  'unknown-tag': {
    exit: 64,
    message: (a: { tag: string; near: readonly string[] }) =>
      `no task and no play has the tag '${a.tag}'${didYouMean(a.near)}`,
    hint: () => 'See --list-tags.',
  },
  'unknown-task': {
    exit: 64,
    message: (a: { task: string; near: readonly string[] }) =>
      `there is no task '${a.task}' to start at${didYouMean(a.near)}`,
    hint: () =>
      "See --list-tasks. The name of a task will do, or its id, such as 'command[reload]'; * is anything.",
  },
  'interrupted-before': {
    exit: 1,
    message: (a: { host: string }) =>
      `${a.host}: interrupted before it was connected to; nothing has run there`,
  },
  'shell-ended': {
    exit: 1,
    message: (a: { host: string; code: number; said: string }) =>
      `${a.host}: the shell ended with status ${a.code} before its program did${a.said.trim() === '' ? '' : `. It said: ${a.said.trim()}`}`,
    hint: () =>
      'After a syntax error, nothing of the program has run: look for a quote or a bracket too many in sh`…`. Else the host may be out of memory or processes. Run again with -vv to see how far it came.',
  },
  'bad-variable': {
    exit: 64,
    message: (a: { host: string; play: string; path: string; problem: string }) =>
      `${a.host}: the variable ${a.path} does not fit play '${a.play}': ${a.problem}`,
    hint: () => 'Set it for this host or one of its groups in the inventory, or with -e.',
  },
  'not-a-playbook': {
    exit: 64,
    message: (a: { file: string; found: string }) =>
      `${a.file} does not export a play by default: ${a.found}`,
    hint: () => "Write `export default play('name', { hosts: … }, () => { … })`, or export a list of plays.",
  },
  'body-failed': {
    exit: 64,
    message: (a: { host: string; play: string; problem: string }) =>
      `${a.host}: the body of play '${a.play}' threw: ${a.problem}`,
  },
  uncaught: {
    exit: 1,
    message: (a: { problem: string }) =>
      `code of the playbook threw, and nothing waited for it: ${a.problem}`,
    hint: () => 'Wait for every promise with await, and catch what may fail in a timer or an event.',
  },
  'one-host-only': {
    exit: 64,
    message: (a: { hosts: readonly string[] }) =>
      `compile prints one host's program, but ${a.hosts.length === 0 ? 'no play is for such a host' : `${a.hosts.length} hosts match`}`,
    hint: (a) =>
      a.hosts.length === 0
        ? 'The plays name other hosts; --limit only narrows them down.'
        : `Choose one with --limit: ${a.hosts.slice(0, 8).join(', ')}.`,
  },
});
