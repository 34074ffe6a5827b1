import { defineErrors } from './tsplay-error.ts';

/** Errors of saved plans. */
export const planError = defineErrors({
  'plan-unreadable': {
    exit: 64,
    message: (a: { file: string; problem: string }) => `${a.file} cannot be read as a plan: ${a.problem}`,
  },
  'plan-unwritable': {
    exit: 64,
    message: (a: { file: string; problem: string }) =>
      `the plan cannot be written to ${a.file}: ${a.problem}`,
  },
  'plan-version': {
    exit: 64,
    message: (a: { file: string; version: string }) =>
      `${a.file} is a plan of version ${a.version}, which this tsplay does not know`,
    hint: () => 'Apply it with the tsplay that made it, or make a new one.',
  },
  'plan-of-other-tsplay': {
    exit: 64,
    message: (a: { planned: string; running: string }) =>
      `the plan was made by tsplay ${a.planned}, and this is ${a.running}${a.planned === a.running ? ' with another runtime' : ''}`,
    hint: () => 'Another version can make other programs of the same playbook. Make a new plan.',
  },
  'plan-applied': {
    exit: 64,
    message: (a: { file: string; time: string }) => `${a.file} has been applied already, at ${a.time}`,
    hint: () => 'With --again it is applied once more, if the hosts are as it found them.',
  },
  'plan-file-changed': {
    exit: 64,
    message: (a: { file: string; how: 'changed' | 'new' | 'gone' }) =>
      a.how === 'changed'
        ? `${a.file} has changed since the plan was made`
        : `${a.file} is ${a.how}: when the plan was made, the playbook was made ${a.how === 'new' ? 'without' : 'with'} it`,
    hint: () => 'A plan is for the playbook that it was made from. Make a new one.',
  },
  'plan-hosts-changed': {
    exit: 64,
    message: (a: { more: readonly string[]; gone: readonly string[] }) =>
      [
        'the playbook is for other hosts than when the plan was made',
        ...(a.more.length === 0 ? [] : [`it has come to ${a.more.join(', ')}`]),
        ...(a.gone.length === 0 ? [] : [`it is no longer for ${a.gone.join(', ')}`]),
      ].join('; '),
    hint: () => 'The inventory has changed. Make a new plan.',
  },
  'plan-vars-changed': {
    exit: 64,
    message: (a: { host: string }) =>
      `${a.host}: what the inventory says of it has changed since the plan was made`,
    hint: () => 'Its variables, groups or the way to it are others. Make a new plan.',
  },
  'plan-host-differs': {
    exit: 1,
    message: (a: { host: string; differences: readonly string[] }) =>
      [`${a.host} is not as the plan found it; nothing was changed there`, ...a.differences].join('\n'),
    hint: () => 'Look at it, and make a new plan.',
  },
  'plan-program-differs': {
    exit: 1,
    message: (a: { play: string; tasks: readonly string[] }) =>
      `what play '${a.play}' would do now is not what was planned (${a.tasks.join(', ')})`,
    hint: () =>
      'It is built from what the host said after earlier tasks, which is not what it said when the plan was made. What was done before stays done. Make a new plan for the rest.',
  },
  'plan-ends': {
    exit: 1,
    message: (a: { play: string; tasks: readonly string[]; why: string }) =>
      `the plan ends before ${a.tasks.join(', ')} of play '${a.play}': ${a.why}`,
    hint: () =>
      'All that was planned for this host is done. Make a new plan for the rest, or run the playbook.',
  },
  'plan-has-secret': {
    exit: 64,
    message: () => '-e gives a value that is a secret, which a plan would hold in clear',
    hint: () => 'Put it in a file that tsplay secret has encrypted, and give that: -e @FILE.',
  },
  'check-failed': {
    exit: 1,
    message: (a: { hosts: readonly string[]; file: string }) =>
      `${a.file} was not written: the check did not come to its end on ${a.hosts.join(', ')}`,
    hint: () => 'Mend that first, or plan without these hosts by --limit.',
  },
});
