import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import type { LocalFile } from '../../steps/content.ts';
import type { Channel, Connection } from '../../transport/transport.ts';

/**
 * Reads a path, a length and as many bytes, again and again, and writes the bytes there. `head` may read further than it
 * gives; but the next path comes only when the program has asked for it, which has read all of the one before by then.
 */
const receiver = `exec sh -c 'while IFS= read -r f && IFS= read -r n; do head -c "$n" >"$f" || exit; done'`;

/** Bytes that are read at once. */
const piece = 1 << 18;

/** Sends files to one host: one after the other over one channel, which is opened for the first of them. */
export class Bodies {
  readonly #connection: Connection;
  #channel: Channel | undefined;
  bytesSent = 0;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /**
   * Sends a file to a pipe on the host. Gives what is wrong with the file where it is not any more what it was; the
   * program finds out by itself. Rejects where the host opens no channel for it.
   *
   * @param told - called with the bytes that have gone
   */
  async send(file: LocalFile, pipe: string, told: (bytes: number) => void): Promise<string | undefined> {
    const channel = (this.#channel ??= await this.#open());
    const gone = channel.exit.then(() => 'gone' as const);
    const write = writerOf(channel.stdin, gone);
    const head = `${pipe}\n${file.size}\n`;
    this.bytesSent += head.length;
    let problem: string | undefined;
    if (await write(Buffer.from(head))) {
      try {
        problem = await this.#stream(file, write, told);
      } catch (error) {
        problem = (error as Error).message;
      }
    }
    // A channel on which not all came that was announced is of no more use: its end ends the file on the host, too.
    if (problem !== undefined) this.close();
    return problem;
  }

  async #stream(
    { path, size, sha256 }: LocalFile,
    write: (chunk: Buffer) => Promise<boolean>,
    told: (bytes: number) => void,
  ): Promise<string | undefined> {
    const handle = await open(path);
    try {
      const hash = createHash('sha256');
      let sent = 0;
      while (sent < size) {
        const { bytesRead, buffer } = await handle.read({
          buffer: Buffer.allocUnsafe(Math.min(piece, size - sent)),
        });
        if (bytesRead === 0) return 'it has become shorter';
        const chunk = buffer.subarray(0, bytesRead);
        hash.update(chunk);
        if (!(await write(chunk))) return undefined;
        sent += bytesRead;
        this.bytesSent += bytesRead;
        told(sent);
      }
      return hash.digest('hex') === sha256 ? undefined : 'its content has changed';
    } finally {
      await handle.close();
    }
  }

  /** No more files: what is on its way ends here. */
  close(): void {
    const channel = this.#channel;
    this.#channel = undefined;
    channel?.stdin.end();
  }

  async #open(): Promise<Channel> {
    const channel = await this.#connection.exec(receiver);
    channel.stdin.on('error', () => {});
    channel.stdout.resume();
    channel.stderr.resume();
    void channel.exit.finally(() => {
      if (this.#channel === channel) this.#channel = undefined;
    });
    return channel;
  }
}

/** Writes as fast as the other end reads; gives false when that has gone. */
function writerOf(stdin: Writable, gone: Promise<'gone'>): (chunk: Buffer) => Promise<boolean> {
  return async (chunk) => {
    if (!stdin.writable) return false;
    const written = new Promise<'written' | 'gone'>((resolve) => {
      stdin.write(chunk, (error) => resolve(error == null ? 'written' : 'gone'));
    });
    return (await Promise.race([written, gone])) === 'written';
  };
}
