import { reveal, Secret } from '../../secrets/secret.ts';
import { forPrintf, type InlineContent, type LocalFile } from '../content.ts';
import { quote, type Sh } from '../sh.ts';
import type { Step } from '../step.ts';
import { comment, type Part } from './part.ts';

/** Puts one step into its part of the program: functions, and the call that does it. */
export class StepWriter {
  readonly part: Part;
  readonly number: number;
  readonly #what: string;
  readonly #calls: string[];

  constructor(step: Step, number: number, part: Part, calls: string[]) {
    this.part = part;
    this.number = number;
    this.#what = step.what;
    this.#calls = calls;
  }

  /** A half by its letter, if there is one, and what it does to what the step is about. */
  half(letter: string, about: string, code: Sh | undefined): void {
    if (code !== undefined) this.function(letter, `${about} ${this.#what}`, code.text);
  }

  /** A function of the step, with its title. */
  function(letter: string, title: string, code: string): void {
    this.part.lines.push(`# ${comment(title)}`, `${letter}${this.number}() {`, code, '}');
  }

  line(text: string): void {
    this.part.lines.push(text);
  }

  /** The statuses of its reading half, for its inverse too. */
  absent(statuses: string): void {
    this.line(`ts_absent_${this.number}=${statuses}`);
  }

  /** Says which halves the step has of those that it need not have. */
  optional(letters: Readonly<Record<string, unknown>>): void {
    const there = Object.keys(letters).filter((letter) => letters[letter] !== undefined);
    if (there.length > 0) this.line(`ts_halves_${this.number}=${there.join('')}`);
  }

  /** The call of a function of the runtime, with the number of the step and what it is about before its words. */
  call(name: string, ...words: readonly string[]): void {
    this.#calls.push([name, this.number, quote(this.#what), ...words].join(' '));
  }

  /** What stands among the calls as it is. */
  before(text: string): void {
    this.#calls.push(text);
  }

  /** Does a task of this program need the shared value? */
  needs(resource: string): boolean {
    return this.part.needed.has(resource);
  }

  /** The host may ask for this file when it does the step. */
  asksFor(file: LocalFile): void {
    this.part.bodies.set(this.number, file);
    this.line(`ts_sum_${this.number}='${file.sha256} ${file.size}'`);
  }

  /** What a half finds in a variable. */
  input(text: string | Secret | undefined): string {
    return text === undefined ? '' : `ts_input=${this.word(text)}\n`;
  }

  /** Prints content byte for byte. */
  print(content: InlineContent): string {
    const { format, text } = forPrintf(content);
    return `printf '${format}' ${content instanceof Secret ? this.secret(text) : quote(text)}`;
  }

  /** A text that a step wants, or finds in a variable, as one word. */
  word(text: string | Secret): string {
    return text instanceof Secret ? this.secret(reveal(text)) : quote(text);
  }

  /** A value that travels beside the body, as one word of it. */
  secret(text: string, suffix = ''): string {
    const name = `TS_SECRET_${this.number}${suffix}`;
    this.part.secrets.set(name, text);
    return `"$${name}"`;
  }
}

/** The statuses of a reading half that mean "there is none", behind how it is run. */
export function statusesOf(reading: Sh, absent: readonly number[]): string {
  return quote([...(reading.inPlace ? ['here'] : []), ...absent].join(' '));
}

export const yesNo = (flag: boolean): string => (flag ? 'yes' : 'no');
