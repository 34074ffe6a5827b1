import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { compilerPath } from '../../playbook/load/compiler.ts';

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
}

/** A place in a text; both count from 0. */
export interface Position {
  readonly line: number;
  readonly character: number;
}

/** What could stand at a place. */
export interface Proposal {
  readonly label: string;
  /** The number of the protocol for what it is: 2 a method, 5 a field, 10 a property, 12 a value, … */
  readonly kind?: number;
}

/**
 * The compiler as an editor has it beside itself: it says what could stand at a place of a file.
 *
 * @see https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/
 */
export class LanguageServer {
  readonly #uri: string;
  readonly #server: ChildProcessWithoutNullStreams;
  readonly #answers = new Map<number, (result: unknown) => void>();
  readonly #ready: Promise<unknown>;
  #received = Buffer.alloc(0);
  #asked = 0;
  #version = 0;

  /** @param file - may have another text here than it has on disk */
  constructor(file: string) {
    this.#uri = pathToFileURL(file).href;
    const { PATH, HOME } = process.env;
    this.#server = spawn(compilerPath(), ['--lsp', '--stdio'], { env: { PATH, HOME } });
    this.#server.stderr.resume();
    this.#server.stdin.on('error', () => {});
    this.#server.on('error', () => this.#end());
    this.#server.on('close', () => this.#end());
    this.#server.stdout.on('data', (chunk: Buffer) => {
      this.#received = Buffer.concat([this.#received, chunk]);
      this.#read();
    });
    this.#ready = this.#start();
  }

  /** Gives the file another text. */
  async write(text: string): Promise<void> {
    await this.#ready;
    this.#version += 1;
    const { version, uri } = { version: this.#version, uri: this.#uri };
    if (version === 1) {
      const textDocument = { uri, languageId: 'typescript', version, text };
      this.#send({ method: 'textDocument/didOpen', params: { textDocument } });
    } else {
      const params = { textDocument: { uri, version }, contentChanges: [{ text }] };
      this.#send({ method: 'textDocument/didChange', params });
    }
  }

  /** What could stand at a place; nothing where the compiler knows nothing. */
  async proposals(position: Position): Promise<readonly Proposal[]> {
    await this.#ready;
    const params = { textDocument: { uri: this.#uri }, position };
    const result = await this.#ask('textDocument/completion', params);
    return (result as { readonly items?: readonly Proposal[] } | null | undefined)?.items ?? [];
  }

  close(): void {
    this.#server.kill();
  }

  async #start(): Promise<void> {
    await this.#ask('initialize', { processId: process.pid, rootUri: null, capabilities: {} });
    this.#send({ method: 'initialized', params: {} });
  }

  #ask(method: string, params: unknown): Promise<unknown> {
    this.#asked += 1;
    const id = this.#asked;
    return new Promise((resolve) => {
      this.#answers.set(id, resolve);
      this.#send({ id, method, params });
    });
  }

  #send(message: Message): void {
    const text = JSON.stringify({ jsonrpc: '2.0', ...message });
    this.#server.stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
  }

  #read(): void {
    for (;;) {
      const head = this.#received.indexOf('\r\n\r\n');
      const length = Number(/Content-Length: (\d+)/.exec(this.#received.toString('latin1', 0, head))?.[1]);
      if (head < 0 || this.#received.length < head + 4 + length) return;
      const message = JSON.parse(this.#received.toString('utf8', head + 4, head + 4 + length)) as Message;
      this.#received = this.#received.subarray(head + 4 + length);
      if (message.id === undefined) continue;
      // What it asks of the editor has no answer here.
      if (message.method === undefined) this.#answers.get(message.id)?.(message.result);
      else this.#send({ id: message.id, result: null });
    }
  }

  /** Who still waits is not kept waiting. */
  #end(): void {
    for (const answer of this.#answers.values()) answer(undefined);
  }
}
