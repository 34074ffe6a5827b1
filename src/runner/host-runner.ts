import { userInfo } from 'node:os';
import { TsplayError } from '../errors/tsplay-error.ts';
import { runnerError } from '../errors/runner.ts';
import type { Failure, TsplayEvent } from '../events.ts';
import type { Host } from '../inventory/inventory.ts';
import type { TaskOutcome } from '../playbook/host-build.ts';
import type { Play } from '../playbook/play.ts';
import { compile } from '../steps/compile.ts';
import type { Program } from '../steps/program.ts';
import { connect } from '../transport/index.ts';
import type { Connection } from '../transport/transport.ts';
import { OutcomeReader } from './outcomes.ts';
import { Session } from './session.ts';

const helloTimeout = 30_000;

/** What all hosts of a run share. */
export interface RunContext {
  readonly mode: 'check' | 'apply';
  /** Names the run on the hosts. */
  readonly run: string;
  readonly diff: boolean;
  readonly emit: (event: TsplayEvent) => void;
}

/** The connection to one host and the shells on it, one for each user that plays run as. */
export class HostRunner {
  readonly #host: Host;
  readonly #context: RunContext;
  readonly #sessions = new Map<string, Session>();
  #connection: Promise<Connection> | undefined;
  /** The host has gone or never came; nothing more is tried there. */
  lost = false;

  constructor(host: Host, context: RunContext) {
    this.#host = host;
    this.#context = context;
  }

  /** Sends one program to the host and gives what its tasks came to. */
  async send(play: Play, program: Program): Promise<ReadonlyMap<number, TaskOutcome>> {
    const { emit } = this.#context;
    const reader = new OutcomeReader(this.#host.name, program, emit);
    try {
      const session = await this.#session(play);
      await session.run(compile(program), reader);
    } catch (error) {
      this.lost = true;
      const problem = error instanceof TsplayError ? error : this.#unexpected(error);
      this.#tell(problem, reader.interrupted ?? `play[${play.name}]`);
      throw problem;
    }
    return reader.outcomes;
  }

  /** Asks the host to stop at its next step boundary. What is done stays done. */
  interrupt(): void {
    for (const session of this.#sessions.values()) session.interrupt();
  }

  /** Ends all shells and the connection. */
  async close(): Promise<void> {
    const connection = await this.#connection?.catch(() => undefined);
    if (connection === undefined) return;
    let roundTrips = 0;
    let bytesSent = 0;
    let bytesReceived = 0;
    for (const session of this.#sessions.values()) {
      if (!this.lost) await session.close();
      roundTrips += session.roundTrips;
      bytesSent += session.bytesSent;
      bytesReceived += session.bytesReceived;
    }
    if (this.lost) connection.destroy();
    else await connection.close();
    this.#context.emit({ type: 'session', host: this.#host.name, roundTrips, bytesSent, bytesReceived });
  }

  async #session(play: Play): Promise<Session> {
    const command = this.#shellFor(play.options.become);
    const known = this.#sessions.get(command);
    if (known !== undefined) return known;
    const { mode, run, diff, emit } = this.#context;
    if (this.#connection === undefined) emit({ type: 'host', host: this.#host.name, state: 'connecting' });
    const connection = await (this.#connection ??= connect(this.#host));
    emit({ type: 'host', host: this.#host.name, state: 'connected' });
    const session = new Session(connection, {
      host: this.#host.name,
      mode,
      run,
      diff,
      command,
      helloTimeout,
    });
    this.#sessions.set(command, session);
    return session;
  }

  /** The command that gives a shell of the user that a play runs as. */
  #shellFor(become: boolean | string | undefined): string {
    const user = become === true ? 'root' : become;
    const login = this.#host.user ?? userInfo().username;
    if (user === undefined || user === false || user === login) return 'exec sh';
    return `exec sudo -n -H -u ${/^[\w.-]+$/.test(user) ? user : `'${user.replaceAll("'", `'\\''`)}'`} -- sh`;
  }

  #tell(problem: TsplayError, task: string): void {
    const { emit } = this.#context;
    const host = this.#host.name;
    const { code, message, hint, where } = problem;
    const error: Failure = { code, message, hint, where };
    if (code === 'interrupted') emit({ type: 'warning', host, task, message });
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
