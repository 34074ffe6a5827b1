import type { Duplex } from 'node:stream';
import type { Client, ExecOptions, ParsedKey } from 'ssh2';
import { transportError } from '../errors/transport.ts';
import { updateKeys } from './known-hosts-update.ts';
import { agentSocket } from './agent.ts';
import { Limit } from './limit.ts';
import { ssh2Channel } from './ssh2-channel.ts';
import { whereOf, type Channel, type Connection, type Target, type Tell } from './transport.ts';

/** sshd's MaxSessions is ten; two are left for others. */
const channelsAtOnce = 8;
/** Milliseconds that a host has for its goodbye. */
const goodbye = 2_000;

/** An authenticated connection of ssh2. */
export class Ssh2Connection implements Connection {
  readonly closed: Promise<Error | undefined>;
  readonly patience: number;
  readonly #client: Client;
  readonly #socket: Duplex;
  readonly #target: Target;
  readonly #channels = new Limit(channelsAtOnce);
  readonly #tell: Tell;
  /** The host is to reach the agent. */
  #forward: boolean;
  #ours = false;
  #learning: Promise<void> = Promise.resolve();
  readonly #another: () => Promise<Ssh2Connection>;
  readonly #opening = new Set<Promise<Channel>>();
  /** A channel has been opened here. */
  #opens = false;
  /** For channels that the host does not open in this one any more. */
  #next: Promise<Ssh2Connection> | undefined;

  /**
   * @param another - logs in once more
   */
  constructor(
    client: Client,
    socket: Duplex,
    target: Target,
    tell: Tell,
    another: () => Promise<Ssh2Connection>,
  ) {
    this.#another = another;
    this.patience = target.connectTimeout;
    this.#client = client;
    this.#socket = socket;
    this.#target = target;
    this.#tell = tell;
    this.#forward = target.forwardAgent === true && agentSocket(target) !== '';
    this.#learn();
    let reason = new Error('the host closed the connection');
    client.on('error', (error) => (reason = error));
    this.closed = new Promise((resolve) => {
      client.once('close', () => resolve(this.#ours ? undefined : reason));
    });
  }

  async exec(command: string): Promise<Channel> {
    const release = await this.#channels.take();
    try {
      const opening = this.#open(command);
      this.#opening.add(opening);
      const channel = await opening.finally(() => this.#opening.delete(opening));
      void channel.exit.then(release);
      return channel;
    } catch (error) {
      release();
      // One that was asked for before may open yet.
      await Promise.allSettled(this.#opening);
      // A host that has opened none here would open none in another one.
      if (isFull(error) && this.#opens && !this.#ours) return this.#execBeside(command, error);
      throw this.#refused((error as Error).message, error);
    }
  }

  /** Where MaxSessions lets a connection have no more of them, the next one has. */
  async #execBeside(command: string, full: Error): Promise<Channel> {
    if (this.#next === undefined)
      this.#tell('it needs another login, since MaxSessions of its sshd is so low');
    this.#next ??= this.#further();
    try {
      const connection = await this.#next;
      if (this.#ours) connection.destroy();
      return await connection.exec(command);
    } catch (error) {
      const problem = `${full.message}; and in another login: ${(error as Error).message}`;
      throw this.#refused(problem, error);
    }
  }

  async #further(): Promise<Ssh2Connection> {
    const forget = (): void => void (this.#next = undefined);
    try {
      const connection = await this.#another();
      void connection.closed.then(forget);
      return connection;
    } catch (error) {
      forget();
      throw error;
    }
  }

  #refused(problem: string, cause: unknown): Error {
    const { name: host } = this.#target;
    return transportError('exec-refused', { ...whereOf(this.#target), problem }, { host, cause });
  }

  /** Opens a TCP connection from the host to another one. */
  forward(address: string, port: number): Promise<Duplex> {
    return new Promise((resolve, reject) => {
      this.#client.forwardOut('127.0.0.1', 0, address, port, (error, stream) => {
        if (error === undefined) resolve(stream);
        else reject(error);
      });
    });
  }

  async close(): Promise<void> {
    this.#ours = true;
    await (await this.#next?.catch(() => undefined))?.close();
    // What it has told of its keys is on its way to a file.
    await this.#learning;
    this.#client.end();
    const timer = setTimeout(() => this.#socket.destroy(), goodbye);
    await this.closed;
    clearTimeout(timer);
  }

  destroy(): void {
    this.#ours = true;
    this.#next?.then(
      (connection) => connection.destroy(),
      () => {},
    );
    this.#socket.destroy();
  }

  #learn(): void {
    const { updateKeysIn: file } = this.#target;
    if (file === undefined) return;
    this.#client.on('hostkeys', (keys: readonly ParsedKey[]) => {
      const work = updateKeys(
        file,
        this.#target,
        keys.map((key) => key.getPublicSSH()),
      );
      // A file that cannot be written keeps what it knows.
      this.#learning = work.catch(() => {});
    });
  }

  async #open(command: string): Promise<Channel> {
    try {
      return await this.#start(command, this.#forward);
    } catch (error) {
      // The words of ssh2; it gives up the channel, where OpenSSH goes on without the agent.
      if (!this.#forward || !(error as Error).message.includes('agent forwarding')) throw error;
      this.#forward = false;
      this.#tell('it goes without the agent, which its sshd does not let through (AllowAgentForwarding)');
      return this.#start(command, false);
    }
  }

  #start(command: string, agentForward: boolean): Promise<Channel> {
    return new Promise((resolve, reject) => {
      this.#client.exec(command, { agentForward } as ExecOptions, (error, stream) => {
        if (error === undefined) {
          this.#opens = true;
          resolve(ssh2Channel(stream, this.closed));
        } else reject(error);
      });
    });
  }
}

/** The host does not open a channel; the connection is well. */
function isFull(error: unknown): error is Error {
  return error instanceof Error && 'reason' in error && typeof error.reason === 'number';
}
