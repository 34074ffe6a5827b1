import { didYouMean } from './near.ts';
import { defineErrors } from './tsplay-error.ts';

/** Errors of the records of runs. */
export const recordError = defineErrors({
  'no-record': {
    exit: 64,
    message: (a: { wanted: string; folder: string; count: number; near: readonly string[] }) =>
      a.count === 0
        ? `there is no record of any run in ${a.folder}`
        : `of ${a.count} runs in ${a.folder} none is '${a.wanted}'${didYouMean(a.near)}`,
    hint: (a: { count: number }) =>
      a.count === 0
        ? 'Run or check a playbook of this project; its record is kept unless --no-record is given.'
        : 'See tsplay history. A part of a name will do, or last, or last~1 for the one before.',
  },
  'ambiguous-record': {
    exit: 64,
    message: (a: { wanted: string; runs: readonly string[] }) =>
      `${a.runs.length} runs have '${a.wanted}' in their name: ${a.runs.slice(0, 5).join(', ')}${a.runs.length > 5 ? ', …' : ''}`,
    hint: () => 'Give more of the name.',
  },
  unreadable: {
    exit: 64,
    message: (a: { file: string; problem: string }) => `the record ${a.file} cannot be read: ${a.problem}`,
  },
  'no-run': {
    exit: 64,
    message: (a: { playbook: string; inventory: string }) =>
      `there is no record of a run of ${a.playbook} on ${a.inventory}`,
    hint: () => 'The inventory is to be named as that run named it. See tsplay history.',
  },
  'rolled-back': {
    exit: 64,
    message: (a: { run: string }) =>
      `the last run on this inventory has been taken back by ${a.run}: nothing of it is done any more`,
    hint: () => 'Run without --resume.',
  },
  'nothing-to-resume': {
    exit: 64,
    message: (a: { run: string }) => `${a.run}, the last run of this playbook, ended well on all its hosts`,
    hint: () => 'Run without --resume.',
  },
  'nothing-to-rerun': {
    exit: 64,
    message: (a: { run: string; outcome: string }) =>
      `of the hosts of ${a.run}, the last run of this playbook, none was ${a.outcome}`,
  },
  'not-audits': {
    exit: 64,
    message: (a: { run: string; mode: string }) => `${a.run} is a ${a.mode}, and only checks can be compared`,
    hint: () => 'See tsplay history for those that are checks.',
  },
});
