import type { Failure, StepStatus, TaskStatus, TsplayEvent } from '../../events.ts';
import type { TaskOutcome } from '../../playbook/barriers.ts';
import { caught } from '../../playbook/program-parts.ts';
import type { Program, ProgramTask } from '../../steps/program.ts';
import { readable } from './entry-text.ts';
import type { Frame } from './frames.ts';
import { kept, RunningTask } from './running-task.ts';
import type { SessionListener } from './session.ts';

/** Milliseconds between two words about a transfer. */
const betweenProgress = 2_000;

/** Turns the frames of one program into events and outcomes. */
export class OutcomeReader implements SessionListener {
  readonly outcomes = new Map<number, TaskOutcome>();
  /** Tasks of which nobody knows what a run would come to: see {@link Foreseen}. */
  doubtful: ReadonlySet<number> = new Set();
  readonly #items: Program['items'];
  readonly #attempts: number;
  readonly #host: string;
  readonly #emit: (event: TsplayEvent) => void;
  readonly #mode: 'check' | 'apply';
  readonly #now: () => number;
  readonly #tasks = new Map<string, ProgramTask>();
  #running: RunningTask | undefined;
  #stderr = '';
  /** When something was last told of how far a transfer has come. */
  #told = { step: 0, at: 0 };
  #resuming: number | undefined;
  /** The shell of another user has begun, and has not told yet what it came to. */
  #switched = false;

  constructor(
    host: string,
    program: Program,
    emit: (event: TsplayEvent) => void,
    mode: 'check' | 'apply',
    now: () => number = Date.now,
  ) {
    this.#items = program.items;
    this.#attempts = program.attempts ?? 0;
    this.#host = host;
    this.#emit = emit;
    this.#mode = mode;
    this.#now = now;
    for (const item of program.items) {
      if (item.kind === 'task') this.#tasks.set(String(item.number), item);
    }
  }

  /** The task that was running when the session ended, if any. */
  get interrupted(): ProgramTask | undefined {
    return this.#running?.task;
  }

  /** The session was lost, and another one goes on with the task that was running. */
  resume(): void {
    this.#resuming = this.#running?.task.number;
    this.#stderr = '';
    this.#switched = false;
  }

  output(stream: 'stdout' | 'stderr', text: string): void {
    const running = this.#running;
    if (stream === 'stderr') this.#stderr = kept(this.#stderr + text, 2);
    else running?.print(text);
    if (running !== undefined && running.task.gathers === undefined) {
      this.#emit({ type: 'output', host: this.#host, task: running.task.id, stream, text });
    }
  }

