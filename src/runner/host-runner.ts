import { TsplayError } from '../errors/tsplay-error.ts';
import { runnerError } from '../errors/runner.ts';
import type { Failure, TsplayEvent } from '../events.ts';
import type { Host } from '../inventory/inventory.ts';
import type { TaskOutcome } from '../playbook/host-build.ts';
import type { Play } from '../playbook/play.ts';
import { reveal, type Secret } from '../secrets/secret.ts';
import { compile } from '../steps/compile.ts';
import type { Program } from '../steps/program.ts';
import { connect, type TransportName } from '../transport/index.ts';
import type { Asking } from '../transport/target.ts';
import type { Connection } from '../transport/transport.ts';
import { taskDigest } from './done.ts';
import type { FactCache } from './fact-cache.ts';
import { KnownFacts } from './known-facts.ts';
import { OutcomeReader } from './outcomes.ts';
import type { Place } from './places.ts';
import type { Parameters } from './prologue.ts';
import { Session } from './session.ts';
import { whileWanted } from './while-wanted.ts';

/** Milliseconds until a host's shell must have answered. */
export const helloTimeout = 30_000;

type Outcomes = ReadonlyMap<number, TaskOutcome>;

/** What all hosts of a run share. */
export interface RunContext {
  readonly mode: 'check' | 'apply';
  /** Names the run on the hosts. */
  readonly run: string;
  readonly diff: boolean;
  /** The password of hosts whose inventory gives none. */
  readonly becomePassword: Secret | undefined;
  readonly transport: TransportName | undefined;
  readonly asking: Asking | undefined;
  /** What former runs found. */
  readonly factCache: FactCache;
  readonly emit: (event: TsplayEvent) => void;
  /** Aborted when the user wants the run to end. */
  readonly signal: AbortSignal;
}

/** The connection to one host and the shell on it. */
export class HostRunner {
  readonly #host: Host;
  readonly #context: RunContext;
  readonly #facts: KnownFacts;
  #connection: Promise<Connection> | undefined;
  #session: Session | undefined;
  /** Programs run one after the other, also where another host asks for facts of this one. */
  #sending: Promise<unknown> = Promise.resolve();
  /** Nobody wants more of this host. */
  readonly #unwanted = new AbortController();
  /** The host has gone or never came; nothing more is tried there. */
  lost: TsplayError | undefined;

  /**
   * @param host - as it can be reached now
   * @param declared - as the inventory has it
   */
  constructor(host: Host, declared: Host, context: RunContext) {
    this.#host = host;
    this.#context = context;
    this.#facts = new KnownFacts(declared, context.mode, context.factCache);
  }

  /**
   * Sends one program to the host and gives what its tasks came to.
   *
   * @param asking - the host whose play has delegated it
   */
  send(play: Play, program: Program, place: Place, asking?: string): Promise<Outcomes> {
    const next = this.#sending.then(() => this.#send(play, program, place, asking));
    this.#sending = next.catch(() => {});
    return next;
  }

