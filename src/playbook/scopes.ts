import { stepError } from '../errors/steps.ts';
import type { Place, TsplayError } from '../errors/tsplay-error.ts';
import type { ConditionExpression } from '../steps/condition.ts';
import type { Counters } from './barriers.ts';
import type { Between } from './marks.ts';

/** Where scopes put what begins and ends them, and what is wrong with one. */
export interface ScopeEnds {
  readonly add: (item: Between) => void;
  readonly problem: (problem: TsplayError) => void;
}

/** The scopes that tasks of one body stand in: those that catch a failure, and those that hold under a condition. */
export class Scopes {
  readonly #host: string;
  readonly #counters: Counters;
  readonly #ends: ScopeEnds;
  /** What has to hold for all that is registered here. */
  readonly #within: ConditionExpression[] = [];

  constructor(host: string, counters: Counters, ends: ScopeEnds) {
    this.#host = host;
    this.#counters = counters;
    this.#ends = ends;
  }

  /** What has to hold for a task here, which may have a condition of its own. */
  conditionWith(own: ConditionExpression | undefined): ConditionExpression | undefined {
    return [...this.#within, ...(own === undefined ? [] : [own])].reduce<ConditionExpression | undefined>(
      (left, right) => (left === undefined ? right : { op: 'and', left, right }),
      undefined,
    );
  }

  /** Calls a body whose tasks are run only if this holds, too. */
  only(expression: ConditionExpression, scope: string, body: () => unknown, where: Place | undefined): void {
    this.#within.push(expression);
    try {
      this.atOnce(scope, body, where);
    } finally {
      this.#within.pop();
    }
  }

  /** Begins one, and gives its number; whoever begins it adds its end. */
  begin(kind: 'attempt' | 'always'): number {
    const scope = (this.#counters.scope += 1);
    this.#ends.add({ kind, scope });
    return scope;
  }

  /** Calls a body within one, and gives its number. */
  run(kind: 'attempt' | 'always', body: () => unknown, where: Place | undefined): number {
    const scope = this.begin(kind);
    try {
      this.atOnce(kind, body, where);
    } finally {
      this.#ends.add({ kind: `${kind}-end`, scope });
    }
    return scope;
  }

  /** Runs the body of a scope. Types refuse one that goes on later; here it is refused for who comes without them. */
  atOnce<T>(scope: string, body: () => T, where: Place | undefined): T {
    const given = body();
    if (given instanceof Promise) {
      // What it does later fails by itself: the body of its play has ended then.
      given.catch(() => {});
      this.#ends.problem(stepError('async-scope', { scope }, { where, host: this.#host }));
    }
    return given;
  }
}
