import {
  defineModule,
  fingerprint,
  option,
  type OptionRules,
  type Secret,
} from '../../../src/steps/index.ts';
import { checkAbsent } from '../../absent.ts';
import { checkCreation, creation, rewriting, type Creation, type NoCreation } from './created.ts';
import { editSteps } from './edit-step.ts';
import { expression } from './expression.ts';
import { secretLine } from './lines.ts';
import { checkPosition, position, positionFields, translated, type Position } from './position.ts';
import { wholeFileProblems } from '../whole-file.ts';

interface Present extends Position, Creation {
  /** The line, without its newline. Nothing in it has a meaning: backslashes and & stand for themselves. */
  readonly line: string | Secret;
  /**
   * Extended regular expression: the last line that matches becomes `line`, where it stands. Where none does, `line` is
   * put in, unless it is there. A line that is already as it should be should match, too.
   * @defaultValue only a line that is the same counts
   */
  readonly match?: string;
  /** @defaultValue 'present' */
  readonly state?: 'present';
}

interface Absent extends NoCreation {
  /** Lines that are exactly this go. */
  readonly line?: string | Secret;
  /** Lines that match this extended regular expression go. */
  readonly match?: string;
  readonly insertAfter?: never;
  readonly insertBefore?: never;
  readonly firstMatch?: never;
  /** No such line, wherever it is in the file. */
  readonly state: 'absent';
}

/** Options of {@link line}. */
export type LineOptions = Present | Absent;

const options: OptionRules<LineOptions> = {
  line: secretLine,
  match: expression,
  ...position,
  firstMatch: option.flag,
  ...creation,
  state: option.oneOf('present', 'absent'),
};

/**
 * One line of a text file; all others stay as they are, with their line ends. What is put into a file of CRLF lines ends
 * so too. Expressions are matched against single lines, byte by byte, without what ends them.
 *
 * @example
 * line('/etc/ssh/sshd_config', { match: '^#?PermitRootLogin[[:space:]]', line: 'PermitRootLogin no' })
 * @example
 * line('/etc/fstab', { line: 'tmpfs /tmp tmpfs nosuid,nodev 0 0' })
 * @example
 * line('/etc/modules', { match: '^floppy$', state: 'absent' })
 * @see https://pubs.opengroup.org/onlinepubs/9799919799/basedefs/V1_chap09.html for extended regular expressions
 */
export const line = defineModule<LineOptions>('line', {
  options,
  claims: (path, o) => [
    {
      resource: `line ${o.match === undefined ? named(o.line) : `/${o.match}/`} of file:${option.plainPath(path)}`,
      value: o.state === 'absent' ? 'absent' : named(o.line),
    },
  ],
  check(path, o, problem) {
    wholeFileProblems(path, o).forEach(problem);
    if (o.state === 'absent') {
      checkAbsent(o, ['line', 'match', ...rewriting], problem);
      if (o.line === undefined && o.match === undefined) problem('give line or match: which lines are to go');
      return;
    }
    if (o.line === undefined) problem("line is missing (or say state: 'absent')");
    checkPosition(o, problem);
    checkCreation(o, problem);
  },
  steps(path, o) {
    const state = o.state ?? 'present';
    const [how, at] = positionFields(o);
    const given = o.line === undefined ? 'no' : 'yes';
    const first = o.firstMatch === true ? 'first' : 'last';
    return editSteps(
      path,
      ['line', state, o.line ?? '', translated(o.match), how, at, given, first],
      state === 'absent' ? 'leave' : 'fail',
      o,
    );
  },
});

function named(text: string | Secret | undefined): string {
  if (text === undefined) return '';
  return typeof text === 'string' ? option.quoted(text) : `a secret ${fingerprint(text)}`;
}
