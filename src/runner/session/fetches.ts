import { createHash, randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Channel, Connection } from '../../transport/transport.ts';

/** Reads a path, again and again: writes out what comes through the pipe there, and gives it a line that it reads then. */
const sender = `exec sh -c 'while IFS= read -r f; do cat <"$f"; IFS= read -r a || exit; printf "%s\\n" "$a" >"$f"; done'`;

/** What a host says that it is going to send. */
export interface Announced {
  readonly pipe: string;
  readonly size: number;
  readonly sha256: string;
}

/** Takes files of one host: one after the other over one channel, which is opened for the first of them. */
export class Fetches {
  readonly #connection: Connection;
  #channel: Channel | undefined;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /**
   * Takes a file, and tells the host what became of it. It is there whole, or not at all. Rejects where the host opens no
   * channel for it.
   */
  async take(to: string, announced: Announced, told: (bytes: number) => void): Promise<void> {
    const channel = (this.#channel ??= await this.#open());
    channel.stdin.write(`${announced.pipe}\n`);
    let answer = 'ok';
    try {
      await receive(channel, to, announced, told);
    } catch (error) {
      answer = `${to} could not be written: ${(error as Error).message}`.replaceAll('\n', ' ');
      // What was not read is of no use any more; the end of the channel ends the pipe, too.
      if (error instanceof Unfinished) this.close();
    }
    channel.stdin.write(`${answer}\n`);
  }

  close(): void {
    const channel = this.#channel;
    this.#channel = undefined;
    channel?.stdin.end();
    channel?.stdout.resume();
  }

  async #open(): Promise<Channel> {
    const channel = await this.#connection.exec(sender);
    channel.stdin.on('error', () => {});
    channel.stderr.resume();
    void channel.exit.finally(() => {
      if (this.#channel === channel) this.#channel = undefined;
    });
    return channel;
  }
}

/** Not all of it was read. */
class Unfinished extends Error {}

async function receive(
  { stdout, exit }: Channel,
  to: string,
  { size, sha256 }: Announced,
  told: (bytes: number) => void,
): Promise<void> {
  const temporary = join(dirname(to), `.${basename(to).slice(0, 200)}.${randomBytes(4).toString('hex')}~`);
  let problem: Error | undefined;
  const attempt = async (work: () => Promise<unknown>): Promise<void> => {
    if (problem !== undefined) return;
    await work().catch((error: unknown) => {
      problem = error as Error;
    });
  };
  await attempt(() => mkdir(dirname(to), { recursive: true }));
  const handle = await open(temporary, 'wx', 0o600).catch((error: unknown) => {
    problem ??= error as Error;
  });
  try {
    const hash = createHash('sha256');
    let got = 0;
    // Nothing comes behind it before the host has been answered.
    if (size > 0) {
      const chunks = stdout.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer, undefined>;
      while (got < size) {
        const next = await Promise.race([chunks.next(), exit]);
        if (!('value' in next) || next.value === undefined) break;
        const chunk = next.value;
        hash.update(chunk);
        await attempt(async () => handle?.write(chunk));
        got += chunk.length;
        told(got);
      }
      if (got >= size) await chunks.return?.();
    }
    if (got < size) throw new Unfinished('not all of it has arrived');
    if (hash.digest('hex') !== sha256) throw new Error('the file has changed while it was read');
    await attempt(async () => handle?.sync());
    await attempt(() => rename(temporary, to));
    if (problem !== undefined) throw problem;
  } finally {
    await handle?.close();
    await rm(temporary, { force: true });
  }
}
