import {
  defineModule,
  fingerprint,
  option,
  Secret,
  withSecrets,
  type OptionRules,
} from '../../../src/steps/index.ts';
import { checkAbsent } from '../../absent.ts';
import { checkCreation, creation, rewriting, type Creation, type NoCreation } from './created.ts';
import { editSteps } from './edit-step.ts';
import { holds, secretLines } from './lines.ts';
import { checkPosition, position, positionFields, type Position } from './position.ts';
import { wholeFileProblems } from '../whole-file.ts';

/** How its two markers are written. */
interface Markers {
  /** Name of the block, which stands in its markers; a file may have several. @defaultValue 'block' */
  readonly marker?: string;
  /**
   * What begins a comment in this file, or what begins and what ends one, such as `['<!--', '-->']`.
   * @defaultValue '#'
   */
  readonly comment?: string | readonly [string, string];
  /**
   * Both lines as a whole, for a block that something else has made.
   * @defaultValue those that `marker` and `comment` say
   * @example block('/etc/hosts', { content, markers: ['# BEGIN ANSIBLE MANAGED BLOCK', '# END ANSIBLE MANAGED BLOCK'] })
   */
  readonly markers?: readonly [begin: string, end: string];
}

interface Present extends Markers, Position, Creation {
  /** The lines of the block; whether the last one ends in a newline is all the same. */
  readonly content: string | Secret;
  /** @defaultValue 'present' */
  readonly state?: 'present';
}

interface Absent extends Markers, NoCreation {
  readonly content?: never;
  readonly insertAfter?: never;
  readonly insertBefore?: never;
  readonly firstMatch?: never;
  /** Neither the block nor its markers. */
  readonly state: 'absent';
}

/** Options of {@link block}. */
export type BlockOptions = Present | Absent;

const mark = option.line(/^\S(.*\S)?$/, 'what begins or ends a comment, such as #');

const options: OptionRules<BlockOptions> = {
  content: secretLines,
  marker: option.line(/^[^\s](.*[^\s])?$/, 'a name without white space around it'),
  comment: (name, value) =>
    Array.isArray(value) && value.length !== 2
      ? [`${name} must be what begins a comment, or a list of what begins and what ends one`]
      : [value].flat().flatMap((one: unknown) => mark(name, one)),
  markers: (name, value) =>
    Array.isArray(value) && value.length === 2 && value[0] !== value[1]
      ? option.listOf(option.line(/\S/, 'a line that is not empty'), 2)(name, value)
      : [
          `${name} must be two lines that are not the same: that at which the block begins, and that at which it ends`,
        ],
  ...position,
  firstMatch: option.flag,
  ...creation,
  state: option.oneOf('present', 'absent'),
};

/**
 * Lines between two markers in a text file. What stands between them is replaced; where there are no markers, they are
 * put in with the block. All other lines stay as they are. A file in which a marker is missing, or stands twice, is an
 * error: nobody can tell what is ours.
 *
 * @example
 * block('/etc/ssh/sshd_config', { marker: 'sftp', content: 'Match Group sftp\n  ChrootDirectory /srv/sftp\n' })
 * @example
 * block('/srv/www/index.html', { content: banner, comment: ['<!--', '-->'], insertAfter: '<body>' })
 * @example
 * block('/etc/ssh/sshd_config', { marker: 'sftp', state: 'absent' })
 * @see https://pubs.opengroup.org/onlinepubs/9799919799/basedefs/V1_chap09.html for extended regular expressions
 */
export const block = defineModule<BlockOptions>('block', {
  options,
  claims: (path, o) => [
    {
      resource: `block ${o.markers?.[0] ?? o.marker ?? 'block'} of file:${option.plainPath(path)}`,
      value: o.content === undefined ? 'absent' : `of content ${fingerprint(o.content)}`,
    },
  ],
  check(path, o, problem) {
    wholeFileProblems(path, o).forEach(problem);
    if (o.markers !== undefined && (o.marker !== undefined || o.comment !== undefined))
      problem('markers are both lines as a whole, so marker and comment make no sense');
    if (o.state === 'absent') {
      checkAbsent(o, ['marker', 'comment', 'markers', ...rewriting], problem);
      return;
    }
    if (o.content === undefined) problem("content is missing (or say state: 'absent')");
    else if (!holds(o.content, /[^\n]/))
      problem("content is empty; to take the block away say state: 'absent'");
    else if (markers(o).some((one) => holds(o.content, lineOf(one))))
      problem('content has a marker of the block in it');
    checkPosition(o, problem);
    checkCreation(o, problem);
  },
  steps(path, o) {
    const [begin, end] = markers(o);
    const [how, at] = positionFields(o);
    const first = o.firstMatch === true ? 'first' : 'last';
    const lines = withSecrets((reveal) =>
      (o.content instanceof Secret ? reveal(o.content) : (o.content ?? '')).replace(/\n$/, ''),
    );
    return editSteps(
      path,
      ['block', o.state ?? 'present', begin, end, lines, how, at, first],
      o.state === 'absent' ? 'leave' : 'fail',
      o,
    );
  },
});

function markers({ marker = 'block', comment = '#', markers: given }: Markers): readonly [string, string] {
  if (given !== undefined) return given;
  const [open, close] = typeof comment === 'string' ? [comment, ''] : comment;
  const line = (word: string): string =>
    `${open} ${word} tsplay: ${marker}${close === '' ? '' : ` ${close}`}`;
  return [line('BEGIN'), line('END')];
}

function lineOf(text: string): RegExp {
  return new RegExp(`^${text.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`)}$`, 'm');
}
