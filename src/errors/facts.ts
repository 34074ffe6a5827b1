import { didYouMean } from './near.ts';
import { defineErrors } from './tsplay-error.ts';

/** Errors about the facts that plays read. */
export const factsError = defineErrors({
  'unknown-facts': {
    exit: 64,
    message: (a: { play: string; group: string; near: readonly string[] }) =>
      `play '${a.play}' reads the facts '${a.group}', which do not exist${didYouMean(a.near)}`,
    hint: () => 'The groups are on the page docs/facts.md of tsplay; customFacts() makes one of your own.',
  },
  'no-such-facts': {
    exit: 64,
    message: (a: { group: string; near: readonly string[]; known: readonly string[] }) =>
      `there is no group of facts '${a.group}'${didYouMean(a.near)}`,
    hint: (a) => `The groups are ${a.known.join(', ')}.`,
  },
  'facts-twice': {
    exit: 64,
    message: (a: { play: string; group: string }) =>
      `play '${a.play}' reads two different groups of facts that are both called '${a.group}'`,
    hint: (a) =>
      a.group === 'sysctl'
        ? 'Name all keys in one call of sysctlFacts().'
        : 'Give one of them another name, or ask for both in one probe.',
  },
  'bad-facts': {
    exit: 64,
    message: (a: { name: string; problem: string }) => `customFacts('${a.name}', …): ${a.problem}`,
  },
  'bad-sysctl-facts': {
    exit: 64,
    message: (a: { key: string; problem: string }) => `sysctlFacts('${a.key}'): ${a.problem}`,
    hint: () => 'A key is what sysctl(8) takes, such as net.ipv4.ip_forward; * is any name between two dots.',
  },
  'facts-missing': {
    exit: 1,
    message: (a: { host: string; group: string; why: string }) =>
      `${a.host}: the facts '${a.group}' could not be gathered: ${a.why}`,
    hint: (a) => `A play that can do without them asks Object.hasOwn(facts, '${a.group}') first.`,
  },
  'facts-of-nobody': {
    exit: 64,
    message: (a: { host: string; near: readonly string[] }) =>
      `factsOf('${a.host}', …): there is no such host in the inventory${didYouMean(a.near)}`,
  },
  'facts-not-kept': {
    exit: 1,
    message: (a: { host: string; group: string }) =>
      `the facts '${a.group}' of ${a.host} are not known: it takes no part in this run, and no young enough ones are kept`,
    hint: (a) =>
      `Widen --limit, or gather them first with: tsplay facts ${a.host} --fact-cache 1h; a run with --fact-cache 1h then reads them.`,
  },
});
