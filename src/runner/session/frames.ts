import { StringDecoder } from 'node:string_decoder';

/** One frame: what it is, its words, and its payloads, which may hold any bytes. */
export interface Frame {
  readonly type: string;
  readonly words: readonly string[];
  readonly payloads: readonly string[];
}

/** How many words follow each type of frame; what comes after them are the lengths of its payloads. */
const words: Readonly<Record<string, number>> = {
  hello: 1,
  task: 1,
  end: 3,
  step: 2,
  rc: 2,
  body: 1,
  fetch: 3,
  retry: 3,
  late: 2,
  missing: 0,
  refused: 0,
  as: 0,
  alone: 0,
  state: Number.POSITIVE_INFINITY,
  undo: 1,
  undone: 1,
  gone: 0,
  finish: 0,
  bye: 0,
};

/** What the parser calls. Text outside of frames is output of commands. */
export interface FrameHandler {
  frame(frame: Frame): void;
  text(text: string): void;
}

/**
 * Splits a stream into frames and what stands between them. A frame starts with a record separator and the nonce
 * of this session; anything else, other nonces included, is text.
 */
export class FrameParser {
  readonly #start: Buffer;
  readonly #handler: FrameHandler;
  /** A character may come in two pieces. */
  readonly #decoder = new StringDecoder('utf8');
  #rest: Buffer = Buffer.alloc(0);

  constructor(nonce: string, handler: FrameHandler) {
    this.#start = Buffer.from(`\x1e${nonce} `);
    this.#handler = handler;
  }

  push(chunk: Buffer): void {
    let data = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    for (;;) {
      const at = data.indexOf(this.#start);
      if (at < 0) {
        const keep = this.#partialStart(data);
        this.#text(data.subarray(0, data.length - keep));
        this.#rest = data.subarray(data.length - keep);
        return;
      }
      this.#text(data.subarray(0, at));
      data = data.subarray(at);
      const size = this.#readFrame(data);
      if (size === 0) {
        this.#rest = data;
        return;
      }
      data = data.subarray(size);
    }
  }

  /** The stream has ended: an unfinished frame is text. */
  end(): void {
    this.#text(this.#rest);
    this.#endText();
    this.#rest = Buffer.alloc(0);
  }

  #text(bytes: Buffer): void {
    this.#tell(this.#decoder.write(bytes));
  }

  /** What comes next is not text: a piece of a character stays a piece. */
  #endText(): void {
    this.#tell(this.#decoder.end());
  }

  #tell(text: string): void {
    if (text !== '') this.#handler.text(text);
  }

  /** How many bytes at the end could be the beginning of a frame. */
  #partialStart(data: Buffer): number {
    const separator = data.lastIndexOf(0x1e);
    if (separator < 0) return 0;
    const tail = data.subarray(separator);
    return tail.length < this.#start.length && this.#start.subarray(0, tail.length).equals(tail)
      ? tail.length
      : 0;
  }

  /** Reads one frame at the start of `data`; 0 if it has not arrived whole. */
  #readFrame(data: Buffer): number {
    const line = data.indexOf(0x0a);
    if (line < 0) return 0;
    const [type = '', ...rest] = data.toString('latin1', this.#start.length, line).split(' ');
    const count = type === 'step' && rest[1] === 'failed' ? 3 : (words[type] ?? 0);
    const payloads: string[] = [];
    let at = line + 1;
    for (const word of rest.slice(count)) {
      const length = Number(word);
      if (data.length < at + length) return 0;
      payloads.push(data.toString('utf8', at, at + length));
      at += length;
    }
    this.#endText();
    this.#handler.frame({ type, words: rest.slice(0, count), payloads });
    return at;
  }
}
