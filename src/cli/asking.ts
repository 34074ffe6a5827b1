import { askHidden, askLine } from '../secrets/ask.ts';
import { reveal, secret, type Secret } from '../secrets/secret.ts';
import type { Asking } from '../transport/target.ts';

const variable = 'TSPLAY_PASSWORD';

/** Shows nothing else while a person is asked. */
export type Quietly = <T>(question: () => Promise<T>) => Promise<T>;

/** The password for logging in: typed in, or from the environment, which then forgets it. */
export async function loginPassword(ask: boolean): Promise<Secret | undefined> {
  const given = process.env[variable];
  delete process.env[variable];
  if (ask) return secret(await askHidden('the password for logging in', `Set ${variable} instead.`));
  return given === undefined || given === '' ? undefined : secret(given);
}

/** What can be asked for while hosts are connected to: nothing where nobody sits at a terminal. */
export function askingWith(password: Secret | undefined, quietly: Quietly, signal: AbortSignal): Asking {
  const someone = process.stdin.isTTY && process.stderr.isTTY;
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(question: () => Promise<T>): Promise<T> => {
    // Who has left one question wants no other.
    const next = turn.then(() => {
      signal.throwIfAborted();
      return quietly(question);
    });
    turn = next.catch(() => {});
    return next;
  };
  return {
    password: password === undefined ? undefined : () => Promise.resolve(reveal(password)),
    passphrase: someone ? (file) => inTurn(() => askHidden(`the passphrase of ${file}`)) : undefined,
    agree: someone
      ? (question) => inTurn(async () => /^\s*yes\s*$/i.test(await askLine(`${question} (yes/no) `)))
      : undefined,
  };
}
