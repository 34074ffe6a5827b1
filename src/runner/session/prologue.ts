import type { Compiled } from '../../steps/compile.ts';
import { quote } from '../../steps/sh.ts';

/** What varies from one sending of a program to the next; the program itself does not. */
export interface Parameters {
  readonly mode: 'check' | 'apply';
  readonly nonce: string;
  /** Names the run on the host; its journal stands under this name. */
  readonly run: string;
  /** Counts the programs of one session from 1. */
  readonly part: number;
  readonly diff: boolean;
  /** Where the text for a shell of another user begins; nobody else on the host needs to know it. */
  readonly mark: string;
  /** How tasks become other users. */
  readonly become?:
    | { readonly method: 'sudo' | 'su' | 'doas' | undefined; readonly password: string | undefined }
    | undefined;
  /** Where the host keeps journals and marks. @defaultValue `/var/lib/tsplay/v1`, or the user's own state folder */
  readonly home?: string | undefined;
}

// What an odd login could have left that changes the meaning of shell text.
const clean =
  'unset IFS CDPATH ENV BASH_ENV; unalias -a 2>/dev/null; set +a +e +u +x -f; umask 022; LC_ALL=C; export LC_ALL; ' +
  'PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin; exec 3>&1';

/** The text that is written to a shell: one group, so that nothing of it runs before all of it has arrived. */
export function programText(parameters: Parameters, runtime: string | undefined, compiled: Compiled): string {
  const { body, secrets, segments } = compiled;
  const all = [secrets, ...segments.map((segment) => segment.secrets)].flatMap((some) => [...some]);
  const values = [
    `TS_MODE=${parameters.mode} TS_NONCE=${parameters.nonce} TS_RUN=${quote(parameters.run)}`,
    `TS_STEM=${String(parameters.part).padStart(6, '0')} TS_ENTRY_BASE=${entryBase(parameters.part)}`,
    `TS_DIFF=${parameters.diff ? 1 : "''"}`,
    ...all.map(([name, value]) => `${name}=${quote(value)}`),
    // Quoted twice: the shell of the other user gets it as one word again.
    ...segments.map((segment) => `TS_SEGMENT_${segment.number}=${quote(quote(segment.body))}`),
  ];
  return [
    '{',
    ...(runtime === undefined ? [] : sessionValues(parameters, runtime)),
    ...values,
    `TS_BODY=${quote(body)}`,
    `TS_SEQ=0 TS_QUERIED=''; ${compiled.setup}`,
    // On standard error too: what stands there before it is no task's.
    `ts_frame "hello $$"; printf '%s%s hello\\n' "$TS_RS" "$TS_NONCE" >&2`,
    'eval "$TS_BODY"',
    'ts_tasks',
    'ts_frame finish',
    '}',
    '',
  ].join('\n');
}

/**
 * A program as it is best sent. bash takes a script from a pipe byte by byte, with a call of the kernel for each; so it
 * is told to take this one whole, which it can only where it does not follow POSIX to the letter, as it does under the
 * name of sh. Other shells pass over these lines, and a bash that is too old for them reads on by itself. A login may
 * have told that everything is exported: nobody is to find the text in his environment.
 */
export function inOneRead(text: string): string {
  return `[ -z "\${BASH_VERSION-}" ] || { set +a; unset TS_TEXT; LC_ALL=C TS_POSIX=+o; if [ -o posix ]; then TS_POSIX=-o; fi
set +o posix; IFS= read -r -N ${Buffer.byteLength(text)} TS_TEXT && TS_TEXT="unset TS_TEXT
$TS_TEXT" || TS_TEXT=''; set $TS_POSIX posix; eval "$TS_TEXT"; }
${text}`;
}

/** What stays the same from one program of a session to the next. */
function sessionValues({ become, mark, home }: Parameters, runtime: string): readonly string[] {
  return [
    clean,
    `TS_RUNTIME=${quote(runtime)}`,
    'eval "$TS_RUNTIME"',
    `TS_CLEAN=${quote(clean)} TS_MARK=${mark} TS_TEST_HOME=${quote(home ?? '')}`,
    `TS_METHOD=${become?.method ?? "''"} TS_PASSWORD=${quote(become?.password ?? '')}`,
    ...(home === undefined ? [] : [`TS_HOME=${quote(home)}`]),
  ];
}

/** Names of journal entries: they sort by program, then by the task that a user's segment begins with. */
function entryBase(part: number): number {
  return 1_000_000_000_000 + part * 1_000_000_000;
}
