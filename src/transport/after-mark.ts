import { Transform, type TransformCallback } from 'node:stream';

/** Bytes that are kept of what stands before a mark, or of the beginning where there is none. */
const most = 4_096;

/** Passes on what stands behind a line that is a mark. Where the mark never comes, it is all that there was. */
export class AfterMark extends Transform {
  readonly marked: Promise<void>;
  readonly #mark: Buffer | undefined;
  #before = Buffer.alloc(0);
  #begin = '';
  #end = '';
  #passes: boolean;
  #found: () => void = () => {};

  constructor(mark: string | undefined) {
    super();
    this.#mark = mark === undefined ? undefined : Buffer.from(`${mark}\n`);
    this.#passes = mark === undefined;
    this.marked = new Promise((resolve) => {
      this.#found = resolve;
    });
  }

  /** How it began. */
  get firstWords(): string {
    return this.#begin;
  }

  /** How it ended. */
  get lastWords(): string {
    return this.#end;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    if (this.#begin.length < most) this.#begin += chunk.toString('utf8').slice(0, most - this.#begin.length);
    this.#end = (this.#end + chunk.toString('utf8')).slice(-most);
    if (this.#passes || this.#mark === undefined) {
      done(null, chunk);
      return;
    }
    const all = Buffer.concat([this.#before, chunk]);
    const at = all.indexOf(this.#mark);
    if (at === -1) {
      // What can be neither shown nor a part of the mark need not be kept.
      const tail = all.subarray(Math.max(most, all.length - this.#mark.length));
      this.#before = Buffer.concat([all.subarray(0, most), tail]);
      done();
      return;
    }
    this.#passes = true;
    this.#before = Buffer.alloc(0);
    this.#found();
    const rest = all.subarray(at + this.#mark.length);
    if (rest.length > 0) this.push(rest);
    done();
  }

  override _flush(done: TransformCallback): void {
    if (!this.#passes) this.push(this.#before);
    done();
  }
}
