import type { TaskStatus, TsplayEvent } from '../events.ts';
import { failureLines, tailLines, type Frame } from './failure-lines.ts';
import { cuttable, indented, span, splitLines, type Line, type Tone } from './line.ts';
import type { OutputLines } from './output-lines.ts';
import { changedWord, type Mode } from './recap-lines.ts';
import type { ReportOptions } from './report.ts';
import { foundLines, stepLines, type StepEvent, type UnifiedDiff } from './step-lines.ts';

export type TaskEvent = Extract<TsplayEvent, { type: 'task' }>;

/** What is kept of a task until it ends. */
export interface TaskLog {
  readonly steps: StepEvent[];
  readonly stdout: OutputLines;
  readonly stderr: OutputLines;
}

/** What the lines of a task depend on beside the task. */
export interface TaskContext extends Pick<ReportOptions, 'verbosity' | 'cwd'> {
  readonly mode: Mode;
  readonly frame: Frame;
  /** Absent where no differences are asked for. */
  readonly differ: UnifiedDiff | undefined;
}

/** Lines of standard error below a failed task. */
const shownErrors = 20;

const tones: Readonly<Record<TaskStatus, Tone>> = {
  ok: 'good',
  changed: 'changed',
  failed: 'bad',
  skipped: 'dim',
  unknown: 'unknown',
};

/** A task that has ended, and below it what a person has to know. */
export function taskLines(event: TaskEvent, log: TaskLog, context: TaskContext): readonly Line[] {
  const { status } = event;
  const { verbosity, mode, differ } = context;
  if ((status === 'ok' || status === 'skipped') && verbosity === 0) return [];
  const word = wordOf(event, mode);
  const head = cuttable(
    `${event.host}${event.for === undefined ? '' : ` (for ${event.for})`}: `,
    span(word, event.caught === true ? 'unknown' : tones[status]),
    ` ${event.task}`,
    span(event.reason === undefined ? '' : ` (${event.reason})`, 'dim'),
    span(verbosity > 0 ? ` ${(event.ms / 1000).toFixed(1)} s` : '', 'dim'),
  );
  const steps = log.steps.filter((step) => isShown(step, event, context));
  return [
    head,
    ...indented(
      4,
      steps.flatMap((step) => stepLines(step, differ)),
    ),
    ...(status === 'failed' ? problemLines(event, log, context) : []),
  ];
}

function wordOf({ status, caught }: TaskEvent, mode: Mode): string {
  if (status === 'changed') return changedWord(mode);
  if (status !== 'failed') return status;
  return caught === true ? 'failed (caught)' : 'FAILED';
}

function isShown(
  step: StepEvent,
  { error, reason }: TaskEvent,
  { verbosity, mode, differ }: TaskContext,
): boolean {
  switch (step.status) {
    case 'ok':
      return verbosity > 1;
    case 'unknown':
      // The task has said so.
      return step.reason === undefined || step.reason !== reason || verbosity > 0;
    case 'failed':
      // Mostly the failure speaks of its step.
      return error?.message.includes(step.what) !== true;
    case 'changed':
      // What was taken back is all that there is to a rollback.
      return mode === 'rollback' || verbosity > 0 || differ !== undefined;
  }
}

function problemLines(
  { error }: TaskEvent,
  { steps, stdout, stderr }: TaskLog,
  context: TaskContext,
): readonly Line[] {
  // The session knows best what belongs to the task; else what came while it ran.
  const errors = error?.stderr === undefined ? stderr.tail : splitLines(error.stderr).slice(-shownErrors);
  const count = error?.stderr === undefined ? stderr.count : splitLines(error.stderr).length;
  const step = steps.findLast(({ status }) => status === 'failed');
  return [
    ...(error === undefined ? [] : failureLines(error, context)),
    ...(step === undefined ? [] : foundLines(step, context.differ)),
    // With live output it has been seen.
    ...(context.verbosity > 0 ? [] : tailLines('stdout', stdout.tail, stdout.count - stdout.tail.length)),
    ...tailLines('stderr', errors, count - errors.length),
  ];
}
