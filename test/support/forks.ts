import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Counts the processes that a command and those that it starts begin. */
export class Forks {
  readonly #folder = mkdtempSync(join(tmpdir(), 'tsplay-forks-'));
  readonly #file = join(this.#folder, 'trace');
  /** Words of a command that runs another one and counts. */
  readonly under: readonly string[] = [
    ...'strace -f -qq --seccomp-bpf -e trace=clone,clone3,fork,vfork -e signal=none -o'.split(' '),
    this.#file,
  ];

  /** How many the last command has begun. */
  count(): number {
    const lines = readFileSync(this.#file, 'latin1').split('\n');
    return lines.filter((line) => /\) += [1-9]\d*$|resumed.* = [1-9]\d*$/.test(line)).length;
  }

  close(): void {
    rmSync(this.#folder, { recursive: true });
  }
}
