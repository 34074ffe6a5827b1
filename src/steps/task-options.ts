import { didYouMean, near } from '../errors/near.ts';
import { isCondition, type Condition } from './condition.ts';
import { isHandler, type Handler } from './handler.ts';
import { flag, line, quoted, shown, whole, type OptionRule } from './option.ts';

/** What every task can be given beside its own options. */
export interface TaskOptions {
  /** Run only if this holds, decided on the target. @defaultValue always */
  readonly when?: Condition | undefined;
  /** Run as this user, `true` for root, `false` for the user of the connection. @defaultValue as the play says */
  readonly become?: boolean | string | undefined;
  /**
   * `false`: nothing is shown of what the task finds and writes, in no report, record or plan: neither the text of files nor
   * values, nor what `validate` says. It still counts as changed, and can be undone. What commands print is shown.
   * `true`: the text of files is shown, too, that nobody but their owner can read.
   *
   * @defaultValue what differs is shown; of a file that only its owner can read, how many lines go and come
   */
  readonly diff?: boolean | undefined;
  /**
   * Words by which `--tags` and `--skip-tags` choose tasks, beside those of the play. A task that is `always` is left out
   * only by `--skip-tags always`, one that is `never` runs only where another tag of it is asked for. A task that is left
   * out is never `changed` nor `failed`, and claims nothing. What a handler does is not chosen by tags.
   *
   * @example file('/etc/app.conf', { content, tags: ['config'] })
   */
  readonly tags?: readonly string[] | undefined;
  /**
   * Handlers to run, once, at the end of the play, if this task changes something. See {@link handler}.
   * @defaultValue none
   */
  readonly notify?: Handler | readonly Handler[] | undefined;
  /**
   * Go on if it fails. It is reported as a failure that was expected, and counts as none. What it would have done is
   * not done, so think twice; `attempt` does the same for several tasks. @defaultValue false
   */
  readonly ignoreErrors?: boolean | undefined;
  /**
   * How often it is tried again if it fails, on the host itself, without a round trip. Each try reads anew. In a
   * check it is not tried again. @defaultValue 0
   */
  readonly retries?: number | undefined;
  /** Seconds between two tries. @defaultValue 5 */
  readonly delay?: number | undefined;
  /**
   * Seconds that one try may take. Then all that it has started on the host and that still runs is ended, and the task
   * has failed. A step that was ended half-way is not taken back by that. @defaultValue none
   */
  readonly timeLimit?: number | undefined;
}

/** What each of them may be. */
export const taskRules: { readonly [K in keyof Required<TaskOptions>]: OptionRule } = {
  when: (name, value) =>
    isCondition(value)
      ? []
      : [
          `${name} must be a condition such as handle.changed, not ${shown(value)}; a plain boolean goes in a plain if`,
        ],
  become: (name, value) =>
    typeof value === 'boolean' ? [] : line(/^[^\s-]\S*$/, 'true, false or the name of a user')(name, value),
  diff: flag,
  tags: tagProblems,
  notify: (name, value) =>
    [value].flat().every(isHandler)
      ? []
      : [`${name} must be what handler() has given, or a list of such, not ${shown(value)}`],
  ignoreErrors: flag,
  retries: whole(0, 10_000),
  delay: whole(0, 86_400),
  timeLimit: whole(1, 604_800),
};

/** What is wrong with a list of tags; words that `--tags` takes for something else are none. */
export function tagProblems(name: string, value: unknown): readonly string[] {
  if (!Array.isArray(value)) return [`${name} must be a list of words, not ${shown(value)}`];
  return value.flatMap((tag: unknown) =>
    typeof tag !== 'string' || !/^[\p{L}\p{N}_][\p{L}\p{N}_.:/-]*$/u.test(tag)
      ? [`${name} has ${shown(tag)}, which is no tag: one word of letters, digits and _ . : / -`]
      : ['all', 'tagged', 'untagged'].includes(tag)
        ? [`${name} has ${quoted(tag)}, which --tags takes for a kind of tasks`]
        : [],
  );
}

/** Is this an option of every task, and not of one module? */
export function isTaskOption(name: string): boolean {
  return Object.hasOwn(taskRules, name);
}

/** All that is wrong with what a task was given. Without rules of its module, any other options may be there. */
export function optionProblems(
  rules: Readonly<Record<string, OptionRule>> | undefined,
  options: Readonly<Record<string, unknown>>,
): readonly string[] {
  const all: Readonly<Record<string, OptionRule>> = { ...rules, ...taskRules };
  const each = Object.entries(options).flatMap(([name, value]) => {
    if (!Object.hasOwn(all, name)) {
      if (rules === undefined) return [];
      const names = Object.keys(all);
      const hint = didYouMean(near(name, names)) || `; there are ${names.join(', ')}`;
      return [`there is no option ${quoted(name)}${hint}`];
    }
    return value === undefined ? [] : (all[name]?.(name, value) ?? []);
  });
  const { delay, retries } = options;
  const isIdle = delay !== undefined && (retries === undefined || retries === 0);
  return isIdle ? [...each, 'delay makes no sense without retries'] : each;
}
