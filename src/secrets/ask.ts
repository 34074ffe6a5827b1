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
  stderr.write(`${what.slice(0, 1).toUpperCase()}${what.slice(1)}: `);
  stdin.setRawMode(true);
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
          reject(secretError('nothing-typed', { what }));
          return;
        }
        if (character === '\u007f' || character === '\b') typed.pop();
        else typed.push(character);
      }
    };
    stdin.on('data', read);
  });
}
