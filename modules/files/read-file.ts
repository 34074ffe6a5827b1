import {
  action,
  defineModule,
  option,
  sh,
  type OptionRules,
  type TaskResult,
} from '../../src/steps/index.ts';

/** Options of {@link readFile}. */
export interface ReadFileOptions {
  /** A file that is not there is no error: its content is undefined. @defaultValue false */
  readonly optional?: boolean;
}

/** What stands in a file. */
export interface ReadFileResult extends TaskResult {
  /** Its text, byte for byte, if that is UTF-8. Undefined where it is not there and `optional`. */
  readonly content: string | undefined;
}

const options: OptionRules<ReadFileOptions> = { optional: option.flag };

/** The status of a file that is not there. */
const none = 44;

/**
 * Reads a file of the host, in a check as well: up to a mebibyte of text. What it reads shows in reports, as the output of
 * a command does, so it is not for secrets.
 *
 * @example
 * const { content } = await readFile('/etc/machine-id').result();
 * @see https://man7.org/linux/man-pages/man1/cat.1.html
 */
export const readFile = defineModule<ReadFileOptions, ReadFileResult>('readFile', {
  options,
  check(path, _o, problem) {
    for (const wrong of option.pathProblems(path)) problem(`the path ${wrong}`);
  },
  steps(name, { optional = false }) {
    const path = option.plainPath(name);
    return [
      action(`read ${path}`, {
        run: sh`ts_text_of ${path}`,
        guard: { kind: 'reads' },
        codes: optional ? [0, none] : [0],
      }),
    ];
  },
  result: (raw) => ({ ...raw, content: raw.rc === 0 ? raw.stdout : undefined }),
});
