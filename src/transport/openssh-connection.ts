import { randomBytes } from 'node:crypto';
import { transportError } from '../errors/transport.ts';
import { Limit } from './limit.ts';
import { opensshFailure } from './openssh-failure.ts';
import { startOpenssh, type OpensshProcess } from './openssh-process.ts';
import { whereOf, type Channel, type Connection, type Exit, type Target } from './transport.ts';

/** Each further channel is a login of its own. */
const channelsAtOnce = 8;
/** Milliseconds that ssh has for its goodbye. */
const goodbye = 2_000;
/** Exit status of ssh for all that is its own failure; of a remote signal too. */
const lost = 255;

/**
 * A connection of the system's ssh. It is logged in by a process that waits for the first command; without a
 * ControlMaster there is no second channel in it, so every further command takes a process and a login of its own.
 */
export class OpensshConnection implements Connection {
  readonly closed: Promise<Error | undefined>;
  readonly #target: Target;
  readonly #processes = new Set<OpensshProcess>();
  readonly #channels = new Limit(channelsAtOnce);
  #waiting: OpensshProcess | undefined;
  #open = true;
  #settle: (reason: Error | undefined) => void = () => {};

  private constructor(target: Target, first: OpensshProcess) {
    this.#target = target;
    this.#waiting = first;
    this.closed = new Promise((resolve) => {
      this.#settle = resolve;
    });
    this.#adopt(first);
    void first.ended.then(({ code }) =>
      code === lost ? this.#settle(new Error('the host closed the connection')) : undefined,
    );
  }

  static async open(target: Target): Promise<OpensshConnection> {
    const mark = randomBytes(8).toString('hex');
    // The login shell may be any; what it starts reads the command that it is to become.
    const first = await startOpenssh(target, `exec sh -c 'echo ${mark}; IFS= read -r c; eval "$c"'`, mark);
    try {
      const answer = await first.answer(2 * target.connectTimeout);
      if (answer === 'failed') throw opensshFailure(target, first.said());
      if (answer === 'late') {
        const seconds = target.connectTimeout / 1000;
        const args = { ...whereOf(target), seconds };
        throw transportError('handshake-timeout', args, { host: target.name });
      }
      return new OpensshConnection(target, first);
    } catch (error) {
      first.kill();
      throw error;
    }
  }

  async exec(command: string): Promise<Channel> {
    const release = await this.#channels.take();
    try {
      if (!this.#open) throw this.#refused('the connection is closed');
      const channel = await this.#start(command);
      void channel.exit.then(release);
      return channel;
    } catch (error) {
      release();
      throw error;
    }
  }

  async close(): Promise<void> {
    this.#open = false;
    this.#settle(undefined);
    for (const one of this.#processes) one.letGo();
    const late = new Promise((resolve) => setTimeout(resolve, goodbye).unref());
    await Promise.race([Promise.all([...this.#processes].map(({ ended }) => ended)), late]);
    this.destroy();
  }

  destroy(): void {
    this.#open = false;
    this.#settle(undefined);
    for (const one of this.#processes) one.kill();
  }

  async #start(command: string): Promise<Channel> {
    const first = this.#waiting;
    this.#waiting = undefined;
    if (first !== undefined) {
      first.stdin.write(`${command}\n`);
      return channelOf(first);
    }
    const next = await startOpenssh(this.#target, command);
    this.#adopt(next);
    return channelOf(next);
  }

  #adopt(one: OpensshProcess): void {
    this.#processes.add(one);
    void one.ended.then(() => this.#processes.delete(one));
  }

  #refused(problem: string): Error {
    const { name: host } = this.#target;
    return transportError('exec-refused', { ...whereOf(this.#target), problem }, { host });
  }
}

function channelOf({ stdin, stdout, stderr, ended }: OpensshProcess): Channel {
  const exit = ended.then(({ code, signal }): Exit => {
    stdin.destroy();
    return code === lost || signal !== undefined ? { code: undefined, signal: undefined } : { code, signal };
  });
  return { stdin, stdout, stderr, exit };
}
