import { Writable, type Readable } from 'node:stream';
import type { ClientChannel } from 'ssh2';
import type { Channel, Exit } from './transport.ts';

/**
 * Makes a channel of ssh2 behave like the pipes of a child process. It has to be called before ssh2 parses on,
 * since the end of a short command can stand in the same packet as its start. `gone` settles with the connection.
 */
export function ssh2Channel(stream: ClientChannel, gone: Promise<unknown>): Channel {
  let ended: Exit = { code: undefined, signal: undefined };
  const stdin = writableEnd(stream);
  const { stderr } = stream;
  const closed = new Promise<void>((resolve) => stream.once('close', resolve));
  // ssh2 throws out of a read when the connection has just gone; that the connection has gone is told anyway.
  for (const readable of [stream, stderr]) readable.on('error', () => {});
  stream.once('exit', (code: number | null, signal?: string) => {
    ended = { code: code ?? undefined, signal };
    stdin.destroy();
  });
  const letGo = (): void => {
    stdin.destroy();
    // Nobody who has not begun to read by now will wait for more; the end has to be reached all the same.
    for (const readable of [stream, stderr]) if (readable.readableFlowing === null) readable.resume();
  };
  void gone.then(letGo);
  const exit = Promise.all([end(stream), end(stderr), Promise.race([closed, gone])]).then(() => ended);
  return { stdin, stdout: stream, stderr, exit };
}

function end(readable: Readable): Promise<void> {
  return new Promise((resolve) => {
    for (const event of ['end', 'close', 'error']) readable.once(event, () => resolve());
  });
}

/**
 * The writable half alone. ssh2 forgets the callback of a write when the channel closes, and throws out of one
 * when the connection has just gone; here both end as an error of this stream.
 */
function writableEnd(stream: ClientChannel): Writable {
  const stdin = new Writable({
    write(chunk: Buffer, _encoding, done) {
      try {
        stream.write(chunk, done);
      } catch (error) {
        done(error as Error);
      }
    },
    final(done) {
      stream.end(() => done());
    },
  });
  stdin.on('error', () => {});
  return stdin;
}
