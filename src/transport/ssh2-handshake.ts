import type { Duplex } from 'node:stream';
import type { Client } from 'ssh2';
import type { TsplayError } from '../errors/tsplay-error.ts';
import { transportError } from '../errors/transport.ts';
import type { Credentials } from './credentials.ts';
import { agentSocket } from './agent.ts';
import { algorithmsOf } from './algorithms.ts';
import { Beyond } from './beyond.ts';
import { Deadline } from './deadline.ts';
import { Dropped, isSshd } from './dropped.ts';
import { whenGivenUp } from './given-up.ts';
import type { HostKeyPolicy } from './host-key-policy.ts';
import { Login } from './login.ts';
import { signAtOnce } from './sign-at-once.ts';
import { signOnlyWith } from './signature-algorithms.ts';
import { whereOf, type Target } from './transport.ts';

/** Milliseconds between signs of life; after three without an answer the connection counts as lost. */
const keepaliveInterval = 15_000;
const keepaliveCount = 3;

/** What a handshake is made with. */
export interface HandshakeParts {
  readonly newClient: () => Client;
  readonly policy: HostKeyPolicy;
  readonly credentials: Credentials;
}

/** Makes an SSH connection of a TCP connection: key exchange, the decision about the host key, login. */
export class Handshake {
  readonly #target: Target;
  readonly #socket: Duplex;
  readonly #parts: HandshakeParts;
  readonly #deadline: Deadline;
  readonly #login: Login;
  #exchanged = false;
  #over = false;
  /** How the host began to speak. */
  #said = '';
  #reject: (error: TsplayError | Dropped | Beyond) => void = () => {};

  constructor(target: Target, socket: Duplex, parts: HandshakeParts) {
    this.#target = target;
    this.#socket = socket;
    this.#parts = parts;
    this.#deadline = new Deadline(target.connectTimeout, () => this.#late());
    this.#login = new Login(target, parts.credentials, {
      failed: (problem) => this.#loginFailed(problem),
      asking: (waiting) => this.#pause(waiting),
    });
  }

  /** Throws a TsplayError, {@link Dropped} or {@link Beyond}, and destroys the socket, when it comes to nothing. */
  async run(): Promise<Client> {
    const client = this.#parts.newClient();
    let watching: (() => void) | undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        this.#reject = reject;
        this.#deadline.start();
        this.#start(client, resolve);
        watching = whenGivenUp(this.#target, () => this.#late());
      });
      return client;
    } catch (error) {
      this.#socket.destroy();
      throw error;
    } finally {
      this.#over = true;
      this.#deadline.stop();
      watching?.();
    }
  }

  #late(): void {
    const seconds = this.#target.connectTimeout / 1000;
    this.#reject(transportError('handshake-timeout', { ...whereOf(this.#target), seconds }, this.#context()));
  }

  #start(client: Client, ready: () => void): void {
    const { policy } = this.#parts;
    const { keepalive, algorithms } = this.#target;
    const agent = agentSocket(this.#target);
    // These stay when the handshake is over, so that an error always finds a listener.
    client.on('error', (error) => this.#error(error));
    client.once('close', () => this.#gone());
    client.once('change password', () => this.#loginFailed('the password has expired'));
    client.once('handshake', () => (this.#exchanged = true));
    client.once('ready', ready);
    client.connect({
      sock: this.#socket,
      username: this.#target.user,
      // Our own deadline can wait for a person, ssh2's cannot.
      readyTimeout: 0,
      keepaliveInterval: keepalive?.interval ?? keepaliveInterval,
      keepaliveCountMax: keepalive?.count ?? keepaliveCount,
      ...(agent === '' ? {} : { agent }),
      algorithms: algorithmsOf(algorithms, policy.types),
      hostVerifier: (key: Buffer, verify: (accepted: boolean) => void) => {
        void this.#judge(key, verify);
      },
      authHandler: this.#login.handler,
    });
    signAtOnce(client);
    signOnlyWith(client, algorithms?.publicKey);
    this.#socket.once('data', (chunk: Buffer) => {
      this.#said = chunk.toString('latin1').split('\n', 1)[0]?.trim().slice(0, 200) ?? '';
    });
    if (this.#socket.destroyed) this.#gone();
  }

  async #judge(key: Buffer, verify: (accepted: boolean) => void): Promise<void> {
    try {
      const refusal = await this.#parts.policy.refusal(key, (waiting) => this.#pause(waiting));
      if (refusal !== undefined) this.#reject(refusal);
      verify(refusal === undefined);
    } catch (error) {
      this.#reject(error as TsplayError);
      verify(false);
    }
  }

  /** The clock stands still while a person is asked. */
  #pause(waiting: boolean): void {
    if (waiting || this.#over) this.#deadline.stop();
    else this.#deadline.start();
  }

  #error(error: Error & { level?: string }): void {
    // A key that cannot sign is an attempt that failed; ssh2 goes on to the next.
    if (error.level === 'agent' || error.level === 'client-authentication') {
      this.#login.tried.push(error.message);
    } else if (error.level === 'client-socket' || error.message === 'Connection lost before handshake') {
      this.#gone(error);
    } else if (this.#exchanged) {
      this.#loginFailed(error.message, error);
    } else {
      const args = { ...whereOf(this.#target), problem: error.message };
      const failed = transportError('handshake-failed', args, this.#context(error));
      const [, what] = /no matching (.*)/.exec(error.message) ?? [];
      this.#reject(what === undefined ? failed : new Beyond(`it shares no ${what} with ssh2`, failed));
    }
  }

  #gone(cause?: unknown): void {
    if (this.#exchanged) {
      this.#loginFailed('the host closed the connection', cause);
      return;
    }
    const said = this.#said;
    this.#reject(
      isSshd(said)
        ? new Dropped(said, cause)
        : transportError('not-ssh', { ...whereOf(this.#target), said }, this.#context(cause)),
    );
  }

  #loginFailed(problem: string, cause?: unknown): void {
    const { tried } = this.#login;
    const { skipped } = this.#parts.credentials;
    const args = { ...whereOf(this.#target), tried, skipped, problem };
    this.#reject(transportError('authentication-failed', args, this.#context(cause)));
  }

  #context(cause?: unknown): { readonly host: string; readonly cause: unknown } {
    return { host: this.#target.name, cause };
  }
}
