import { cliError } from '../../errors/cli.ts';

/** Most bytes that are passed on: every host gets all of them, and they are held in memory. */
const most = 16 << 20;

/** All that stands on standard input. It has to be text, since programs travel as such. */
export async function standardInput(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of stream) {
    pieces.push(piece);
    size += piece.length;
    if (size > most) throw cliError('bad-stdin', { problem: `it is more than ${most >> 20} MiB` });
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(pieces));
  } catch {
    throw cliError('bad-stdin', { problem: 'it is not text in UTF-8' });
  }
}
