import { spawn } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { compilerPath } from '../../src/playbook/load/compiler.ts';

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
}

/**
 * What an editor proposes in a file, at each `|` in its text: the compiler answers as a language server.
 *
 * @see https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/
 */
export async function proposals(file: string, marked: string): Promise<readonly (readonly string[])[]> {
  const server = spawn(compilerPath(), ['--lsp', '--stdio'], { stdio: ['pipe', 'pipe', 'ignore'] });
  const answers = new Map<number, (result: unknown) => void>();
  const send = (message: Message): void => {
    const text = JSON.stringify({ jsonrpc: '2.0', ...message });
    server.stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
  };
  let received = Buffer.alloc(0);
  server.stdout.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    for (;;) {
      const head = received.indexOf('\r\n\r\n');
      const length = Number(/Content-Length: (\d+)/.exec(received.toString('latin1', 0, head))?.[1]);
      if (head < 0 || received.length < head + 4 + length) return;
      const message = JSON.parse(received.toString('utf8', head + 4, head + 4 + length)) as Message;
      received = received.subarray(head + 4 + length);
      if (message.id === undefined) continue;
      // What it asks of the editor has no answer here.
      if (message.method === undefined) answers.get(message.id)?.(message.result);
      else send({ id: message.id, result: null });
    }
  });
  let count = 0;
  const ask = (method: string, params: unknown): Promise<unknown> =>
    new Promise((resolve) => {
      count += 1;
      answers.set(count, resolve);
      send({ id: count, method, params });
    });
  try {
    const uri = pathToFileURL(file).href;
    await ask('initialize', { processId: process.pid, rootUri: null, capabilities: {} });
    send({ method: 'initialized', params: {} });
    const text = marked.replaceAll('|', '');
    send({
      method: 'textDocument/didOpen',
      params: { textDocument: { uri, languageId: 'typescript', version: 1, text } },
    });
    const found: (readonly string[])[] = [];
    for (const position of positions(marked)) {
      const result = await ask('textDocument/completion', { textDocument: { uri }, position });
      found.push(
        (result as { readonly items: readonly { readonly label: string }[] }).items.map(({ label }) => label),
      );
    }
    return found;
  } finally {
    server.kill();
  }
}

function positions(marked: string): readonly { readonly line: number; readonly character: number }[] {
  return marked
    .split('\n')
    .flatMap((text, line) =>
      [...text.matchAll(/\|/g)].map(({ index }, earlier) => ({ line, character: index - earlier })),
    );
}
