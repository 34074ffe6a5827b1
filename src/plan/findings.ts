import type { StepStatus, TaskStatus, TsplayEvent } from '../events.ts';

/** What a check has found of one step. */
export interface StepFinding {
  readonly what: string;
  readonly status: StepStatus;
  readonly before?: string | undefined;
  readonly after?: string | undefined;
  readonly reason?: string | undefined;
}

/** What a check has found of one task. */
export interface Finding {
  readonly task: string;
  readonly status: TaskStatus;
  readonly reason?: string | undefined;
  /** Its failure is one that the playbook deals with. */
  readonly caught?: true | undefined;
  readonly steps: readonly StepFinding[];
}

/** Takes from the events of a run what it comes to on each host, in order. */
export class Findings {
  readonly #found = new Map<string, Finding[]>();
  readonly #steps = new Map<string, StepFinding[]>();
  readonly unreachable = new Set<string>();

  add(event: TsplayEvent): void {
    if (event.type === 'unreachable') this.unreachable.add(event.host);
    else if (event.type === 'step') {
      const { host, what, status, before, after, reason } = event;
      const steps = this.#steps.get(host) ?? [];
      this.#steps.set(host, steps);
      steps.push({ what, status, ...present({ before, after, reason }) });
    } else if (event.type === 'task') {
      const { host, status, reason, caught } = event;
      const { for: asking } = event as { readonly for?: string };
      const task = asking === undefined ? event.task : `${event.task} (for ${asking})`;
      const found = this.#found.get(host) ?? [];
      this.#found.set(host, found);
      // Tasks of one host run one after the other.
      const steps = this.#steps.get(host) ?? [];
      found.push({ task, status, ...present({ reason }), ...(caught && { caught }), steps });
      this.#steps.delete(host);
    }
  }

  /** What was found on one host so far. */
  of(host: string): readonly Finding[] {
    return this.#found.get(host) ?? [];
  }
}

function present<T extends Readonly<Record<string, string | undefined>>>(texts: T): Partial<T> {
  return Object.fromEntries(
    Object.entries(texts).filter(([, text]) => text !== undefined && text !== ''),
  ) as Partial<T>;
}
