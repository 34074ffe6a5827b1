import { compileTask } from './compile/compile-task.ts';
import { assemble, indented, newPart, type Part } from './compile/part.ts';
import { byUser, sections } from './compile/parts.ts';
import type { LocalFile } from './content.ts';
import type { Program, ProgramScope } from './program.ts';
import { quote } from './sh.ts';

/** A compiled program. The same body serves check, apply, saved plans and boot. */
export interface Compiled {
  /** What the shell has to know before: nothing failed yet, or what was judged here meanwhile. */
  readonly setup: string;
  /** Functions of all steps and `ts_tasks`, which runs them in order. */
  readonly body: string;
  /** Values that must stand in no file; they travel beside the body. */
  readonly secrets: ReadonlyMap<string, string>;
  /** What runs as other users. The body calls them by number. */
  readonly segments: readonly CompiledSegment[];
  /** Files of the controller that the host may ask for, by the number of the step that does. */
  readonly bodies?: ReadonlyMap<number, LocalFile>;
  /** Files of the controller that the host may send, by the number of the step that does. */
  readonly fetches?: ReadonlyMap<number, string>;
}

/** The part of a program that runs as another user. */
export interface CompiledSegment extends Pick<Compiled, 'body' | 'secrets'> {
  readonly number: number;
  readonly user: string;
}

/** Compiles the tasks of one host to POSIX shell. Same input, same bytes. */
export function compile(program: Program): Compiled {
  const needed = new Set(sharedBy(program.items));
  const bodies = new Map<number, LocalFile>();
  const fetches = new Map<number, string>();
  const common = { bodies, fetches, needed, declared: program.declared ?? [] };
  const out = newPart(common);
  const segments: CompiledSegment[] = [];
  const parts = byUser(program.items);
  for (const [index, part] of parts.entries()) {
    if (part.user === undefined) {
      compileItems(part.items, out);
      continue;
    }
    const inner = newPart(common);
    compileItems(part.items, inner);
    // Whoever acts after it, as whatever user, must know of it.
    out.reboots.push(...inner.reboots);
    const tasks = part.items.flatMap((item) => (item.kind === 'task' ? [item.number] : []));
    const number = numberOf(part.items);
    segments.push({ number, user: part.user, body: assemble(inner), secrets: inner.secrets });
    const capture = program.final && index === parts.length - 1 ? 'no' : 'yes';
    const names = [...inner.secrets.keys()].join(' ');
    const call = `ts_as ${number} ${quote(part.user)} ${capture} ${quote(tasks.join(' '))} ${quote(names)}`;
    const [first] = part.items;
    out.calls.push(first?.kind === 'sweep' ? `if ts_due ${first.marks.join(' ')}; then ${call}; fi` : call);
  }
  if (program.flow !== undefined) out.calls.push(`TS_FAIL_${program.flow}=$TS_FAIL`);
  return { setup: setupOf(program), body: assemble(out), secrets: out.secrets, segments, bodies, fetches };
}

function sharedBy(items: Program['items']): readonly string[] {
  return items.flatMap((item) =>
    item.kind !== 'task'
      ? []
      : item.steps.flatMap((step) =>
          step.kind === 'value' && step.shared !== undefined ? [step.shared.resource] : [],
        ),
  );
}

function setupOf({ after, resumed, flow }: Program): string {
  if (resumed !== undefined) {
    const kept = [...resumed.statuses].map(([task, status]) => `; ts_keep T${task} ${status}`);
    return `TS_FAIL='' TS_RESUMED=1 TS_FROM=${resumed.from}${kept.join('')}`;
  }
  if (after === undefined) return "TS_FAIL=''";
  if (after.judged === undefined) return flow === undefined ? ':' : `TS_FAIL=\${TS_FAIL_${flow}-}`;
  const { task, status, marks } = after.judged;
  const unmark = status === 'ok' && marks.length > 0 ? `; ts_unmark ${marks.join(' ')}` : '';
  return `ts_keep T${task} ${status}; TS_FAIL=${status === 'failed' ? '1' : "''"}${unmark}`;
}

function compileItems(items: Program['items'], out: Part): void {
  for (const group of sections(items)) {
    const [first] = group;
    if (first?.kind === 'task' && first.network) {
      const inner: string[] = [];
      const before = new Set(out.secrets.keys());
      for (const item of group) if (item.kind === 'task') compileTask(item, out, inner);
      out.lines.push('', `ts_section_${first.number}() {`, ...inner.map(indented), '}');
      const tasks = group.flatMap((item) => (item.kind === 'task' ? [item.number] : []));
      const secrets = [...out.secrets.keys()].filter((name) => !before.has(name));
      out.calls.push(`ts_section ${first.number} ${quote(tasks.join(' '))} ${quote(secrets.join(' '))}`);
      continue;
    }
    for (const item of group) {
      if (item.kind === 'task') compileTask(item, out, out.calls);
      else if (item.kind === 'sweep') out.calls.push(`ts_sweep ${item.marks.join(' ')}`);
      else if (item.kind === 'recall') out.calls.push(`ts_pending ${item.mark}`);
      else if (item.kind === 'settle') out.calls.push(`ts_settle ${item.mark}`);
      else out.calls.push(scopeCall(item));
    }
  }
}

/** A segment is called by the number of the first that it does. */
function numberOf(items: Program['items']): number {
  for (const item of items) if ('number' in item) return item.number;
  return 0;
}

function scopeCall(item: ProgramScope): string {
  return `ts_${item.kind.replace('-', '_')} ${item.scope}`;
}
