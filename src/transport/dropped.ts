/** An overloaded or strict sshd closes with one of these lines, or without a word. */
export function isSshd(said: string): boolean {
  return said === '' || /^(SSH-|Exceeded MaxStartups|Not allowed at this time)/.test(said);
}

/** The host has ended a connection before the key exchange was done, as it does when it has too many: try again. */
export class Dropped extends Error {
  /** How it began to speak; empty where it did not. */
  readonly said: string;

  constructor(said: string, cause?: unknown) {
    super('the host closed the connection', { cause });
    this.said = said;
  }
}
