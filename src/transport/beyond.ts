import type { TsplayError } from '../errors/tsplay-error.ts';

/** What a host asks for is beyond ssh2, and OpenSSH can do it. */
export class Beyond extends Error {
  /** In words that end a sentence. */
  readonly reason: string;
  /** What to tell where there is no other way than ssh2. */
  readonly error: TsplayError;

  constructor(reason: string, error: TsplayError) {
    super(reason);
    this.reason = reason;
    this.error = error;
  }
}
