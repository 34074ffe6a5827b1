import { randomBytes } from 'node:crypto';
import type { Channel, Connection } from '../../transport/transport.ts';
import { runtimeText } from '../../steps/runtime.ts';
import type { Compiled } from '../../steps/compile.ts';
import { runnerError } from '../../errors/runner.ts';
import { Bodies } from './bodies.ts';
import { Fetches } from './fetches.ts';
import { FrameParser, type Frame } from './frames.ts';
import { inOneRead, programText, type Parameters } from './prologue.ts';
import { StreamOrder } from './stream-order.ts';

/** What a session tells while a program runs. */
export interface SessionListener {
  frame(frame: Frame): void;
  output(stream: 'stdout' | 'stderr', text: string): void;
  /** So many bytes of the body of a step have gone. */
  progress?(step: number, bytes: number, of: number): void;
  /** The file of the controller that a step is made from is not any more what it was. */
  spoilt?(step: number, problem: string): void;
}

/** How a session runs its programs. */
export interface SessionOptions {
  readonly host: string;
  readonly mode: 'check' | 'apply';
  readonly run: string;
  readonly diff: boolean;
  /** How tasks become other users. */
  readonly become: Parameters['become'];
  /** Milliseconds until the shell must have said hello. @defaultValue three times as long as a login may take, at least 10 s */
  readonly helloTimeout?: number;
  /** Programs that former sessions of this run have sent to the host. @defaultValue 0 */
  readonly parts?: number;
}

/** Whatever the login shell is, what it starts is `sh`. */
const command = 'exec sh';

/** Milliseconds that a shell has at least, and that a login may take where nobody says otherwise. */
const leastPatience = 10_000;

/** Exit status of a shell that stopped at a step boundary because its reader had gone. */
const cutStatus = 141;

/**
 * One `sh` on one host, to which programs are written. Variables, functions and the journal live in it from one
 * program to the next.
 */
