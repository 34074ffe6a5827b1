import { stepError } from '../../errors/steps.ts';
import { refusal } from './refusal.ts';
import type { Failure, StepStatus, TaskStatus, TsplayEvent } from '../../events.ts';
import type { TaskOutcome } from '../../playbook/barriers.ts';
import { caught } from '../../playbook/program-parts.ts';
import type { Program, ProgramTask } from '../../steps/program.ts';
import type { Step } from '../../steps/step.ts';
import { readable } from './entry-text.ts';
import type { Frame } from './frames.ts';
import type { SessionListener } from './session.ts';

interface Running {
  readonly task: ProgramTask;
  readonly started: number;
  stdout: string;
  rc: number | undefined;
  problem: string | undefined;
  hint: string | undefined;
  /** What it was to be made from was not there any more. */
  spoilt: string | undefined;
  refused: { readonly user: string; readonly method: string } | undefined;
}

/** Most text of one task's output that is kept for its result; all of it is reported as it comes. */
const keptOutput = 1 << 20;

/** Milliseconds between two words about a transfer. */
const betweenProgress = 2_000;

/** Facts are of no use if some are missing: thousands of interfaces have to fit. */
const keptFacts = 1 << 26;

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
  #running: Running | undefined;
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
    else if (running?.task.gathers !== undefined) running.stdout = (running.stdout + text).slice(-keptFacts);
    else if (running !== undefined) running.stdout = kept(running.stdout + text, 2);
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
    const what = this.#stepOf(running, step)?.what ?? '';
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
        this.#missing(frame.payloads);
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
    this.#running = {
      task,
      started: this.#now(),
      stdout: '',
      rc: undefined,
      problem: undefined,
      hint: undefined,
      spoilt: undefined,
      refused: undefined,
    };
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

  #stepOf({ task }: Running, number: number): Step | undefined {
    return task.steps[number - task.firstStep];
  }

  #step(number: string, status: string, frame: Frame): void {
    const running = this.#running;
    if (running === undefined) return;
    const step = this.#stepOf(running, Number(number));
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
    Object.assign(running, { stdout: '', rc: undefined, problem: undefined, hint: undefined });
  }

  #missing([tool = '', name = '', distribution = '']: readonly string[]): void {
    if (this.#running === undefined) return;
    this.#running.problem = `the program ${tool} is not installed on this host`;
    this.#running.hint = `Install the package ${name}${distribution === '' ? '' : ` (${distribution})`}.`;
  }

  #refused([user = '', method = '']: readonly string[]): void {
    if (this.#running === undefined) return;
    if (this.#switched) {
      this.#running.problem = `the shell of ${user} ended before its tasks did`;
      return;
    }
    this.#running.refused = { user, method };
  }

  /** What the task came to where that is decided here. */
  #judged(running: Running, told: TaskStatus): TaskStatus {
    const { task, rc } = running;
    if (task.gathers !== undefined && rc !== undefined) {
      const problem = task.gathers(running.stdout, rc);
      if (problem === undefined) return told;
      running.problem = problem;
      return 'failed';
    }
    const stdout = kept(running.stdout);
    if (task.judge === undefined || rc === undefined || told === 'skipped') return told;
    try {
      const flags = { changed: told === 'changed', failed: told === 'failed', skipped: false };
      const { changed, failed } = task.judge({ ...flags, stdout, stderr: kept(this.#stderr), rc });
      if (failed === true) running.problem ??= 'its failedWhen says that it failed';
      if (failed ?? told === 'failed') return 'failed';
      return (changed ?? told !== 'ok') ? 'changed' : 'ok';
    } catch (error) {
      running.problem = `its changedWhen or failedWhen threw: ${error instanceof Error ? error.message : String(error)}`;
      return 'failed';
    }
  }

  #end(given: TaskStatus, isLeft: boolean, why: string): void {
    const running = this.#running;
    if (running === undefined) return;
    const isDoubtful = this.doubtful.has(running.task.number) && (given === 'ok' || given === 'changed');
    const told = isDoubtful ? 'unknown' : given;
    const reason = isDoubtful ? 'an earlier part of this check would have changed what it is about' : why;
    const { refused } = running;
    // By now all that it said is here.
    if (refused !== undefined) Object.assign(running, refusal(refused.user, refused.method, this.#stderr));
    const status = this.#judged(running, told);
    const { task, started, rc } = running;
    const stdout = kept(running.stdout);
    const stderr = kept(this.#stderr);
    const error =
      status === 'failed'
        ? stepError(
            'task-failed',
            { task: task.id, problem: running.problem ?? 'it failed' },
            { where: task.where, host: this.#host, task: task.id },
          )
        : undefined;
    const failure: Failure | undefined =
      error === undefined
        ? undefined
        : {
            code: error.code,
            message: running.problem ?? error.message,
            hint: running.hint,
            where: task.where,
            stderr: stderr === '' ? undefined : stderr,
          };
    const unresolved =
      this.#mode === 'check' &&
      (status === 'changed' || status === 'unknown') &&
      task.steps.some(({ kind }) => ['action', 'fetch', 'reboot'].includes(kind));
    this.outcomes.set(task.number, { status, stdout, stderr, rc, error, unresolved });
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

/** The end of a text that is more than what is kept. To cut it each time that some comes would cost much. */
function kept(text: string, times = 1): string {
  return text.length <= times * keptOutput ? text : text.slice(-keptOutput).replace(/^[\udc00-\udfff]/, '');
}

function texts(before: string | undefined, after: string | undefined): { before?: string; after?: string } {
  return {
    ...(before === undefined || before === '' ? {} : { before }),
    ...(after === undefined || after === '' ? {} : { after }),
  };
}
