import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Counts of one host, as the last line of `--output json` gives them. */
export interface Counts {
  readonly ok: number;
  readonly changed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly unknown: number;
  readonly unreachable: boolean;
}

/** A folder with playbooks that run in a lab of its own, by the command line as a user would. */
export class LabProject {
  readonly #dir = mkdtempSync(join(tmpdir(), 'tsplay-lab-'));
  readonly #lab: string;

  constructor(lab: string) {
    this.#lab = lab;
    mkdirSync(join(this.#dir, 'node_modules'));
    symlinkSync(root, join(this.#dir, 'node_modules/tsplay'));
    writeFileSync(join(this.#dir, 'package.json'), '{"type":"module"}');
  }

  /** Runs the command line; gives its status and what it printed. */
  cli(...args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
    const env = { ...process.env, TSPLAY_LAB: this.#lab };
    return new Promise((resolve) => {
      execFile(
        process.execPath,
        [join(root, 'dist/src/cli/main.js'), ...args],
        { cwd: this.#dir, env, maxBuffer: 1 << 26 },
        (error, stdout, stderr) => resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
      );
    });
  }

  /** Runs or checks a play with this body on lab1; gives the counts of its tasks. */
  async play(mode: 'run' | 'check', body: string): Promise<Counts> {
    const file = join(this.#dir, 'play.ts');
    writeFileSync(
      file,
      `import { play } from 'tsplay';
import * as m from 'tsplay/modules';
export default play('Test', { hosts: 'lab1', become: true }, () => {
${body}
});
`,
    );
    const { stdout, stderr } = await this.cli(mode, file, '-i', 'lab', '--output', 'json');
    const last = stdout.trim().split('\n').at(-1) ?? '';
    if (stderr !== '' || last === '') throw new Error(`${stderr}\n${stdout}`);
    const counts = (JSON.parse(last) as { hosts: Record<string, Counts> }).hosts['lab1'];
    if (counts === undefined || counts.failed > 0 || counts.unreachable) throw new Error(stdout);
    return counts;
  }

  /** Runs a command on lab1 and gives what it printed. */
  async host(command: string): Promise<string> {
    const { code, stdout, stderr } = await this.cli('lab', 'ssh', 'lab1', '--', command);
    if (code !== 0) throw new Error(`${command}: ${stderr}${stdout}`);
    return stdout;
  }

  async close(): Promise<void> {
    await this.cli('lab', 'down');
    rmSync(this.#dir, { recursive: true });
  }
}
