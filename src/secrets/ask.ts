import { StringDecoder } from 'node:string_decoder';
import { secretError } from '../errors/secrets.ts';

/** One question at a time: what many wait for may be asked for by several of them at once. */
let asking: Promise<unknown> = Promise.resolve();

/**
 * Asks on the terminal, without showing what is typed.
 *
 * @param what - `the passphrase of …`
 * @param instead - what to do where there is no terminal
 */
export function askHidden(what: string, instead?: string): Promise<string> {
  const next = asking.then(() => ask(what, instead));
  asking = next.catch(() => {});
  return next;
}

function ask(what: string, instead: string | undefined): Promise<string> {
  const { stdin, stderr } = process;
  if (!stdin.isTTY || !stderr.isTTY) throw secretError('no-terminal', { what, instead });
  // Before the question: somebody may answer at once.
  stdin.setRawMode(true);
  stderr.write(`${what.slice(0, 1).toUpperCase()}${what.slice(1)}: `);
  return new Promise((resolve, reject) => {
    const decoder = new StringDecoder('utf8');
    const typed: string[] = [];
    const end = (): void => {
      stdin.setRawMode(false);
      stdin.pause();
      stdin.off('data', read);
      stderr.write('\n');
    };
    const read = (chunk: Buffer): void => {
      for (const character of decoder.write(chunk)) {
        if (character === '\r' || character === '\n') {
          end();
          resolve(typed.join(''));
          return;
        }
        if (character === '\u0003' || character === '\u0004') {
          end();
          if (character === '\u0003') interrupt();
          reject(secretError('nothing-typed', { what }));
          return;
        }
        if (character === '\u007f' || character === '\b') typed.pop();
        else typed.push(character);
      }
    };
    stdin.on('data', read);
    // It has been paused, if there was a question before.
    stdin.resume();
  });
}

/** Asks for a line on the terminal. */
export async function askLine(question: string): Promise<string> {
  const { createInterface } = await import('node:readline/promises');
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  // Else a question that is left open would never be answered.
  const left = new Promise<string>((resolve) => lines.once('close', () => resolve('')));
  lines.once('SIGINT', () => {
    lines.close();
    process.stderr.write('\n');
    interrupt();
  });
  try {
    return await Promise.race([lines.question(question), left]);
  } finally {
    lines.close();
  }
}

/** While a terminal is read character by character, Ctrl-C is no signal but a character. */
function interrupt(): void {
  // Whoever watches learns of it before the question has an answer.
  if (process.listenerCount('SIGINT') > 0) process.emit('SIGINT', 'SIGINT');
  else process.kill(process.pid, 'SIGINT');
}
