import { transportError } from '../errors/transport.ts';
import { TsplayError } from '../errors/tsplay-error.ts';
import { Beyond } from './beyond.ts';
import type { Dialed } from './dial.ts';
import { timeout } from './dial-directly.ts';
import { whenGivenUp } from './given-up.ts';
import type { Ssh2Connection } from './ssh2-connection.ts';
import { whereOf, type Target } from './transport.ts';

/** A connection to a jump host, and how many go through it. */
interface Shared {
  readonly connection: Promise<Ssh2Connection>;
  users: number;
}

// One login is enough for all hosts behind a jump host.
const open = new Map<string, Shared>();

/** Opens a connection from a jump host to a host behind it. Each of them shows its own key to us. */
export async function dialThroughJump(target: Target, via: Target): Promise<Dialed> {
  const key = JSON.stringify({ ...via, name: '', label: '' });
  let shared = open.get(key);
  if (shared === undefined) {
    shared = { connection: import('./ssh2-transport.ts').then(({ openSsh2 }) => openSsh2(via)), users: 0 };
    open.set(key, shared);
    const forget = (): void => void (open.get(key) === shared && open.delete(key));
    shared.connection.then(({ closed }) => closed.then(forget), forget);
  }
  shared.users += 1;
  const { connection } = shared;
  const leave = once(async () => {
    shared.users -= 1;
    if (shared.users > 0) return;
    if (open.get(key) === shared) open.delete(key);
    await (await connection).close();
  });
  try {
    const stream = await within(
      target,
      (await jumped(target, connection)).forward(target.address, target.port),
    );
    stream.once('close', () => void leave());
    stream.on('error', () => {});
    return { stream, failure: () => Promise.resolve(undefined) };
  } catch (error) {
    void leave().catch(() => {});
    if (error instanceof TsplayError || error instanceof Beyond) throw error;
    const problem = (error as Error).message;
    const args = { ...whereOf(target), jump: whereOf(via), problem };
    throw transportError('jump-refused', args, { host: target.name, cause: error });
  }
}

/** The connection to the jump host; what is wrong with it is wrong for every host behind it. */
async function jumped(target: Target, connection: Promise<Ssh2Connection>): Promise<Ssh2Connection> {
  try {
    return await connection;
  } catch (error) {
    if (!(error instanceof TsplayError) || error.host === target.name) throw error;
    const { code, exit, message, hint, cause } = error;
    throw new TsplayError(code, exit, `${target.name}: on the way there: ${message}`, hint, {
      host: target.name,
      cause,
    });
  }
}

async function within<T extends { destroy(): unknown }>(target: Target, opening: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  let watching: (() => void) | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    const end = (): void => reject(timeout(target));
    timer = setTimeout(end, target.connectTimeout);
    watching = whenGivenUp(target, end);
  });
  try {
    return await Promise.race([opening, late]);
  } catch (error) {
    opening.then(
      (stream) => stream.destroy(),
      () => {},
    );
    throw error;
  } finally {
    clearTimeout(timer);
    watching?.();
  }
}

function once(action: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => (done ??= action());
}
