import { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

/** A unix socket that is spoken to in lines. */
export interface LineSocket {
  send(line: string): void;
  /** The next line; nothing once the socket is closed or its deadline has passed. */
  next(): Promise<string | undefined>;
  close(): void;
}

function connect(path: string, deadline: AbortSignal): Promise<LineSocket> {
  return new Promise((resolve, reject) => {
    const socket = new Socket();
    socket.once('error', reject);
    socket.connect(path, () => {
      // From here on an error ends the lines; who waits for one sees that.
      socket.off('error', reject).on('error', () => {});
      deadline.addEventListener('abort', () => socket.destroy(), { once: true });
      const reader = createInterface({ input: socket });
      const lines = reader[Symbol.asyncIterator]();
      // The reader sees the other end hang up, but not that we do.
      socket.once('close', () => reader.close());
      resolve({
        send: (line) => void socket.write(`${line}\n`),
        next: async () => {
          try {
            const { done, value } = await lines.next();
            return done ? undefined : value;
          } catch {
            // The other end was ended in mid-sentence, and the reader passes the socket's error on.
            return undefined;
          }
        },
        close: () => socket.destroy(),
      });
    });
  });
}

/** Connects as soon as somebody listens at `path`; nothing if nobody does before the deadline. */
export async function connectWhenThere(path: string, deadline: AbortSignal): Promise<LineSocket | undefined> {
  while (!deadline.aborted) {
    try {
      return await connect(path, deadline);
    } catch {
      await sleep(10);
    }
  }
  return undefined;
}
