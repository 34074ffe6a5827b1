import { createHash } from 'node:crypto';
import type { Place } from '../errors/tsplay-error.ts';
import type { NotPromise } from '../steps/build-context.ts';
import type { ConditionExpression } from '../steps/condition.ts';
import { makeHandler, type Handler } from '../steps/handler.ts';

/** A handler as its play knows it. */
export interface DeclaredHandler {
  readonly token: Handler;
  readonly name: string;
  readonly body: () => NotPromise;
  readonly where: Place | undefined;
  /** Names what a change leaves on the host for it. */
  readonly mark: string;
  /** The tasks that notify it and for whose change it has not run yet. */
  readonly notifiers: Set<number>;
  /** The users whom these run as, who have the marks. */
  readonly users: Set<string | undefined>;
  /** Nobody has asked yet whether a former run has left something for it. */
  fresh: boolean;
}

/** The handlers of one play on one host, in the order in which they are declared. */
export class Handlers {
  readonly #play: string;
  readonly #declared: DeclaredHandler[] = [];

  constructor(play: string) {
    this.#play = play;
  }

  /** Declares one; undefined if there is one of this name. */
  declare(name: string, body: () => NotPromise, where: Place | undefined): DeclaredHandler | undefined {
    if (this.#declared.some((one) => one.name === name)) return undefined;
    const words = JSON.stringify([this.#play, 'handler', name]);
    const mark = createHash('sha256').update(words).digest('hex').slice(0, 24);
    const declared: DeclaredHandler = {
      token: makeHandler(name),
      name,
      body,
      where,
      mark,
      notifiers: new Set(),
      users: new Set(),
      fresh: true,
    };
    this.#declared.push(declared);
    return declared;
  }

  /** The handler behind a token; undefined if that is of another play or host. */
  of(token: Handler): DeclaredHandler | undefined {
    return this.#declared.find((one) => one.token === token);
  }

  /** Goes through those that may have to run now. What one of them notifies is one of the next, or waits. */
  flush(run: (handler: DeclaredHandler, when: ConditionExpression) => void): void {
    for (const one of this.#declared) {
      if (one.notifiers.size === 0 && !one.fresh) continue;
      const tasks = [...one.notifiers];
      one.notifiers.clear();
      one.fresh = false;
      run(one, { op: 'notified', tasks, mark: one.mark });
    }
  }
}
