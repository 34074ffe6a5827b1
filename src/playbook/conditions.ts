import { stepError } from '../errors/steps.ts';
import type { Place, TsplayError } from '../errors/tsplay-error.ts';
import {
  conditionState,
  makeCondition,
  type Condition,
  type ConditionExpression,
  type ConditionState,
} from '../steps/condition.ts';

/** A playbook that makes so many at one place and uses none is in a loop: `while (handle.changed)` never ends. */
const mostAtOnePlace = 10_000;

/** The conditions of one body, so that one which nobody uses can be told. */
export class Conditions {
  readonly #made: ConditionState[] = [];
  readonly #host: string;

  constructor(host: string) {
    this.#host = host;
  }

  make(expression: ConditionExpression, words: string, where: Place | undefined, owner: object): Condition {
    const made = makeCondition(expression, words, where, owner);
    this.#made.push(conditionState(made));
    if (this.#made.length % mostAtOnePlace === 0) this.#checkLoop();
    return made;
  }

  /** An error for each that nobody has used. */
  unused(): readonly TsplayError[] {
    return this.#made.filter(({ used }) => !used).map((state) => this.#error(state));
  }

  #checkLoop(): void {
    const counts = new Map<string, number>();
    for (const state of this.#made) {
      if (state.used) continue;
      const place = JSON.stringify(state.where);
      const count = (counts.get(place) ?? 0) + 1;
      if (count >= mostAtOnePlace) throw this.#error(state);
      counts.set(place, count);
    }
  }

  #error({ words, where }: ConditionState): TsplayError {
    return stepError('unused-condition', { condition: words }, { where, host: this.#host });
  }
}
