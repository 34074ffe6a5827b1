import { stepError } from '../errors/steps.ts';
import { reveal, Secret } from '../secrets/secret.ts';
import type { ConditionExpression } from './condition.ts';
import { digestOf, forPrintf, isLong, LocalFile, type Content, type InlineContent } from './content.ts';
import type { Program, ProgramScope, ProgramTask } from './program.ts';
import type { ResultTest } from './result-test.ts';
import { optionalText } from './runtime.ts';
import { quote, type Sh } from './sh.ts';
import type { ActionStep, FileStep, Library, Query, Step } from './step.ts';

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

interface Output {
  readonly lines: string[];
  readonly calls: string[];
  readonly secrets: Map<string, string>;
  /** Of all parts. */
  readonly bodies: Map<number, LocalFile>;
  readonly fetches: Map<number, string>;
  /** Queries of this part by name, each made once, with what is asked of them. */
  readonly queries: Map<string, { readonly text: string; readonly items: Set<string> }>;
  /** Functions that steps share, by the name of their library. */
  readonly libraries: Map<string, string>;
  /** Files below /proc/sys that steps read. */
  readonly parameters: Set<string>;
  /** Files whose content is known here: they are read at once, and so are mode and owner if a step says something of them. */
  readonly files: { readonly paths: Set<string>; owned: boolean };
  /** Tasks that take the host down. */
  readonly reboots: number[];
  /** Shared values that a task of this program needs. */
  readonly needed: ReadonlySet<string>;
  /** Paths that tasks of the play declare. */
  readonly declared: readonly string[];
}

