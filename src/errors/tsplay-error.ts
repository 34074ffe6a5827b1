/** A place in a file that the user wrote. Lines and columns count from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** What is known of an error beside its message. */
export interface ErrorContext {
  readonly where?: Place | undefined;
  readonly host?: string | undefined;
  readonly task?: string | undefined;
  readonly cause?: unknown;
}

/** Exit status that an error leads to: a failed task, an unreachable host, or wrong use. */
export type ErrorExit = 1 | 3 | 64;

/**
 * The one class of error that tsplay throws on purpose. Its code is permanent; message, hint and place are
 * shown to the user without a stack. Anything else that is thrown is a bug and is shown with its stack.
 */
export class TsplayError extends Error {
  override readonly name = 'TsplayError';
  readonly code: string;
  readonly exit: ErrorExit;
  readonly hint: string | undefined;
  readonly where: Place | undefined;
  readonly host: string | undefined;
  readonly task: string | undefined;

  constructor(
    code: string,
    exit: ErrorExit,
    message: string,
    hint: string | undefined,
    context: ErrorContext,
  ) {
    super(message, context.cause === undefined ? undefined : { cause: context.cause });
    this.code = code;
    this.exit = exit;
    this.hint = hint;
    this.where = context.where;
    this.host = context.host;
    this.task = context.task;
  }

  /** The same error with what it does not know itself. */
  within(context: ErrorContext): TsplayError {
    const { code, exit, message, hint, cause } = this;
    return new TsplayError(code, exit, message, hint, {
      where: this.where ?? context.where,
      host: this.host ?? context.host,
      task: this.task ?? context.task,
      cause,
    });
  }
}

/** Several problems found in one pass, so that the user sees all of them at once. */
export class TsplayErrors extends Error {
  override readonly name = 'TsplayErrors';
  readonly errors: readonly TsplayError[];

  constructor(errors: readonly TsplayError[]) {
    super(errors.map((error) => error.message).join('\n'));
    this.errors = errors;
  }
}

/** One entry of an error catalogue: what happened and why, and what to do. No logic. */
export interface ErrorEntry<Args> {
  readonly exit: ErrorExit;
  readonly message: (args: Args) => string;
  readonly hint?: (args: Args) => string | undefined;
}

// oxlint-disable-next-line typescript/no-explicit-any -- the argument type of each entry is recovered below
type Entries = Record<string, ErrorEntry<any>>;

/** Makes the errors of one area from its catalogue: `fail('code', args, context)` builds one to throw. */
export function defineErrors<const E extends Entries>(entries: E) {
  return <K extends keyof E & string>(
    code: K,
    args: Parameters<E[K]['message']>[0],
    context: ErrorContext = {},
  ): TsplayError => {
    const entry = entries[code] as ErrorEntry<unknown>;
    return new TsplayError(code, entry.exit, entry.message(args), entry.hint?.(args), context);
  };
}
