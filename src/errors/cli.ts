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
});