/** Compiles the tasks of one host to POSIX shell. Same input, same bytes. */
export function compile(program: Program): Compiled {
  const needed = new Set(sharedBy(program.items));
  const bodies = new Map<number, LocalFile>();
  const fetches = new Map<number, string>();
  const newOutput = (): Output => ({
    lines: [],
    calls: [],
    secrets: new Map(),
    bodies,
    fetches,
    queries: new Map(),
    libraries: new Map(),
    parameters: new Set(),
    files: { paths: new Set(), owned: false },
    reboots: [],
    needed,
    declared: program.declared ?? [],
  });
  const out = newOutput();
  const segments: CompiledSegment[] = [];
  const parts = byUser(program.items);
  for (const [index, part] of parts.entries()) {
    if (part.user === undefined) {
      compileItems(part.items, out);
      continue;
    }
    const inner = newOutput();
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

function sharedBy(items: readonly Item[]): readonly string[] {
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

function assemble({ lines, calls, parameters, queries, files, libraries, reboots }: Output): string {
  const read = [
    ...(parameters.size > 1 ? [`TS_PARAMETERS=${quote([...parameters].join(' '))}`] : []),
    `TS_FILES=${quote([...files.paths].join('\n'))} TS_FILES_OWNED=${files.owned ? 1 : ''}`,
    ...(reboots.length > 0 ? [`TS_REBOOTS="$TS_REBOOTS ${reboots.join(' ')}"`] : []),
  ];
  const asked = [...queries].flatMap(([name, { text, items }]) => [
    `q_${name}() {`,
    ...(items.size === 0 ? [] : [['set --', ...[...items].map(quote)].join(' ')]),
    text,
    '}',
  ]);
  const all = (calls.length > 0 ? calls : [':']).map(indented);
  const body = [...read, ...libraries.values(), ...asked, ...lines, '', 'ts_tasks() {', ...all, '}', ''].join(
    '\n',
  );
  return optionalText(body) + body;
}

// Only where a call begins: its further lines are parts of values.
function indented(call: string): string {
  return `  ${call}`;
}

function compileItems(items: readonly Item[], out: Output): void {
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

/** Splits where the user changes. Scopes belong to the outer flow, unless one user has everything. */
function byUser(
  items: readonly Item[],
): readonly { readonly user: string | undefined; readonly items: Item[] }[] {
  const users = new Set(items.flatMap((item) => ('user' in item ? [item.user] : [])));
  const [only] = users;
  if (users.size === 1) return [{ user: only, items: [...items] }];
  const parts: { user: string | undefined; items: Item[] }[] = [];
  for (const item of items) {
    const user = 'user' in item ? item.user : undefined;
    const last = parts.at(-1);
    if (last !== undefined && last.user === user && item.kind !== 'sweep') last.items.push(item);
    else parts.push({ user, items: [item] });
  }
  return parts;
}

/** A segment is called by the number of the first that it does. */
function numberOf(items: readonly Item[]): number {
  for (const item of items) if ('number' in item) return item.number;
  return 0;
}

type Item = Program['items'][number];

/** Splits where network tasks begin or end: a run of these may have to leave the connection. */
function sections(items: readonly Item[]): readonly (readonly Item[])[] {
  const groups: Item[][] = [];
  let inside: boolean | undefined;
  for (const item of items) {
    const network = item.kind === 'task' && item.network;
    if (network !== inside) groups.push([]);
    inside = network;
    groups.at(-1)?.push(item);
  }
  return groups;
}

function compileTask(task: ProgramTask, out: Output, calls: string[]): void {
  const { where } = task;
  const place = where === undefined ? '' : ` (${comment(where.file.split('/').at(-1) ?? '')}:${where.line})`;
  out.lines.push('', `# ---- ${comment(task.id)}${place}`);
  const when = task.when === undefined ? '' : postfix(task.when, task.awaited);
  calls.push(`# ${comment(task.id)}${place}`);
  calls.push(`if ts_start ${task.number} ${quote(when)} ${quote(task.marks.join(' '))}; then`);
  const steps: string[] = [];
  for (const [index, step] of task.steps.entries()) compileStep(step, task.firstStep + index, out, steps);
  if (task.steps.some((step) => step.kind === 'action' && step.returns !== undefined))
    out.reboots.push(task.number);
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

function scopeCall(item: ProgramScope): string {
  return `ts_${item.kind.replace('-', '_')} ${item.scope}`;
}

/** The words of a condition in postfix form, with the mark of each change that is waited for. */
function postfix(expression: ConditionExpression, awaited: ReadonlyMap<number, string>): string {
  switch (expression.op) {
    case 'changed': {
      const mark = awaited.get(expression.task);
      return `changed:${expression.task}${mark === undefined ? '' : `:${mark}`}`;
    }
    case 'failed':
      return `failed:${expression.task}`;
    case 'notified':
      return `notified:${expression.mark}:${expression.tasks.join(',')}`;
    case 'scope':
      return `scope:${expression.scope}`;
    case 'test':
      return `test:${expression.test}`;
    case 'not':
      return `${postfix(expression.of, awaited)} not`;
    case 'and':
    case 'or':
      return `${postfix(expression.left, awaited)} ${postfix(expression.right, awaited)} ${expression.op}`;
  }
}

/** A resource as the name of a file. */
const fileName = (resource: string): string =>
  resource.replaceAll(/[^\w:.@=-]/g, (one) => `%${one.codePointAt(0)?.toString(16)}`);

// A comment ends at the line: what a name brings must not begin a new one.
function comment(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, '?');
}

function half(out: Output, name: string, number: number, what: string, code: string): void {
  out.lines.push(`# ${comment(what)}`, `${name}${number}() {`, code, '}');
}

/** Says which halves a step has of those that it need not have. */
function halves(out: Output, number: number, optional: Readonly<Record<string, unknown>>): void {
  const there = Object.keys(optional).filter((letter) => optional[letter] !== undefined);
  if (there.length > 0) out.lines.push(`ts_halves_${number}=${there.join('')}`);
}

/** The calls that say something about the next step only. */
function modifiers(step: Step, number: number, out: Output, calls: string[]): void {
  if (step.inside !== undefined) {
    const fresh =
      step.fresh === undefined ? '' : step.fresh === 'set' ? ' set' : ` value ${quote(step.fresh.value)}`;
    calls.push(`ts_in ${quote(step.inside)}${fresh}`);
  }
  if (step.provides !== undefined) calls.push(`ts_makes ${quote(step.provides)}`);
  if (step.diff === false) calls.push('ts_hide all');
  else if (step.secret === true) calls.push('ts_hide');
  if (step.diff === true) calls.push('ts_show');
  if (step.lifetime === 'disk') calls.push('ts_disk');
  if ('shared' in step && step.shared !== undefined) {
    calls.push(`ts_share ${quote(fileName(step.shared.resource))} ${quote(step.shared.owner)}`);
  }
  for (const one of step.uses ?? []) use(one, out);
  const needed = (step.uses ?? []).filter((one) => one.kind === 'query' && !one.lazy);
  if (needed.length > 0) {
    out.lines.push(`ts_uses_${number}=${quote(needed.map(({ name }) => name).join(' '))}`);
  }
  if ('around' in step && step.around !== undefined) {
    out.lines.push(`ts_around_${number}=${quote(step.around)}`);
    calls.push(`TS_AROUND=${quote(step.around)}`);
  }
}

/** Takes a query or a library into the program, if it is not there yet. */
function use(one: Query | Library, out: Output): void {
  const { name } = one;
  if (one.kind === 'library') {
    const { text } = one.functions;
    if ((out.libraries.get(name) ?? text) !== text) throw stepError('query-clash', { name });
    out.libraries.set(name, text);
    return;
  }
  const known = out.queries.get(name) ?? { text: one.command.text, items: new Set() };
  if (known.text !== one.command.text) throw stepError('query-clash', { name });
  for (const item of one.declared === true ? out.declared : one.items) known.items.add(item);
  out.queries.set(name, known);
}

/** The statuses of a reading half that mean "there is none", behind how it is run. */
function statusesOf(reading: Sh, absent: readonly number[]): string {
  return quote([...(reading.inPlace ? ['here'] : []), ...absent].join(' '));
}

const undoOf = ({ undo, undoLast }: ActionStep): string =>
  undo === undefined ? 'no' : undoLast ? 'last' : 'yes';

const yesNo = (flag: boolean): string => (flag ? 'yes' : 'no');

function compileStep(step: Step, number: number, out: Output, calls: string[]): void {
  modifiers(step, number, out, calls);
  const what = quote(step.what);
  const add = (name: string, about: string, code: Sh | undefined): void => {
    if (code !== undefined) half(out, name, number, `${about} ${step.what}`, code.text);
  };
  switch (step.kind) {
    case 'present': {
      const statuses = statusesOf(step.test, step.absent);
      out.lines.push(`ts_absent_${number}=${statuses}`);
      add('r', 'is there:', step.test);
      add('w', 'make', step.create);
      add('x', 'remove', step.remove);
      const [doing, undoing] = step.want ? [step.create, step.remove] : [step.remove, step.create];
      if (!step.want) {
        if (step.save === undefined) out.lines.push(`s${number}() { :; }`);
        else add('s', 'what is needed to bring back', step.save);
      }
      if (doing === undefined) throw new Error(`${step.what}: a step without the half that it needs`);
      calls.push(
        `ts_present ${number} ${what} ${yesNo(step.want)} ${statuses} ${yesNo(undoing !== undefined)}`,
      );
      return;
    }
    case 'value':
    case 'release': {
      const { read } = step;
      const statuses = read.kind === 'line' ? 'line' : statusesOf(read.command, read.absent);
      out.lines.push(`ts_absent_${number}=${statuses}`);
      const reading = read.kind === 'line' ? `TS_PATH=${quote(read.path)}` : read.command.text;
      half(out, 'r', number, `read ${step.what}`, reading);
      if (read.kind === 'line' && /^\/proc\/sys\/[^\s:]+$/.test(read.path)) out.parameters.add(read.path);
      add('w', 'set', step.write);
      calls.push(
        step.kind === 'value'
          ? `ts_value ${number} ${what} ${wordOf(step.want, number, out)} ${statuses}`
          : `ts_release ${number} ${what} ${yesNo(out.needed.has(step.shared.resource))} ${statuses}`,
      );
      return;
    }
    case 'entries': {
      const statuses = statusesOf(step.list, step.absent);
      out.lines.push(`ts_absent_${number}=${statuses}`);
      add('r', 'list', step.list);
      add('a', 'add to', step.add);
      add('c', 'change in', step.change);
      halves(out, number, { c: step.change });
      add('d', 'remove from', step.remove);
      if (step.devices) {
        out.lines.push(`ts_devices_${number}=1`);
        calls.push('TS_DEVICES=1');
      }
      const want = step.want.map((fields) => fields.join('\t')).join('\n');
      calls.push(
        `ts_entries ${number} ${what} ${quote(want)} ${statuses} ${yesNo(step.exclusive)} ${step.order} ${quote(step.unwanted.join('\n'))}`,
      );
      return;
    }
    case 'file':
      if (step.content === undefined) {
        calls.push(`ts_file_gone ${number} ${what} ${quote(step.path)}`);
        return;
      }
      half(out, 'f', number, `content of ${step.what}`, fileContent(step.content, number, out));
      add('v', 'may it go live:', step.validate);
      halves(out, number, { v: step.validate, o: step.backup === true ? true : undefined });
      calls.push(
        `ts_file ${number} ${what} ${quote(step.path)} ${quote(step.mode ?? '')} ${quote(step.owner ?? '')}${digest(step, number, out)}`,
      );
      return;
    case 'fetch':
      out.fetches.set(number, step.to);
      if (step.sha256 !== undefined && !/[\\\n]/.test(step.path)) out.files.paths.add(step.path);
      calls.push(`ts_fetch ${number} ${what} ${quote(step.path)} ${quote(step.sha256 ?? '')}`);
      return;
    case 'edit':
      half(out, 'f', number, `what should be in ${step.what}`, inputOf(step, number, out) + step.filter.text);
      add('r', 'is it so in', step.same);
      add('v', 'may it go live:', step.validate);
      halves(out, number, { v: step.validate, o: step.backup === true ? true : undefined });
      calls.push(
        [
          `ts_edit ${number} ${what} ${quote(step.path)} ${step.missing}`,
          `${quote(step.mode ?? '')} ${quote(step.owner ?? '')}`,
          `${yesNo(step.same !== undefined)} ${yesNo(step.text)}`,
        ].join(' '),
      );
      return;
    case 'poll':
      add('r', 'until', step.until);
      calls.push(
        `ts_poll ${number} ${what} ${step.every} ${step.limit} ${step.delay} ${statusesOf(step.until, [1])}`,
      );
      return;
    case 'action': {
      const guard =
        step.guard.kind === 'creates' || step.guard.kind === 'removes' ? 'paths' : step.guard.kind;
      if (step.guard.kind === 'unless') {
        add('r', 'unless', step.guard.command);
        out.lines.push(`ts_absent_${number}=${statusesOf(step.guard.command, [1])}`);
      } else if (guard === 'paths') half(out, 'r', number, `it has run: ${step.what}`, pathTest(step.guard));
      add('o', 'only if', step.onlyIf);
      add('w', 'run', step.run);
      add('p', 'why it cannot run:', step.needs);
      if (step.input !== undefined) {
        half(out, 'i', number, `input of ${step.what}`, printContent(step.input, number, out));
      }
      add('u', 'undo', step.undo);
      halves(out, number, {
        r: guard === 'unless' || guard === 'paths' ? true : undefined,
        o: step.onlyIf,
        p: step.needs,
        i: step.input,
        k: step.changed,
        b: step.failed,
      });
      if (step.changed !== undefined) out.lines.push(resultTest('k', number, step.changed));
      if (step.failed !== undefined) out.lines.push(resultTest('b', number, step.failed));
      calls.push(
        [
          `ts_action ${number} ${what} ${guard} ${undoOf(step)}`,
          quote(step.codes.join(' ')),
          yesNo(step.changed?.kind === 'stdout' || step.failed?.kind === 'stdout'),
          yesNo(step.changed !== undefined || step.judged),
        ].join(' '),
      );
      return;
    }
    case 'transaction':
      add('r', 'what differs of', step.plan);
      half(out, 'w', number, `change ${step.what}`, inputOf(step, number, out) + step.run.text);
      if (step.body !== undefined) askedFor(step.body, number, out);
      add('u', 'undo', step.undo);
      calls.push(
        `ts_transaction ${number} ${what} ${yesNo(step.undo !== undefined)} ${statusesOf(step.plan, [])}`,
      );
      return;
    case 'requires':
      add('r', 'is it so:', step.test);
      calls.push(
        `ts_requires ${number} ${quote(step.otherwise)} ${yesNo(step.later)} ${statusesOf(step.test, [])}`,
      );
      return;
    case 'tool': {
      const packages = Object.entries(step.packages).map(([id, name]) => `${id}=${name}`);
      add('r', 'is it needed:', step.needed);
      const needed = step.needed === undefined ? "''" : String(number);
      calls.push(`ts_tool ${quote(packages.join(' '))} ${needed} ${step.tools.map(quote).join(' ')}`);
      return;
    }
  }
}

/** Whether paths say that a command has run. */
function pathTest(guard: ActionStep['guard']): string {
  const { creates, removes } =
    guard.kind === 'removes'
      ? { creates: guard.creates, removes: guard.path }
      : { creates: guard.kind === 'creates' ? guard.path : undefined, removes: undefined };
  return [
    ...(creates === undefined ? [] : [`[ -e ${quote(creates)} ]`]),
    ...(removes === undefined ? [] : [`{ [ ! -e ${quote(removes)} ] && [ ! -h ${quote(removes)} ]; }`]),
  ].join(' || ');
}

/** A predicate as a function: 0 it holds, 1 it does not, anything else it cannot be decided. */
function resultTest(name: string, number: number, test: ResultTest): string {
  const negate = test.holds ? '' : '! ';
  const code =
    test.kind === 'rc'
      ? `${negate}ts_among "$TS_RC" ${quote(test.codes.join(' '))}`
      : `ts_matches ${test.holds ? 'yes' : 'no'} ${quote(test.ere)}`;
  return `${name}${number}() { ${code}; }`;
}

/** What a half finds in a variable. */
function inputOf(
  { input }: { readonly input?: string | Secret | undefined },
  number: number,
  out: Output,
): string {
  return input === undefined ? '' : `ts_input=${wordOf(input, number, out)}\n`;
}

/** What a file is made of: what is here, or what comes when the host asks for it. */
function fileContent(content: Content, number: number, out: Output): string {
  if (!(content instanceof LocalFile)) return printContent(content, number, out);
  askedFor(content, number, out);
  return 'ts_body';
}

/** The host may ask for this file when it does the step. */
function askedFor(file: LocalFile, number: number, out: Output): void {
  out.bodies.set(number, file);
  out.lines.push(`ts_sum_${number}='${file.sha256} ${file.size}'`);
}

/**
 * What the file's digest should be, for the one reading of all files. That of a secret travels beside the program, as
 * the secret does: who has it can try what it may be of.
 */
function digest({ path, content, mode, owner }: FileStep, number: number, out: Output): string {
  // Long files are read only when it is their turn; names that sha256sum writes otherwise are, too.
  if (content === undefined || isLong(content) || /[\\\n]/.test(path)) return '';
  out.files.paths.add(path);
  if (mode !== undefined || owner !== undefined) out.files.owned = true;
  const sum = digestOf(content);
  if (!(content instanceof Secret)) return ` ${sum}`;
  const name = `TS_SECRET_${number}_SUM`;
  out.secrets.set(name, sum);
  return ` "$${name}"`;
}

/** Prints content byte for byte. */
function printContent(content: InlineContent, number: number, out: Output): string {
  const { format, text } = forPrintf(content);
  return `printf '${format}' ${content instanceof Secret ? secretWord(text, number, out) : quote(text)}`;
}

/** A text that a step wants, or finds in a variable, as one word. */
function wordOf(text: string | Secret, number: number, out: Output): string {
  return text instanceof Secret ? secretWord(reveal(text), number, out) : quote(text);
}

/** A value that travels beside the body, as one word of it. */
function secretWord(text: string, number: number, out: Output): string {
  const name = `TS_SECRET_${number}`;
  out.secrets.set(name, text);
  return `"$${name}"`;
}
