import type { Place } from '../errors/tsplay-error.ts';
import { stepError } from '../errors/steps.ts';

/** What a condition is made of; evaluated on the target. */
export type ConditionExpression =
  | { readonly op: 'changed' | 'failed'; readonly task: number }
  | { readonly op: 'scope'; readonly scope: number }
  /** One of these tasks has changed something, or a former run has left this mark. */
  | { readonly op: 'notified'; readonly tasks: readonly number[]; readonly mark: string }
  | { readonly op: 'test'; readonly test: number }
  | { readonly op: 'not'; readonly of: ConditionExpression }
  | { readonly op: 'and' | 'or'; readonly left: ConditionExpression; readonly right: ConditionExpression };

const inner = Symbol.for('tsplay.v1.condition');

/**
 * Something that is decided on the target while the program runs: "this task changed", "that one failed". It goes
 * into `when:`. It is callable only so that the compiler refuses `if (handle.changed)`; nothing can be given to it, and
 * calling it throws.
 */
export interface Condition {
  (nothing: never): never;
  readonly [inner]: ConditionState;
}

/** What the builder knows of a condition. */
export interface ConditionState {
  readonly expression: ConditionExpression;
  readonly words: string;
  readonly where: Place | undefined;
  /** The play on one host that it belongs to. */
  readonly owner: object;
  used: boolean;
}

/** Makes a condition. @internal */
export function makeCondition(
  expression: ConditionExpression,
  words: string,
  where: Place | undefined,
  owner: object,
): Condition {
  const call = (): never => {
    throw stepError('condition-called', { condition: words }, { where });
  };
  const state: ConditionState = { expression, words, where, owner, used: false };
  return Object.assign(call, { [inner]: state }) as unknown as Condition;
}

/** Whether something is a condition, where types have not said so. @internal */
export function isCondition(value: unknown): value is Condition {
  return typeof value === 'function' && inner in value;
}

/** What stands behind a condition. @internal */
export function conditionState(condition: Condition): ConditionState {
  return condition[inner];
}

function combine(op: 'and' | 'or', first: Condition, rest: readonly Condition[]): Condition {
  return rest.reduce((left, right) => {
    const a = conditionState(left);
    const b = conditionState(right);
    a.used = b.used = true;
    return makeCondition(
      { op, left: a.expression, right: b.expression },
      `${op}(${a.words}, ${b.words})`,
      a.where,
      a.owner,
    );
  }, first);
}

/** True when all are. */
export function and(first: Condition, ...rest: readonly Condition[]): Condition {
  return combine('and', first, rest);
}

/** True when at least one is. */
export function or(first: Condition, ...rest: readonly Condition[]): Condition {
  return combine('or', first, rest);
}

/** True when the condition is false. */
export function not(condition: Condition): Condition {
  const state = conditionState(condition);
  state.used = true;
  return makeCondition({ op: 'not', of: state.expression }, `not(${state.words})`, state.where, state.owner);
}