  async #send(play: Play, program: Program, place: Place, asking: string | undefined): Promise<Outcomes> {
    const emit = asking === undefined ? this.#context.emit : emitFor(asking, this.#context.emit);
    // That has been told.
    if (this.lost !== undefined) throw this.lost;
    if (this.#facts.isOutdated(program)) {
      const message = `play '${play.name}' is built from facts that changes of earlier plays could alter`;
      emit({ type: 'warning', host: this.#host.name, message });
    }
    const known = this.#facts.answer(program);
    if (known !== undefined) return known;
    const telling = this.#context.mode === 'apply' ? emitDone(program, emit) : emit;
    const reader = new OutcomeReader(this.#host.name, program, telling, this.#context.mode);
    try {
      this.#session ??= await place.lend(this.#open());
      if (this.#unwanted.signal.aborted)
        throw runnerError('interrupted', { host: this.#host.name }, { host: this.#host.name });
      this.#facts.suspend(program);
      await this.#session.run(compile(program), reader);
    } catch (error) {
      this.lost = error instanceof TsplayError ? error : this.#unexpected(error);
      this.#tell(this.lost, reader.interrupted ?? `play[${play.name}]`);
      if (isInterrupted(this.lost)) {
        const tasks = tasksLeft(program, reader.outcomes).filter((id) => id !== reader.interrupted);
        emit({ type: 'left', play: play.name, hosts: [this.#host.name], tasks, reason: 'interrupted' });
      }
      throw this.lost;
    }
    this.#facts.learn(program, reader.outcomes);
    return reader.outcomes;
  }

  /** Asks the host to stop at its next step boundary. What is done stays done. */
  interrupt(): void {
    if (this.#unwanted.signal.aborted) return;
    this.#unwanted.abort();
    this.#session?.interrupt();
  }

  /** Ends the shell and the connection. */
  async close(): Promise<void> {
    const connection = await this.#connection?.catch(() => undefined);
    const session = this.#session;
    if (connection === undefined || session === undefined) return;
    if (this.lost === undefined) {
      await session.close();
      await connection.close();
    } else connection.destroy();
    const { roundTrips, bytesSent, bytesReceived } = session;
    this.#context.emit({ type: 'session', host: this.#host.name, roundTrips, bytesSent, bytesReceived });
  }

  async #open(): Promise<Session> {
    const { mode, run, diff, emit, becomePassword, transport, asking } = this.#context;
    const host = this.#host;
    emit({ type: 'host', host: host.name, state: 'connecting' });
    const tell = (message: string): void => emit({ type: 'warning', host: host.name, message });
    const signal = AbortSignal.any([this.#context.signal, this.#unwanted.signal]);
    const connection = await (this.#connection ??= whileWanted(
      host.name,
      signal,
      connect(host, { transport, asking, tell, givenUp: signal }),
    ));
    emit({ type: 'host', host: host.name, state: 'connected' });
    const password = host.becomePassword ?? becomePassword;
    const become = {
      method: host.becomeMethod,
      password: password === undefined ? undefined : reveal(password),
    };
    return new Session(connection, { host: host.name, mode, run, diff, become, helloTimeout });
  }

  #tell(problem: TsplayError, task: string): void {
    const { emit } = this.#context;
    const host = this.#host.name;
    const { code, message, hint, where } = problem;
    const error: Failure = { code, message, hint, where };
    if (isInterrupted(problem)) emit({ type: 'warning', host, task, message });
    else if (problem.exit === 3)
      emit({ type: 'unreachable', host, error: { ...error, message: `${message} (in ${task})` } });
    else emit({ type: 'task', host, task, status: 'failed', ms: 0, error });
  }

  #unexpected(cause: unknown): TsplayError {
    const why = cause instanceof Error ? cause.message : String(cause);
    return runnerError(
      'no-shell',
      { host: this.#host.name, command: 'sh', why, said: '' },
      { host: this.#host.name, cause },
    );
  }
}

/** Whether a host was stopped by somebody here. */
export function isInterrupted({ code }: TsplayError): boolean {
  return code === 'interrupted' || code === 'interrupted-before';
}

/** Tells of tasks for which host they are done. */
function emitFor(asking: string, emit: RunContext['emit']): RunContext['emit'] {
  return (event) =>
    emit(event.type === 'task-start' || event.type === 'task' ? { ...event, for: asking } : event);
}

/** Tells of tasks that have ended well what they were, so that a later run can go on from there. */
function emitDone({ items }: Program, emit: RunContext['emit']): RunContext['emit'] {
  const tasks = new Map(items.flatMap((item) => (item.kind === 'task' ? [[item.id, item]] : [])));
  return (event) => {
    const isDone = event.type === 'task' && (event.status === 'ok' || event.status === 'changed');
    const task = isDone ? tasks.get(event.task) : undefined;
    const done = task === undefined ? undefined : taskDigest(task);
    emit(isDone && done !== undefined ? { ...event, done } : event);
  };
}

/** The ids of the tasks of a program that have not ended. */
export function tasksLeft(
  { items }: Program,
  ended: ReadonlyMap<number, unknown> = new Map(),
): readonly string[] {
  return items.flatMap((item) =>
    item.kind === 'task' && item.gathers === undefined && !ended.has(item.number) ? [item.id] : [],
  );
}

/** How tasks become other users on a host. */
export function becomeOf(host: Host, fallback: Secret | undefined): Parameters['become'] {
  const password = host.becomePassword ?? fallback;
  return { method: host.becomeMethod, password: password === undefined ? undefined : reveal(password) };
}
