import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';

/** Looks at the command line and the environment of every process of this machine, again and again. */
export class ProcessWatch {
  readonly #words: readonly string[];
  readonly #found = new Map<string, string>();
  #going = true;
  #done: Promise<void> = Promise.resolve();
  passes = 0;

  constructor(words: readonly string[]) {
    this.#words = words;
    this.#done = this.#watch();
  }

  /** Ends; gives where a word was seen. */
  async stop(): Promise<readonly string[]> {
    this.#going = false;
    await this.#done;
    return [...this.#found.values()];
  }

  async #watch(): Promise<void> {
    while (this.#going) {
      for (const pid of readdirSync('/proc')) if (/^\d/.test(pid)) this.#look(pid);
      this.passes += 1;
      // What is executed is told by strace; this leaves the machine to those who are looked at.
      await setTimeout(25);
    }
  }

  #look(pid: string): void {
    for (const name of ['cmdline', 'environ']) {
      let text = '';
      try {
        text = readFileSync(`/proc/${pid}/${name}`, 'latin1');
      } catch {
        // It has ended.
      }
      for (const word of this.#words) {
        if (text.includes(word))
          this.#found.set(`${pid} ${name}`, `${name} of ${pid}: ${text.replaceAll('\0', ' ')}`);
      }
    }
  }
}

/** Every program that a process and those that it starts execute, with arguments and environment. */
export interface ExecTrace {
  /** Stops looking. What is looked at goes on. */
  stop(): Promise<void>;
  /** A line for each program. */
  lines(): readonly string[];
}

const options = ['-f', '-qq', '-v', '-s', '1000000', '-e', 'trace=execve,execveat', '-e', 'signal=none'];

/** The words of a command that runs another one and writes down in a file what that executes. */
export function traced(file: string, words: readonly string[]): readonly string[] {
  return ['strace', ...options, '--seccomp-bpf', '-o', file, ...words];
}

/** The lines that were written down. */
export function tracedLines(file: string): readonly string[] {
  return readFileSync(file, 'latin1')
    .split('\n')
    .filter((line) => line.includes('execve'));
}

/** Looks at a process that runs already. */
export async function traceProcess(pid: number, file: string): Promise<ExecTrace> {
  const tracer: ChildProcess = spawn('strace', [...options, '-o', file, '-p', String(pid)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const until = Date.now() + 10_000;
  while (!/^TracerPid:\s+[1-9]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))) {
    if (Date.now() > until || tracer.exitCode !== null) throw new Error('strace cannot look at the process');
    await setTimeout(20);
  }
  return {
    async stop() {
      if (tracer.exitCode !== null || !tracer.kill('SIGINT')) return;
      await once(tracer, 'close');
    },
    lines: () => tracedLines(file),
  };
}
