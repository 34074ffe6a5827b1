import { quote } from '../steps/sh.ts';

/** What varies from one sending of a program to the next; the program itself does not. */
export interface Parameters {
  readonly mode: 'check' | 'apply';
  readonly nonce: string;
  /** Names the run on the host; its journal stands under this name. */
  readonly run: string;
  /** Counts the programs of one session from 1. */
  readonly part: number;
  readonly diff: boolean;
  /** Where the host keeps journals and marks. @defaultValue `/var/lib/tsplay/v1`, or the user's own state folder */
  readonly home?: string | undefined;
}

// What an odd login could have left that changes the meaning of shell text.
const clean =
  'unset IFS CDPATH ENV BASH_ENV; unalias -a 2>/dev/null; set +e +u -f; umask 022; LC_ALL=C; export LC_ALL; ' +
  'PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin; exec 3>&1';

/** The text that is written to a shell: one group, so that nothing of it runs before all of it has arrived. */
export function programText(
  parameters: Parameters,
  runtime: string | undefined,
  body: string,
  secrets: ReadonlyMap<string, string>,
): string {
  const values = [
    `TS_MODE=${parameters.mode} TS_NONCE=${parameters.nonce} TS_RUN=${quote(parameters.run)}`,
    `TS_STEM=${String(parameters.part).padStart(6, '0')} TS_ENTRY_BASE=${1_000_000_000 + parameters.part * 1_000_000}`,
    ...(parameters.home === undefined ? [] : [`TS_HOME=${quote(parameters.home)}`]),
    `TS_DIFF=${parameters.diff ? 1 : "''"}`,
    ...[...secrets].map(([name, value]) => `${name}=${quote(value)}`),
  ];
  const first = runtime === undefined ? [] : [clean, `TS_RUNTIME=${quote(runtime)}`, 'eval "$TS_RUNTIME"'];
  return [
    '{',
    ...first,
    ...values,
    `TS_BODY=${quote(body)}`,
    "TS_FAIL='' TS_SEQ=0",
    'ts_frame "hello $$"',
    'eval "$TS_BODY"',
    'ts_tasks',
    'ts_frame finish',
    '}',
    '',
  ].join('\n');
}