export class Session {
  readonly #connection: Connection;
  readonly #options: SessionOptions;
  readonly #nonce = randomBytes(16).toString('hex');
  readonly #mark = randomBytes(16).toString('hex');
  #channel: Channel | undefined;
  #part: number;
  #listener: SessionListener | undefined;
  readonly #bodies: Bodies;
  readonly #fetches: Fetches;
  /** What the running program may ask for. */
  #asked: Pick<Compiled, 'bodies' | 'fetches'> = {};
  #stdout: FrameParser;
  #stderr: FrameParser;
  readonly #order = new StreamOrder({
    frame: (frame) => {
      if (frame.type === 'finish' || frame.type === 'bye') this.#done?.resolve();
      else if (frame.type === 'body') void this.#send(frame);
      else if (frame.type === 'fetch') void this.#take(frame);
      else this.#listener?.frame(frame);
    },
    output: (stream, text) => this.#listener?.output(stream, text),
  });
  /** Whether the shell has said hello. What a login says before it is no task's. */
  readonly #greeted = { stdout: false, stderr: false };
  #interrupted = false;
  /** Process number of the shell on the host. */
  #pid = '';
  /** The shell of another user has been at work in this program. */
  #switched = false;
  #noise = '';
  /** The last of what stands on standard error behind a task's end. */
  #errors = '';
  #done: { resolve: () => void; reject: (error: Error) => void } | undefined;
  roundTrips = 0;
  #textSent = 0;
  bytesReceived = 0;

  constructor(connection: Connection, options: SessionOptions) {
    this.#connection = connection;
    this.#bodies = new Bodies(connection);
    this.#fetches = new Fetches(connection);
    this.#options = options;
    this.#part = options.parts ?? 0;
    this.#stdout = new FrameParser(this.#nonce, {
      frame: (frame) => this.#arrived(frame),
      text: (text) => this.#text('stdout', text),
    });
    this.#stderr = new FrameParser(this.#nonce, {
      frame: (frame) => {
        if (frame.type === 'hello') this.#greeted.stderr = true;
        else this.#order.errorEnd(frame.words[0] ?? frame.type);
        this.#errors = '';
      },
      text: (text) => this.#text('stderr', text),
    });
  }

  /** Writes one program and waits until it has run. Rejects when the connection or the shell is lost. */
  async run(compiled: Compiled, listener: SessionListener): Promise<void> {
    this.#listener = listener;
    this.#asked = compiled;
    const first = this.#channel === undefined;
    const channel = (this.#channel ??= await this.#start());
    this.#part += 1;
    const { mode, run, diff, become } = this.#options;
    const parameters = { mode, nonce: this.#nonce, run, part: this.#part, diff, mark: this.#mark, become };
    const text = inOneRead(programText(parameters, first ? runtimeText() : undefined, compiled));
    this.roundTrips += 1;
    this.#textSent += Buffer.byteLength(text);
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        if (!this.#greeted.stdout) reject(this.#noHello('it did not answer'));
      }, this.#helloTimeout);
      const settle = (): void => clearTimeout(timer);
      this.#done = {
        resolve: () => (settle(), resolve()),
        reject: (error) => (settle(), reject(error)),
      };
      channel.stdin.write(text);
    });
  }

  get #helloTimeout(): number {
    const { patience = leastPatience } = this.#connection;
    return this.#options.helloTimeout ?? Math.max(leastPatience, 3 * patience);
  }

  get bytesSent(): number {
    return this.#textSent + this.#bodies.bytesSent;
  }

  /** How many programs have been sent, over all sessions of this run on this host. */
  get parts(): number {
    return this.#part;
  }

  /** Asks the running program to stop at its next step boundary. */
  interrupt(): void {
    if (this.#pid === '') return;
    this.#interrupted = true;
    // Over a channel of its own: a signal request of SSH would end the running step with the shell.
    // The shell of another user takes no signal of ours; it stops when nobody listens any more.
    if (this.#switched) this.#connection.destroy();
    else void this.#stop();
  }

  /** What is on its way is cut short, once the program knows that this is meant. */
  async #stop(): Promise<void> {
    await this.#command(`kill -TERM ${this.#pid}`);
    this.#bodies.close();
    this.#fetches.close();
  }

  /** What a program asks for, it gets: files that belong to its own steps. Only a run writes anything. */
  async #send({ words: [step = ''], payloads: [pipe = ''] }: Frame): Promise<void> {
    const number = Number(step);
    const file = this.#asked.bodies?.get(number);
    if (file === undefined || this.#options.mode === 'check' || /\n/.test(pipe)) return;
    this.roundTrips += 1;
    const listener = this.#listener;
    try {
      const problem = await this.#bodies.send(file, pipe, (bytes) =>
        listener?.progress?.(number, bytes, file.size),
      );
      if (problem !== undefined) listener?.spoilt?.(number, `${file.path} is not what it was: ${problem}`);
    } catch (error) {
      this.#done?.reject(error as Error);
    }
  }

  /** What a program has to send is taken where one of its own steps says so. */
  async #take({ words: [step = '', size = '', sha256 = ''], payloads: [pipe = ''] }: Frame): Promise<void> {
    const number = Number(step);
    const to = this.#asked.fetches?.get(number);
    if (to === undefined || this.#options.mode === 'check' || /\n/.test(pipe)) return;
    this.roundTrips += 1;
    const listener = this.#listener;
    const announced = { pipe, size: Number(size), sha256 };
    let before = 0;
    try {
      await this.#fetches.take(to, announced, (bytes) => {
        this.bytesReceived += bytes - before;
        before = bytes;
        listener?.progress?.(number, bytes, announced.size);
      });
    } catch (error) {
      this.#done?.reject(error as Error);
    }
  }

  /** Runs a short command beside the program, of which nothing is expected. */
  async #command(command: string): Promise<void> {
    try {
      const { stdout, stderr, exit } = await this.#connection.exec(command);
      stdout.resume();
      stderr.resume();
      await exit;
    } catch {
      // The connection is gone; then the program stops by itself.
    }
  }

  /**
   * Ends the shell in good order, releasing what it holds on the host. It is its last word that is waited for, and
   * not the end of its output: what a task has started in the background may have that for ever.
   */
  async close(): Promise<void> {
    const channel = this.#channel;
    if (channel === undefined) return;
    const bye = new Promise<void>((resolve) => {
      this.#done = { resolve, reject: () => resolve() };
    });
    this.#bodies.close();
    this.#fetches.close();
    channel.stdin.end('{ ts_unlock; ts_frame bye; exit 0; }\n');
    await Promise.race([bye, channel.exit]);
  }

  async #start(): Promise<Channel> {
    this.roundTrips += 1;
    const channel = await this.#connection.exec(command);
    channel.stdin.on('error', () => {});
    channel.stdout.on('data', (chunk: Buffer) => {
      this.bytesReceived += chunk.length;
      this.#stdout.push(chunk);
    });
    channel.stderr.on('data', (chunk: Buffer) => {
      this.bytesReceived += chunk.length;
      this.#stderr.push(chunk);
    });
    void channel.exit.then((exit) => this.#ended(exit.code));
    return channel;
  }

  #arrived(frame: Frame): void {
    if (frame.type === 'hello') {
      this.#greeted.stdout = true;
      this.#pid = frame.words[0] ?? '';
      this.#switched = false;
    } else if (frame.type === 'as') {
      this.#switched = true;
    }
    this.#order.frame(frame);
  }

  #text(stream: 'stdout' | 'stderr', text: string): void {
    if (stream === 'stderr') this.#errors = (this.#errors + text).slice(-500);
    if (this.#greeted[stream]) this.#order.text(stream, text);
    else this.#noise = (this.#noise + text).slice(0, 500);
  }

  #ended(code: number | undefined): void {
    this.#stdout.end();
    const { host } = this.#options;
    if (this.#interrupted) this.#done?.reject(runnerError('interrupted', { host }, { host }));
    else if (!this.#greeted.stdout)
      this.#done?.reject(this.#noHello(`it ended with status ${code ?? 'unknown'}`));
    else if (code === undefined || code === cutStatus)
      this.#done?.reject(runnerError('connection-lost', { host }, { host }));
    else this.#done?.reject(runnerError('shell-ended', { host, code, said: this.#errors }, { host }));
  }

  #noHello(why: string): Error {
    const { host } = this.#options;
    return runnerError('no-shell', { host, command, why, said: this.#noise }, { host });
  }
}
