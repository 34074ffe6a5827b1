import { setTimeout as delay } from 'node:timers/promises';
import { TsplayError } from '../errors/tsplay-error.ts';
import { runnerError } from '../errors/runner.ts';
import type { Failure, TaskStatus, TsplayEvent } from '../events.ts';
import type { Host } from '../inventory/inventory.ts';
import type { TaskOutcome } from '../playbook/barriers.ts';
import type { Play } from '../playbook/play.ts';
import { reveal, type Secret } from '../secrets/secret.ts';
import { compile, type Compiled } from '../steps/compile.ts';
import type { Program } from '../steps/program.ts';
import { connect, type TransportName } from '../transport/index.ts';
import type { Asking } from '../transport/target.ts';
import type { Connection } from '../transport/transport.ts';
import { awayEvent, awayIn, isLost, isUnreachable, longestPause, notBack, type Away } from './away.ts';
import { emitDone, emitFor, isInterrupted, tasksLeft } from './telling.ts';
import type { FactCache } from './facts/fact-cache.ts';
import { KnownFacts } from './facts/known-facts.ts';
import { Foreseen } from './session/foreseen.ts';
import { OutcomeReader } from './session/outcomes.ts';
import type { Place } from './schedule/places.ts';
import type { Parameters } from './session/prologue.ts';
import type { Supervisor } from './supervisor.ts';
import { Session } from './session/session.ts';
import { whileWanted } from './session/while-wanted.ts';

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
  readonly supervisor: Supervisor | undefined;
  readonly emit: (event: TsplayEvent) => void;
  /** Aborted when the user wants the run to end. */
  readonly signal: AbortSignal;
}