  progress(step: number, bytes: number, of: number): void {
    const running = this.#running;
    if (running === undefined) return;
    const now = this.#now();
    // Nobody wants to read more of them; what is quick has none.
    if (this.#told.step !== step) this.#told = { step, at: now };
    if (now - this.#told.at < betweenProgress) return;
    this.#told = { step, at: now };
    const what = running.step(step)?.what ?? '';
    this.#emit({ type: 'progress', host: this.#host, task: running.task.id, what, bytes, of });
  }

  spoilt(_step: number, problem: string): void {
    if (this.#running !== undefined) this.#running.spoilt = problem;
  }

  frame(frame: Frame): void {
    const [first = '', second = '', third = ''] = frame.words;
    switch (frame.type) {
      case 'task':
        this.#begin(first);
        break;
      case 'step':
        this.#step(first, second, frame);
        break;
      case 'rc':
        if (this.#running !== undefined) this.#running.rc = Number(second);
        break;
      case 'retry':
        this.#retry(second, third);
        break;
      case 'late':
        if (this.#running !== undefined)
          this.#running.problem = `it took longer than ${second} s and was ended`;
        break;
      case 'missing':
        this.#running?.missing(frame.payloads);
        break;
      case 'as':
      case 'state':
        this.#switched = frame.type === 'as';
        // What was said on the way there is no task's.
        if (frame.type === 'as') this.#stderr = '';
        break;
      case 'refused':
        this.#refused(frame.payloads);
        break;
      case 'end':
        this.#end(second as TaskStatus, third === 'left', frame.payloads[0] ?? '');
        break;
    }
  }

  #begin(number: string): void {
    const task = this.#tasks.get(number);
    if (task === undefined) return;
    this.#running = new RunningTask(task, this.#now());
    if (task.gathers === undefined && this.#resuming !== task.number) this.#tellStart(task);
    this.#resuming = undefined;
    // Standard error may be ahead of the frame that says whose it is.
    if (task.gathers === undefined && this.#stderr !== '')
      this.#emit({ type: 'output', host: this.#host, task: task.id, stream: 'stderr', text: this.#stderr });
  }

  #tellStart(task: ProgramTask): void {
    this.#emit({ type: 'task-start', host: this.#host, task: task.id, where: task.where });
  }

  /** Whether that is a failure is seen where the body reads it. */
  #tellMissing({ id }: ProgramTask, { message, hint, stderr = '' }: Failure): void {
    const said = stderr.trim().split('\n').at(-1) ?? '';
    const why = [message, said === '' ? '' : ` (${said})`, hint === undefined ? '' : `. ${hint}`].join('');
    this.#emit({ type: 'warning', host: this.#host, task: id, message: `could not be gathered: ${why}` });
  }

  #step(number: string, status: string, frame: Frame): void {
    const running = this.#running;
    if (running === undefined) return;
    const step = running.step(Number(number));
    const what = step?.what ?? '';
    const base = {
      type: 'step',
      host: this.#host,
      task: running.task.id,
      what,
      status: status as StepStatus,
    } as const;
    const [one, two, three] = frame.payloads;
    if (running.task.gathers !== undefined) {
      if (status === 'failed') running.problem = one;
    } else if (status === 'left') {
      this.#emit({ ...base, status: 'ok', reason: one ?? '' });
    } else if (status === 'failed') {
      running.problem = running.spoilt ?? one;
      this.#emit({ ...base, ...texts(readable(step, two), readable(step, three)) });
    } else if (status === 'unknown') {
      this.#emit({ ...base, reason: one ?? '' });
    } else {
      this.#emit({ ...base, ...texts(readable(step, one), readable(step, two)) });
    }
  }

  /** What the try before has said is told, and is none of the result. */
  #retry(left: string, delay: string): void {
    const running = this.#running;
    if (running === undefined) return;
    const reason = running.problem ?? 'it failed';
    const { id } = running.task;
    this.#emit({
      type: 'retry',
      host: this.#host,
      task: id,
      left: Number(left),
      delay: Number(delay),
      reason,
    });
    running.again();
  }

  #refused([user = '', method = '']: readonly string[]): void {
    if (this.#running === undefined) return;
    if (this.#switched) {
      this.#running.problem = `the shell of ${user} ended before its tasks did`;
      return;
    }
    this.#running.refused = { user, method };
  }

  #end(given: TaskStatus, isLeft: boolean, why: string): void {
    const running = this.#running;
    if (running === undefined) return;
    const isDoubtful = this.doubtful.has(running.task.number) && (given === 'ok' || given === 'changed');
    const told = isDoubtful ? 'unknown' : given;
    const reason = isDoubtful ? 'an earlier part of this check would have changed what it is about' : why;
    const outcome = running.end(told, this.#stderr, this.#mode, this.#host);
    const { task, started } = running;
    const { status } = outcome;
    const failure = running.failure(outcome);
    this.outcomes.set(task.number, outcome);
    this.#running = undefined;
    this.#stderr = '';
    if (task.gathers !== undefined) {
      if (failure !== undefined && task.momentary !== true) this.#tellMissing(task, failure);
      return;
    }
    for (const message of status === 'changed' ? (task.cautions ?? []) : []) {
      this.#emit({ type: 'warning', host: this.#host, task: task.id, message });
    }
    if (task.says !== undefined && (status === 'ok' || status === 'changed'))
      this.#emit({ type: 'message', host: this.#host, task: task.id, message: task.says });
    this.#emit({
      type: 'task',
      host: this.#host,
      task: task.id,
      status,
      ms: this.#now() - started,
      ...(reason === '' ? {} : { reason }),
      ...(isLeft ? { left: true } : {}),
      ...(failure === undefined ? {} : { error: failure }),
      ...(status === 'failed' && caught(this.#items, task.number, this.#attempts) ? { caught: true } : {}),
    });
  }
}

function texts(before: string | undefined, after: string | undefined): { before?: string; after?: string } {
  return {
    ...(before === undefined || before === '' ? {} : { before }),
    ...(after === undefined || after === '' ? {} : { after }),
  };
}
