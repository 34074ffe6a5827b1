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
  interrupted: {
    exit: 1,
    message: (a: { host: string }) => `${a.host}: interrupted; it stopped at a step boundary`,
    hint: () => 'What was done stays done. Run again to go on from there.',
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
    message: (a: { file: string }) => `${a.file} does not export a play`,
    hint: () => "Write `export default play('name', { hosts: … }, () => { … })`, or export a list of plays.",
  },
  'body-failed': {
    exit: 64,
    message: (a: { host: string; play: string; problem: string }) =>
      `${a.host}: the body of play '${a.play}' threw: ${a.problem}`,
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
