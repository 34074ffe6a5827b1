import type { ProgramTask } from '../program.ts';
import { quote } from '../sh.ts';
import { compileStep } from './compile-step.ts';
import { postfix } from './condition-words.ts';
import { comment, indented, type Part } from './part.ts';

/** Puts a task into its part of the program. */
export function compileTask(task: ProgramTask, part: Part, calls: string[]): void {
  const { where } = task;
  const place = where === undefined ? '' : ` (${comment(where.file.split('/').at(-1) ?? '')}:${where.line})`;
  part.lines.push('', `# ---- ${comment(task.id)}${place}`);
  const when = task.when === undefined ? '' : postfix(task.when, task.awaited);
  calls.push(`# ${comment(task.id)}${place}`);
  calls.push(`if ts_start ${task.number} ${quote(when)} ${quote(task.marks.join(' '))}; then`);
  const steps: string[] = [];
  for (const [index, step] of task.steps.entries()) compileStep(step, task.firstStep + index, part, steps);
  if (task.steps.some((step) => step.kind === 'reboot')) part.reboots.push(task.number);
  const end = ['ts_end', ...task.clears].join(' ');
  calls.push(...[...tried(task, steps), end].map(indented), 'fi');
}

/** The calls of a task's steps, once or as often as it is tried. */
function tried({ number, tries }: ProgramTask, steps: readonly string[]): readonly string[] {
  if (tries === undefined) return steps;
  const { retries, delay, limit } = tries;
  const once = limit > 0 ? [`ts_watch ${limit}`, ...steps, 'ts_unwatch'] : steps;
  // Not in the condition of the loop: there, what the steps run would not end at its first failure.
  const again = `ts_try_again ${number} ${delay} || break`;
  return [`ts_tries ${retries}`, 'while :; do', ...[...once, again].map(indented), 'done'];
}
