import { builtins, defineModule, requires } from '../../../src/steps/index.ts';

/** Options of {@link fail}: those of every task, of which `when` is the one that matters. */
export type FailOptions = Readonly<Record<never, never>>;

/**
 * Fails with this message, in check mode too: for a condition that only the host can decide. What the playbook knows by
 * itself needs no task: `throw new Error(…)` in a plain `if` fails before anything is connected to, and so does
 * {@link assert} with `that`.
 *
 * @example fail('this release needs a kernel from 6.1 on', { when: probe.failed })
 */
export const fail = defineModule<FailOptions>('fail', {
  options: {},
  steps: (message) => [requires(message, { test: builtins`false`, otherwise: message })],
});
