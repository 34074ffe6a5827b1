import { stepError } from '../../errors/steps.ts';
import type { Failure, TaskStatus } from '../../events.ts';
import type { TaskOutcome } from '../../playbook/barriers.ts';
import type { ProgramTask } from '../../steps/program.ts';
import type { Step } from '../../steps/step.ts';
import { refusal } from './refusal.ts';

/** Most text of one task's output that is kept for its result; all of it is reported as it comes. */
const keptOutput = 1 << 20;

/** Facts are of no use if some are missing: thousands of interfaces have to fit. */
const keptFacts = 1 << 26;

/** What is known of a task while it runs, and what it came to by that. */
export class RunningTask {
  readonly task: ProgramTask;
  /** When it began, in ms. */
  readonly started: number;
  rc: number | undefined;
  problem: string | undefined;
  /** What it was to be made from was not there any more. */
  spoilt: string | undefined;
  refused: { readonly user: string; readonly method: string } | undefined;
  #stdout = '';
  #hint: string | undefined;

  constructor(task: ProgramTask, started: number) {
    this.task = task;
    this.started = started;
  }

  /** The step of a number, which the runtime tells. */
  step(number: number): Step | undefined {
    return this.task.steps[number - this.task.firstStep];
  }

  /** It has printed something on standard output. */
  print(text: string): void {
    this.#stdout =
      this.task.gathers === undefined
        ? kept(this.#stdout + text, 2)
        : (this.#stdout + text).slice(-keptFacts);
  }

  /** A program is missing that it needs. */
  missing([tool = '', name = '', distribution = '']: readonly string[]): void {
    this.problem = `the program ${tool} is not installed on this host`;
    this.#hint = `Install the package ${name}${distribution === '' ? '' : ` (${distribution})`}.`;
  }

  /** It is tried once more: what it has said so far is none of its result. */
  again(): void {
    this.#stdout = '';
    this.rc = undefined;
    this.problem = undefined;
    this.#hint = undefined;
  }

  /** What it came to, once all that it said is here. */
  end(told: TaskStatus, stderr: string, mode: 'check' | 'apply', host: string): TaskOutcome {
    if (this.refused !== undefined) {
      const { problem, hint } = refusal(this.refused.user, this.refused.method, stderr);
      this.problem = problem;
      this.#hint = hint;
    }
    const { task, rc } = this;
    const status = this.#judged(told, stderr);
    const error =
      status === 'failed'
        ? stepError(
            'task-failed',
            { task: task.id, problem: this.problem ?? 'it failed' },
            { where: task.where, host, task: task.id },
          )
        : undefined;
    const unresolved =
      mode === 'check' &&
      (status === 'changed' || status === 'unknown') &&
      task.steps.some(({ kind }) => ['action', 'fetch', 'reboot'].includes(kind));
    return { status, stdout: kept(this.#stdout), stderr: kept(stderr), rc, error, unresolved };
  }

  /** Its failure as reports show it; undefined where it is none. */
  failure({ error, stderr }: TaskOutcome): Failure | undefined {
    if (error === undefined) return undefined;
    return {
      code: error.code,
      message: this.problem ?? error.message,
      hint: this.#hint,
      where: this.task.where,
      stderr: stderr === '' ? undefined : stderr,
    };
  }

  /** What the task came to where that is decided here. */
  #judged(told: TaskStatus, stderr: string): TaskStatus {
    const { task, rc } = this;
    if (task.gathers !== undefined && rc !== undefined) {
      const problem = task.gathers(this.#stdout, rc);
      if (problem === undefined) return told;
      this.problem = problem;
      return 'failed';
    }
    if (task.judge === undefined || rc === undefined || told === 'skipped') return told;
    try {
      const flags = { changed: told === 'changed', failed: told === 'failed', skipped: false };
      const said = { stdout: kept(this.#stdout), stderr: kept(stderr), rc };
      const { changed, failed } = task.judge({ ...flags, ...said });
      if (failed === true) this.problem ??= 'its failedWhen says that it failed';
      if (failed ?? told === 'failed') return 'failed';
      return (changed ?? told !== 'ok') ? 'changed' : 'ok';
    } catch (error) {
      this.problem = `its changedWhen or failedWhen threw: ${error instanceof Error ? error.message : String(error)}`;
      return 'failed';
    }
  }
}

/** The end of a text that is more than what is kept. To cut it each time that some comes would cost much. */
export function kept(text: string, times = 1): string {
  return text.length <= times * keptOutput ? text : text.slice(-keptOutput).replace(/^[\udc00-\udfff]/, '');
}