/** The connection to one host and the shell on it. */
export class HostRunner {
  readonly #host: Host;
  readonly #context: RunContext;
  readonly #facts: KnownFacts;
  readonly #foreseen = new Foreseen();
  /** What the tasks of former programs came to. */
  readonly #statuses = new Map<number, TaskStatus>();
  readonly #traffic = { roundTrips: 0, bytesSent: 0, bytesReceived: 0 };
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
    const compiled = compile(program);
    await this.#context.supervisor?.review({ host: this.#host.name, play: play.name, program, compiled });
    const telling = this.#context.mode === 'apply' ? emitDone(program, emit) : emit;
    const reader = new OutcomeReader(this.#host.name, program, telling, this.#context.mode);
    if (this.#context.mode === 'check') reader.doubtful = this.#foreseen.doubtful(program);
    try {
      this.#refuseHere(program);
      this.#session ??= await place.lend(this.#open());
      if (this.#unwanted.signal.aborted)
        throw runnerError('interrupted', { host: this.#host.name }, { host: this.#host.name });
      this.#facts.suspend(program);
      await this.#run(compiled, program, reader);
    } catch (error) {
      this.lost = error instanceof TsplayError ? error : this.#unexpected(error);
      this.#tell(this.lost, reader.interrupted?.id, play, emit);
      if (isInterrupted(this.lost)) {
        const tasks = tasksLeft(program, reader.outcomes).filter((id) => id !== reader.interrupted?.id);
        emit({ type: 'left', play: play.name, hosts: [this.#host.name], tasks, reason: 'interrupted' });
      }
      throw this.lost;
    }
    for (const [task, { status }] of reader.outcomes) this.#statuses.set(task, status);
    this.#facts.learn(program, reader.outcomes);
    this.#foreseen.learn(program, reader.outcomes);
    return reader.outcomes;
  }

  /**
   * Runs one program. Where the connection is lost while a job runs that survives that, or a task that takes the host
   * down, another one goes on there.
   */
  async #run(compiled: Compiled, program: Program, reader: OutcomeReader): Promise<void> {
    let sent = compiled;
    let away: Away | undefined;
    for (;;) {
      try {
        await this.#session?.run(sent, reader);
        return;
      } catch (error) {
        const task = reader.interrupted;
        if (task === undefined || this.#context.signal.aborted) throw error;
        const known = away?.task === task;
        away = known ? away : awayIn(task);
        // A host that goes down or comes up may take a login and give no shell.
        const gone = away?.returns === undefined ? isLost(error) : isUnreachable(error);
        if (away === undefined || !gone) throw error;
        // A boot may take and lose many connections; that is told once.
        if (!known || away.returns === undefined) this.#context.emit(awayEvent(away, this.#host.name));
        await this.#reconnect(away, error);
        const ended = [...reader.outcomes].map(([number, { status }]) => [number, status] as const);
        const statuses = new Map([...this.#statuses, ...ended]);
        sent = compile({ ...program, resumed: { from: task.number, statuses } });
        reader.resume();
      }
    }
  }

  /** The machine that tsplay runs on cannot be waited for by it. */
  #refuseHere({ items }: Program): void {
    if (this.#context.mode === 'check') return;
    if ((this.#context.transport ?? this.#host.connection) !== 'local') return;
    const task = items.find((item) => item.kind === 'task' && awayIn(item)?.returns !== undefined);
    if (task?.kind !== 'task') return;
    const host = this.#host.name;
    throw runnerError('reboots-itself', { host, task: task.id }, { host, task: task.id, where: task.where });
  }

  /** Tries to reach a host again whose connection was lost. Rejects when that takes too long. */
  async #reconnect(away: Away, loss: unknown): Promise<void> {
    const { signal } = this.#context;
    const host = this.#host.name;
    const parts = this.#session?.parts;
    this.#keepTraffic();
    (await this.#connection?.catch(() => undefined))?.destroy();
    let last = loss;
    for (let pause = 1000; ; pause = Math.min(pause * 2, longestPause(away))) {
      await delay(pause);
      if (signal.aborted) throw loss;
      if (Date.now() > away.until) throw away.returns === undefined ? loss : notBack(away, host, last);
      this.#connection = undefined;
      try {
        this.#session = await this.#open(parts);
        return;
      } catch (error) {
        if (!isUnreachable(error)) throw error;
        last = error;
      }
    }
  }

  #keepTraffic(): void {
    const { roundTrips = 0, bytesSent = 0, bytesReceived = 0 } = this.#session ?? {};
    this.#traffic.roundTrips += roundTrips;
    this.#traffic.bytesSent += bytesSent;
    this.#traffic.bytesReceived += bytesReceived;
  }

  /** Settles when the programs that have been given to it have run. */
  async quiet(): Promise<void> {
    await this.#sending;
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
    this.#keepTraffic();
    this.#context.emit({ type: 'session', host: this.#host.name, ...this.#traffic });
  }

  async #open(parts = 0): Promise<Session> {
    const { mode, run, diff, emit, becomePassword, transport, asking, supervisor } = this.#context;
    const host = this.#host;
    emit({ type: 'host', host: host.name, state: 'connecting' });
    const tell = (message: string): void => emit({ type: 'warning', host: host.name, message });
    const signal = AbortSignal.any([this.#context.signal, this.#unwanted.signal]);
    const open = supervisor?.connect ?? connect;
    const connection = await (this.#connection ??= whileWanted(
      host.name,
      signal,
      open(host, { transport, asking, tell, givenUp: signal }),
    ));
    emit({ type: 'host', host: host.name, state: 'connected' });
    const become = becomeOf(host, becomePassword);
    return new Session(connection, { host: host.name, mode, run, diff, become, parts });
  }

  #tell(problem: TsplayError, running: string | undefined, play: Play, emit: RunContext['emit']): void {
    const task = running ?? `play[${play.name}]`;
    const host = this.#host.name;
    const { code, message, hint, where } = problem;
    const error: Failure = { code, message, hint, where };
    if (isInterrupted(problem)) emit({ type: 'warning', host, task, message });
    else if (problem.exit === 3)
      emit({ type: 'unreachable', host, error: { ...error, message: `${message} (in ${task})` } });
    else {
      if (running === undefined) emit({ type: 'task-start', host, task });
      emit({ type: 'task', host, task, status: 'failed', ms: 0, error });
    }
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

/** How tasks become other users on a host. */
export function becomeOf(host: Host, fallback: Secret | undefined): Parameters['become'] {
  const password = host.becomePassword ?? fallback;
  return { method: host.becomeMethod, password: password === undefined ? undefined : reveal(password) };
}
