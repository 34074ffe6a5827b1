import { Secret } from '../../secrets/secret.ts';
import { yesNo, type StepWriter } from '../compile/step-writer.ts';
import { plainPath } from '../path.ts';
import { quote, type Sh } from '../sh.ts';
import { compileGoingLive, type GoingLive } from './going-live.ts';
import type { StepOptions } from './step-options.ts';

export interface EditStep extends StepOptions, GoingLive {
  readonly kind: 'edit';
  readonly what: string;
  readonly path: string;
  /** Gets the file on standard input and prints what it should be, also of what it has printed itself. */
  readonly filter: Sh;
  /** What the filter finds in `$ts_input`; the place for a secret. */
  readonly input: string | Secret | undefined;
  /** A test of builtins that succeeds only if the filter would change nothing: asked first, since it costs no process. */
  readonly same: Sh | undefined;
  /** Where there is no such file: that is an error, or one is made of what the filter makes of nothing, or all is well. */
  readonly missing: 'fail' | 'make' | 'leave';
  /** Of a file that is made. */
  readonly mode: string | undefined;
  /** Of a file that is made. */
  readonly owner: string | undefined;
  /** The filter knows only text: a file with NUL bytes is refused. */
  readonly text: boolean;
}

/** A file through a filter that prints what it should be. */
export function edit(
  path: string,
  step: StepOptions &
    GoingLive & {
      filter: Sh;
      input?: string | Secret;
      same?: Sh | undefined;
      missing?: EditStep['missing'];
      mode?: string | undefined;
      owner?: string | undefined;
      text?: boolean;
    },
): EditStep {
  const { filter, input, same, missing = 'fail', mode, owner, text = false, ...options } = step;
  const plain = plainPath(path);
  return {
    kind: 'edit',
    what: plain,
    path: plain,
    filter,
    input,
    same,
    missing,
    // As stat prints it.
    mode: mode === undefined ? undefined : Number.parseInt(mode, 8).toString(8),
    owner,
    text,
    lifetime: 'disk',
    ...(input instanceof Secret ? { secret: true } : {}),
    ...options,
  };
}

export function compileEdit(step: EditStep, to: StepWriter): void {
  to.function('f', `what should be in ${step.what}`, to.input(step.input) + step.filter.text);
  to.half('r', 'is it so in', step.same);
  compileGoingLive(step, to);
  to.call(
    'ts_edit',
    quote(step.path),
    step.missing,
    quote(step.mode ?? ''),
    quote(step.owner ?? ''),
    yesNo(step.same !== undefined),
    yesNo(step.text),
  );
}
