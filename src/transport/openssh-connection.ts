import { randomBytes } from 'node:crypto';
import { transportError } from '../errors/transport.ts';
import { whenGivenUp } from './given-up.ts';
import { Limit } from './limit.ts';
import { opensshFailure } from './openssh-failure.ts';
import { startOpenssh, type OpensshProcess } from './openssh-process.ts';
import { whereOf, type Channel, type Connection, type Exit, type Target } from './transport.ts';

/** Each further channel is a login of its own. */
const channelsAtOnce = 8;
/** Milliseconds that ssh has for its goodbye. */
const goodbye = 2_000;
/**
 * A connection of the system's ssh. It is logged in by a process that waits for the first command; without a
 * ControlMaster there is no second channel in it, so every further command takes a process and a login of its own.
 */
export class OpensshConnection implements Connection {
  readonly closed: Promise<Error | undefined>;
  readonly patience: number;
  readonly #target: Target;
  readonly #processes = new Set<OpensshProcess>();
  readonly #channels = new Limit(channelsAtOnce);
  #waiting: OpensshProcess | undefined;
  #open = true;
  #settle: (reason: Error | undefined) => void = () => {};

  private constructor(target: Target, first: OpensshProcess) {
    this.#target = target;
    this.patience = target.connectTimeout;
    this.#waiting = first;
    this.closed = new Promise((resolve) => {
      this.#settle = resolve;
    });
    this.#adopt(first);
  }

  static async open(target: Target): Promise<OpensshConnection> {
    return new OpensshConnection(target, await loggedIn(target));
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
    let one = this.#waiting;
    this.#waiting = undefined;
    if (one === undefined) {
      try {
        one = await loggedIn(this.#target);
      } catch (error) {
        throw this.#refused((error as Error).message, error);
      }
      this.#adopt(one);
    }
    if (!this.#open) {
      one.kill();
      throw this.#refused('the connection is closed');
    }
    one.stdin.write(`${command}\n`);
    return channelOf(one);
  }

  #adopt(one: OpensshProcess): void {
    this.#processes.add(one);
    void this.#watch(one);
  }

  async #watch(one: OpensshProcess): Promise<void> {
    await one.ended;
    this.#processes.delete(one);
    if (!one.isLost()) return;
    this.#open = false;
    this.#settle(new Error('the host closed the connection'));
  }

  #refused(problem: string, cause?: unknown): Error {
    const { name: host } = this.#target;
    return transportError('exec-refused', { ...whereOf(this.#target), problem }, { host, cause });
  }
}

/** An `ssh` that has logged in and waits for the command that it is to become. The login shell may be any. */
async function loggedIn(target: Target): Promise<OpensshProcess> {
  const mark = randomBytes(8).toString('hex');
  const one = await startOpenssh(target, `exec sh -c 'echo ${mark}; IFS= read -r c; eval "$c"'`, mark);
  const stop = whenGivenUp(target, () => one.kill());
  const answer = await one.answer(2 * target.connectTimeout);
  stop();
  if (answer === 'marked' || answer === 'in') return one;
  one.kill();
  if (answer === 'failed') throw opensshFailure(target, one.said());
  const seconds = target.connectTimeout / 1000;
  throw transportError('handshake-timeout', { ...whereOf(target), seconds }, { host: target.name });
}

function channelOf({ stdin, stdout, stderr, ended, isLost }: OpensshProcess): Channel {
  const exit = ended.then(({ code, signal }): Exit => {
    stdin.destroy();
    // A signal here has ended ssh, and not what it ran.
    return { code: isLost() || signal !== undefined ? undefined : code, signal: undefined };
  });
  return { stdin, stdout, stderr, exit };
}
