import type { Place } from '../errors/tsplay-error.ts';
import type { Failure, TaskStatus, TsplayEvent } from '../events.ts';
import { leftText, type LeftEvent } from './left-line.ts';
import { OutputLines } from './output-lines.ts';
import { forgetTry, type StepEvent } from './step-lines.ts';
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
  /** The host whose play has delegated it to this one. */
  readonly for: string | undefined;
  readonly where: Place | undefined;
  /** Milliseconds since the run began. */
  readonly at: number | undefined;
  /** Those that are not ok. */
  readonly steps: StepEvent[];
  okSteps: number;
  /** Why each try but the last one failed. */
  readonly retries: string[];
  /** `unfinished`: the run ended, or lost the host, while it ran. `left`: the run ended before it began. */
  status: TaskStatus | 'unfinished' | 'left';
  ms: number;
  reason: string | undefined;
  error: Failure | undefined;
  /** Its failure was expected: it is none of the host. */
  caught: boolean;
  readonly stdout: OutputLines;
  readonly stderr: OutputLines;
  /** What it was written to say. */
  readonly messages: string[];
}

/** What events have told so far, in the order of a report that is written at the end. */
export class RunModel {
  run: Kind<'run'> | undefined;
  origin: Kind<'origin'> | undefined;
  summary: Kind<'summary'> | undefined;
  /** The names of the plays, also of those that the run has not come to. */
  readonly plays: string[] = [];
  /** In which batches hosts were, such as `2/3`; nothing of hosts whose plays had none. */
  readonly batches = new Map<string, string[]>();
  readonly left: LeftEvent[] = [];
  readonly #leftTasks = new Set<string>();
  readonly results: TaskResult[] = [];
  readonly unreachable = new Map<string, Failure>();
  readonly warnings: Kind<'warning'>[] = [];
  readonly messages: Kind<'message'>[] = [];
  readonly timings = new Timings(mostSlow);
  readonly #running = new Map<string, TaskResult>();
  /** The number of the play that has begun last. */
  #play = 0;

  /** Those of the run, and those that tasks were delegated to. */
  get hosts(): readonly string[] {
    const seen = [...this.results.map(({ host }) => host), ...this.unreachable.keys()];
    return [...new Set([...(this.run?.hosts ?? []), ...seen])];
  }

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
        this.#play = this.plays.push(event.play) - 1;
        break;
      case 'batch':
        for (const host of event.hosts)
          this.batches.set(host, [...(this.batches.get(host) ?? []), `${event.number}/${event.of}`]);
        break;
      case 'left':
        this.#leave(event);
        break;
      case 'unreachable':
        this.unreachable.set(event.host, event.error);
        break;
      case 'task-start':
        this.#task(event, event);
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
      case 'message':
        this.messages.push(event);
        this.#task(event).messages.push(event.message);
        break;
      case 'warning':
        this.warnings.push(event);
        break;
      case 'summary':
        this.summary = event;
        break;
      case 'retry': {
        const result = this.#task(event);
        result.retries.push(event.reason);
        result.okSteps = 0;
        forgetTry(result.steps);
        break;
      }
      case 'host':
      case 'progress':
      case 'session':
        break;
    }
  }

  #task(
    { host, task, at }: { readonly host: string; readonly task: string; readonly at?: number },
    about: { readonly where?: Place | undefined; readonly for?: string | undefined } = {},
  ): TaskResult {
    const key = `${host}\0${task}`;
    const known = this.#running.get(key);
    if (known !== undefined) return known;
    const result = this.#add(this.#play, host, task, { where: about.where, for: about.for, at });
    this.#running.set(key, result);
    return result;
  }

  #add(
    play: number,
    host: string,
    task: string,
    about: Pick<TaskResult, 'where' | 'for' | 'at'> = { where: undefined, for: undefined, at: undefined },
  ): TaskResult {
    const result: TaskResult = {
      play,
      host,
      task,
      ...about,
      steps: [],
      retries: [],
      okSteps: 0,
      messages: [],
      status: 'unfinished',
      ms: 0,
      reason: undefined,
      error: undefined,
      caught: false,
      stdout: new OutputLines(),
      stderr: new OutputLines(),
    };
    this.results.push(result);
    return result;
  }

  /** Where the tasks are not known, it is the play as a whole that is left. */
  #leave(event: LeftEvent): void {
    this.left.push(event);
    const play = this.#numberOf(event.play);
    const { tasks = [] } = event;
    for (const host of event.hosts) {
      for (const task of tasks.length === 0 ? [`play[${event.play}]`] : tasks) {
        const key = JSON.stringify([play, host, task]);
        if (this.#leftTasks.has(key)) continue;
        this.#leftTasks.add(key);
        const reason = tasks.length === 0 ? leftText(event) : event.reason;
        Object.assign(this.#add(play, host, task), { status: 'left', reason });
      }
    }
  }

  /** A play that was left has mostly not begun, so nobody has told of it. */
  #numberOf(play: string): number {
    const known = this.plays.indexOf(play, this.#play);
    return known === -1 ? this.plays.push(play) - 1 : known;
  }

  #end(event: Kind<'task'>): void {
    const { status, ms, reason, error, caught = false } = event;
    const result = this.#task(event, { for: event.for });
    Object.assign(result, { status, ms, reason, error, caught });
    result.stdout.end();
    result.stderr.end();
    this.#running.delete(`${event.host}\0${event.task}`);
  }
}
