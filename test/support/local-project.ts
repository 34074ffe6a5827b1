import { spawn, spawnSync, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cli } from './cli.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What a command line came to. */
export interface Result {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A project whose only host, `here`, is this machine, with a state folder of its own. */
export class LocalProject {
  readonly folder = mkdtempSync(join(tmpdir(), 'tsplay-project-'));

  /** @param body - that of the play in `site.ts`, with `vars`, `file` and `command` */
  constructor(body: string) {
    for (const name of ['inventory', 'node_modules']) mkdirSync(this.at(name));
    symlinkSync(root, this.at('node_modules/tsplay'));
    this.write('package.json', '{"type":"module"}');
    this.write('inventory/here.yaml', 'hosts:\n  here: { connection: local }\n');
    // The variables of tests have no types.
    this.write(
      'site.ts',
      `// @ts-nocheck\nimport { play } from 'tsplay';
import { command, file } from 'tsplay/modules';
export default play('Test', { hosts: 'all' }, ({ vars }) => {\n${body}\n});\n`,
    );
  }

  at(name: string): string {
    return join(this.folder, name);
  }

  write(name: string, text: string): void {
    writeFileSync(this.at(name), text);
  }

  run(program: string, ...args: readonly string[]): Result {
    const { status, stdout, stderr } = spawnSync(program, args, this.#options);
    return { status, stdout, stderr };
  }

  tsplay(...args: readonly string[]): Result {
    return this.run(process.execPath, cli, ...args);
  }

  /** Starts tsplay and waits until it has written a text. */
  async start(text: string, ...args: readonly string[]): Promise<ChildProcessWithoutNullStreams> {
    const { cwd, env } = this.#options;
    const child = spawn(process.execPath, [cli, ...args], { cwd, env });
    await new Promise<void>((resolve) => {
      child.stdout.on('data', (chunk: Buffer) => {
        if (chunk.includes(text)) resolve();
      });
    });
    return child;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }

  get #options() {
    const { PATH = '', HOME = '/' } = process.env;
    return { cwd: this.folder, encoding: 'utf8', env: { PATH, HOME, TS_HOME: this.at('state') } } as const;
  }
}
