import { chmodSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import type { Target } from './transport.ts';

/** How ssh asks for what only a person or the inventory knows. */
export interface Askpass {
  readonly environment: Readonly<Record<string, string>>;
  /** A question has no answer yet. */
  readonly asking: () => boolean;
  close(): void;
}

/** Is there an answer to anything that ssh may ask? */
export function canAsk({ password, passphrase, newKeys }: Target): boolean {
  return password !== undefined || passphrase !== undefined || newKeys?.agree !== undefined;
}

/** Asks over a socket that only this user can open: the answer stands in no file, variable or command line. */
const helper = `const { connect } = require('node:net');
const socket = connect(process.argv[2]);
socket.end(JSON.stringify({ prompt: process.argv[3] ?? '', kind: process.env.SSH_ASKPASS_PROMPT ?? '' }));
let answer = '';
socket.on('data', (chunk) => (answer += chunk));
socket.on('error', () => process.exit(1));
socket.on('end', () => {
  if (answer === '') process.exit(1);
  process.stdout.write(answer.slice(1) + '\\n');
});
`;

/**
 * Prepares a program for ssh to ask with.
 *
 * @param folder - one that only this user can read; it goes with the process
 * @returns undefined where nobody can be asked
 */
export async function askpass(target: Target, folder: string): Promise<Askpass | undefined> {
  if (!canAsk(target)) return undefined;
  const [program, socket, script] = ['ask', 'socket', 'ask.cjs'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  writeFileSync(script, helper);
  const words = [process.execPath, script, socket].map(
    (word) => `'${word.replaceAll("'", String.raw`'\''`)}'`,
  );
  writeFileSync(program, `#!/bin/sh\nexec ${words.join(' ')} "$1"\n`);
  chmodSync(program, 0o700);
  let open = 0;
  const server = createServer({ allowHalfOpen: true }, (connection) => {
    connection.on('error', () => {});
    open += 1;
    void (async () => {
      try {
        const { prompt, kind } = JSON.parse(await all(connection)) as { prompt: string; kind: string };
        const answer = kind === 'none' ? undefined : await answerTo(target, prompt);
        // With a letter before it, so that an empty answer is told from none.
        connection.end(answer === undefined ? '' : `=${answer}`);
      } catch {
        connection.end();
      } finally {
        open -= 1;
      }
    })();
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  server.unref();
  return {
    environment: { SSH_ASKPASS: program, SSH_ASKPASS_REQUIRE: 'force' },
    asking: () => open > 0,
    close: () => server.close(),
  };
}

/** What comes over a connection, which stays open for the answer. */
function all(connection: Socket): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    connection.on('data', (chunk) => (text += chunk.toString('utf8')));
    connection.once('end', () => resolve(text));
  });
}

async function answerTo(target: Target, prompt: string): Promise<string | undefined> {
  const [, file] = /passphrase for (?:key )?'?(.*?)'?: *$/.exec(prompt) ?? [];
  if (file !== undefined) return target.passphrase?.(file);
  if (/\(yes\/no/.test(prompt)) {
    const agree = target.newKeys?.agree;
    return agree !== undefined && (await agree(prompt.replace(/ *Are you sure.*$/s, ''))) ? 'yes' : 'no';
  }
  return target.password?.();
}
