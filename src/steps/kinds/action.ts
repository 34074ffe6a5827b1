import { createHash } from 'node:crypto';
import { stepError } from '../../errors/steps.ts';
import { reveal, Secret } from '../../secrets/secret.ts';
import { statusesOf, yesNo, type StepWriter } from '../compile/step-writer.ts';
import type { InlineContent } from '../content.ts';
import type { ResultTest } from '../result-test.ts';
import { quote, type Sh } from '../sh.ts';
import type { StepOptions } from './step-options.ts';

export interface ActionStep extends StepOptions {
  readonly kind: 'action';
  readonly what: string;
  readonly run: Sh;
  readonly guard:
    | { readonly kind: 'none' }
    | { readonly kind: 'reads' }
    | { readonly kind: 'unless'; readonly command: Sh }
    | { readonly kind: 'creates'; readonly path: string }
    | { readonly kind: 'removes'; readonly path: string; readonly creates?: string | undefined };
  /** It runs only where this succeeds. */
  readonly onlyIf: Sh | undefined;
  /** Prints why it cannot run here, and fails; asked only where it would run. */
  readonly needs: Sh | undefined;
  /** Its undo comes when all else has been taken back. */
  readonly undoLast: boolean;
  /** It goes on when the connection is lost, and can be followed again. */
  readonly survives: boolean;
  /** What it finds on its standard input. */
  readonly input: InlineContent | undefined;
  readonly undo: Sh | undefined;
  /** Exit statuses that count as success. */
  readonly codes: readonly number[];
  /** Whether it has changed something; left out, it always has. */
  readonly changed: ResultTest | undefined;
  /** Whether it has failed; left out, `codes` say so. */
  readonly failed: ResultTest | undefined;
  /** What it came to is decided here, when it has run: a check cannot tell. */
  readonly judged: boolean;
}

/**
 * Runs a command. Without a guard it runs every time and is a change every time. `undoLast` is for what makes others
 * notice a change, such as a restart: at a rollback it runs when all else has been taken back, and once where several
 * have the same command.
 */
export function action(
  what: string,
  step: StepOptions & {
    run: Sh;
    guard?: ActionStep['guard'];
    onlyIf?: Sh | undefined;
    needs?: Sh | undefined;
    input?: InlineContent | undefined;
    undo?: Sh | undefined;
    undoLast?: boolean;
    codes?: readonly number[];
    changed?: ResultTest | undefined;
    failed?: ResultTest | undefined;
    judged?: boolean;
    survives?: boolean;
  },
): ActionStep {
  const {
    run,
    guard = { kind: 'none' },
    onlyIf,
    needs,
    input,
    undo,
    undoLast = false,
    codes = [0],
    changed,
    failed,
    judged = false,
    survives = false,
    ...options
  } = step;
  if (input instanceof Secret && reveal(input).includes('\0')) {
    throw stepError('nul-in-value', { what: `the secret input of ${what}` });
  }
  return {
    kind: 'action',
    what,
    run,
    guard,
    onlyIf,
    needs,
    input,
    undo,
    undoLast,
    codes,
    changed,
    failed,
    judged,
    survives,
    ...options,
  };
}

export function compileAction(step: ActionStep, to: StepWriter): void {
  const guard = compileGuard(step, to);
  to.half('o', 'only if', step.onlyIf);
  to.half('w', 'run', step.run);
  to.half('p', 'why it cannot run:', step.needs);
  if (step.input !== undefined) to.function('i', `input of ${step.what}`, to.print(step.input));
  to.half('u', 'undo', step.undo);
  to.optional({
    r: guard === 'unless' || guard === 'paths' ? true : undefined,
    o: step.onlyIf,
    p: step.needs,
    i: step.input,
    k: step.changed,
    b: step.failed,
  });
  if (step.undo !== undefined && step.undoLast) {
    to.line(`ts_last_${to.number}=${createHash('sha256').update(step.undo.text).digest('hex').slice(0, 16)}`);
  }
  if (step.changed !== undefined) to.line(resultTest(`k${to.number}`, step.changed));
  if (step.failed !== undefined) to.line(resultTest(`b${to.number}`, step.failed));
  to.call(
    'ts_action',
    guard,
    step.undo === undefined ? 'no' : step.undoLast ? 'last' : 'yes',
    quote(step.codes.join(' ')),
    yesNo(step.changed?.kind === 'stdout' || step.failed?.kind === 'stdout'),
    yesNo(step.changed !== undefined || step.judged),
  );
}

/** The reading half of what has one; gives the kind of guard. */
function compileGuard({ what, guard }: ActionStep, to: StepWriter): string {
  switch (guard.kind) {
    case 'unless':
      to.half('r', 'unless', guard.command);
      to.absent(statusesOf(guard.command, [1]));
      return guard.kind;
    case 'creates':
    case 'removes':
      to.function('r', `it has run: ${what}`, pathTest(guard));
      return 'paths';
    case 'none':
    case 'reads':
      return guard.kind;
  }
}

/** Whether paths say that a command has run. */
function pathTest(guard: Extract<ActionStep['guard'], { kind: 'creates' | 'removes' }>): string {
  const { creates, removes } =
    guard.kind === 'removes'
      ? { creates: guard.creates, removes: guard.path }
      : { creates: guard.path, removes: undefined };
  return [
    ...(creates === undefined ? [] : [`[ -e ${quote(creates)} ]`]),
    ...(removes === undefined ? [] : [`{ [ ! -e ${quote(removes)} ] && [ ! -h ${quote(removes)} ]; }`]),
  ].join(' || ');
}

/** A predicate as a function: 0 it holds, 1 it does not, anything else it cannot be decided. */
function resultTest(name: string, test: ResultTest): string {
  const negate = test.holds ? '' : '! ';
  const code =
    test.kind === 'rc'
      ? `${negate}ts_among "$TS_RC" ${quote(test.codes.join(' '))}`
      : `ts_matches ${test.holds ? 'yes' : 'no'} ${quote(test.ere)}`;
  return `${name}() { ${code}; }`;
}
