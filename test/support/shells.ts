import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { Bodies } from '../../src/runner/session/bodies.ts';
import { Fetches } from '../../src/runner/session/fetches.ts';
import { FrameParser, type Frame } from '../../src/runner/session/frames.ts';
import { OutcomeReader } from '../../src/runner/session/outcomes.ts';
import { inOneRead, programText, type Parameters } from '../../src/runner/session/prologue.ts';
import type { TaskOutcome } from '../../src/playbook/barriers.ts';
import type { Place } from '../../src/errors/tsplay-error.ts';
import type { TsplayEvent } from '../../src/events.ts';
import { connectionUnder } from './under-connection.ts';
import { compile } from '../../src/steps/compile.ts';
import type { ConditionExpression } from '../../src/steps/condition.ts';
import type { Program, ProgramScope, ProgramTask } from '../../src/steps/program.ts';
import { runtimeText } from '../../src/steps/runtime.ts';
import type { Step } from '../../src/steps/step.ts';

/** The shells that every program must run in. */
export const shells = { dash: ['dash'], ash: ['busybox', 'ash'], bash: ['bash'] } as const;
export type Shell = keyof typeof shells;
export const shellNames = Object.keys(shells) as Shell[];

/** Whether it is this shell's turn with the case of a number, where each case is tried as a whole in one shell only. */
export function hasTurn(index: number, shell: Shell, among: readonly Shell[] = shellNames): boolean {
  return index % among.length === among.indexOf(shell);
}

/** One task of a test program. */
export interface TestTask {
  readonly steps: readonly Step[];
  readonly id?: string;
  readonly where?: Place;
  readonly network?: boolean;
  readonly user?: string;
  readonly when?: ConditionExpression;
  readonly marks?: readonly string[];
  readonly clears?: readonly string[];
  readonly awaited?: ReadonlyMap<number, string>;
}

/** Numbers tasks and steps as a build does. Tasks count from 1. */
export function program(...items: readonly (TestTask | ProgramScope)[]): Program {
  let step = 1;
  let number = 0;
  return {
    final: false,
    items: items.map((item): ProgramTask | ProgramScope => {
      if ('kind' in item) return item;
      const firstStep = step;
      step += item.steps.length;
      number += 1;
      return {
        kind: 'task',
        number,
        id: item.id ?? `test[${number}]`,
        where: item.where,
        network: item.network ?? false,
        user: item.user,
        judge: undefined,
        tries: undefined,
        firstStep,
        steps: item.steps,
        when: item.when,
        claims: [],
        marks: item.marks ?? [],
        clears: item.clears ?? [],
        awaited: item.awaited ?? new Map(),
      };
    }),
  };
}

export interface ShellRun {
  readonly events: readonly TsplayEvent[];
  /** Bytes of files of the controller that it has asked for. */
  readonly bodyBytes: number;
  readonly outcomes: ReadonlyMap<number, TaskOutcome>;
  /** Statuses of the tasks, in order. */
  readonly statuses: readonly string[];
  readonly finished: boolean;
  readonly code: number | null;
  /** What halves of steps said, and the ends of tasks. */
  readonly stderr: string;
}

/** How a program is run beside its parameters. */
export interface Surroundings {
  readonly home: string;
  /** @defaultValue that of the test */
  readonly cwd?: string;
  /** Words of a command that runs the shell, such as `unshare -n`. */
  readonly under?: readonly string[];
  /** Changes what is sent. @defaultValue nothing */
  readonly rewritten?: (text: string) => string;
}

/** Runs a program in a shell on this machine, as a session would, and reads its frames. */
export async function runIn(
  shell: Shell,
  what: Program,
  { cwd, under = [], rewritten = (text) => text, ...parameters }: Partial<Parameters> & Surroundings,
): Promise<ShellRun> {
  const nonce = randomBytes(8).toString('hex');
  const full: Parameters = {
    mode: 'apply',
    nonce,
    run: 'test',
    part: 1,
    diff: true,
    mark: `m${nonce}`,
    ...parameters,
  };
  const compiled = compile(what);
  const text = inOneRead(rewritten(programText(full, runtimeText(), compiled)));
  const bodies = new Bodies(connectionUnder(under));
  const fetches = new Fetches(connectionUnder(under));
  const [command = '', ...args] = [...under, ...shells[shell]];
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], cwd });
  const events: TsplayEvent[] = [];
  const reader = new OutcomeReader('local', what, (event) => events.push(event), full.mode);
  let finished = false;
  const frames: Frame[] = [];
  const stdout = new FrameParser(nonce, {
    frame(frame) {
      if (frame.type === 'finish') finished = true;
      frames.push(frame);
      const body = compiled.bodies?.get(Number(frame.words[0]));
      if (frame.type === 'body' && body !== undefined && full.mode !== 'check')
        void bodies.send(body, frame.payloads[0] ?? '', () => {});
      const to = compiled.fetches?.get(Number(frame.words[0]));
      const [, size, sha256 = ''] = frame.words;
      if (frame.type === 'fetch' && to !== undefined && full.mode !== 'check')
        void fetches.take(to, { pipe: frame.payloads[0] ?? '', size: Number(size), sha256 }, () => {});
      reader.frame(frame);
    },
    text: (text) => reader.output('stdout', text),
  });
  let errors = '';
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString('utf8')));
  child.stdin.on('error', () => {});
  child.stdin.end(`${text}{ ts_unlock; exit 0; }\n`);
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  bodies.close();
  fetches.close();
  if (!finished && process.env['TSPLAY_TEST_DEBUG'] !== undefined) console.error(errors);
  const statuses = events.flatMap((event) => (event.type === 'task' ? [event.status] : []));
  return {
    events,
    outcomes: reader.outcomes,
    statuses,
    finished,
    code,
    stderr: errors,
    bodyBytes: bodies.bytesSent,
  };
}
