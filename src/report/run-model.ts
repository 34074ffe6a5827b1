import type { Place } from '../errors/tsplay-error.ts';
import type { Failure, TaskStatus, TsplayEvent } from '../events.ts';
import { OutputLines } from './output-lines.ts';
import type { StepEvent } from './step-lines.ts';
import { Timings } from './timings.ts';

/** Tasks that are listed as the slowest. */
const mostSlow = 10;

type Kind<Type extends TsplayEvent['type']> = Extract<TsplayEvent, { type: Type }>;

/** What became of one task on one host. */
export interface TaskResult {
  /** Counts the plays from 0. */
  readonly play: number;
  readonly host: string;
  readonly task: string;
  readonly where: Place | undefined;
  /** Milliseconds since the run began. */
  readonly at: number | undefined;
  /** Those that are not ok. */
  readonly steps: StepEvent[];
  okSteps: number;
  /** `unfinished`: the run ended, or lost the host, while it ran. */
  status: TaskStatus | 'unfinished';
  ms: number;
  reason: string | undefined;
  error: Failure | undefined;
  /** Its failure was expected: it is none of the host. */
  caught: boolean;
  readonly stdout: OutputLines;
  readonly stderr: OutputLines;
}

/** What events have told so far, in the order of a report that is written at the end. */
export class RunModel {
  run: Kind<'run'> | undefined;
  origin: Kind<'origin'> | undefined;
  summary: Kind<'summary'> | undefined;
  readonly plays: Kind<'play'>[] = [];
  readonly results: TaskResult[] = [];
  readonly unreachable = new Map<string, Failure>();
  readonly warnings: Kind<'warning'>[] = [];
  readonly timings = new Timings(mostSlow);
  readonly #running = new Map<string, TaskResult>();

  event(event: TsplayEvent): void {
    this.timings.event(event);
    switch (event.type) {
      case 'run':
        this.run = event;
        break;
      case 'origin':
        this.origin = event;
        break;
      case 'play':
        this.plays.push(event);
        break;
      case 'unreachable':
        this.unreachable.set(event.host, event.error);
        break;
      case 'task-start':
        this.#task(event, event.where);
        break;
      case 'output':
        this.#task(event)[event.stream].push(event.text);
        break;
      case 'step':
        if (event.status === 'ok') this.#task(event).okSteps += 1;
        else this.#task(event).steps.push(event);
        break;
      case 'task':
        this.#end(event);
        break;
      case 'warning':
        this.warnings.push(event);
        break;
      case 'summary':
        this.summary = event;
        break;
      case 'host':
      case 'retry':
      case 'session':
        break;
    }
  }

  #task(
    { host, task, at }: { readonly host: string; readonly task: string; readonly at?: number },
    where?: Place,
  ) {
    const key = `${host}\0${task}`;
    const known = this.#running.get(key);
    if (known !== undefined) return known;
    const result: TaskResult = {
      play: Math.max(0, this.plays.length - 1),
      host,
      task,
      where,
      at,
      steps: [],
      okSteps: 0,
      status: 'unfinished',
      ms: 0,
      reason: undefined,
      error: undefined,
      caught: false,
      stdout: new OutputLines(),
      stderr: new OutputLines(),
    };
    this.#running.set(key, result);
    this.results.push(result);
    return result;
  }

  #end(event: Kind<'task'>): void {
    const { status, ms, reason, error, caught = false } = event;
    const result = this.#task(event);
    Object.assign(result, { status, ms, reason, error, caught });
    result.stdout.end();
    result.stderr.end();
    this.#running.delete(`${event.host}\0${event.task}`);
  }
}
