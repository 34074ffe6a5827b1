import { defineErrors } from './tsplay-error.ts';

/** Errors of the command line itself. */
export const cliError = defineErrors({
  'bad-extra-var': {
    exit: 64,
    message: (a: { text: string; problem: string }) => `-e ${a.text}: ${a.problem}`,
    hint: () => 'Write KEY=TEXT, KEY:=JSON (mtu:=9000), or @FILE with a mapping in JSON or YAML.',
  },
  'bad-report': {
    exit: 64,
    message: (a: { text: string; problem: string }) => `--report ${a.text}: ${a.problem}`,
    hint: () =>
      'Give a file whose name ends with .html, .xml (JUnit), .jsonl or .txt, or say which it is: html:FILE, junit:FILE, json:FILE, plain:FILE; or github.',
  },
});
