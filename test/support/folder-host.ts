import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ProgramScope } from '../../src/steps/program.ts';
import {
  program,
  runIn,
  shells,
  type Shell,
  type ShellRun,
  type Surroundings,
  type TestTask,
} from './shells.ts';

/** Which run of a host, and where its journal stands. */
interface HostRun {
  readonly name?: string;
  readonly mode?: 'check' | 'apply';
  readonly state?: string;
}

/** A host that is a folder of this machine; what programs do stays below it. */
export class FolderHost {
  readonly dir = mkdtempSync(join(tmpdir(), 'tsplay-host-'));

  readonly #surroundings: Pick<Surroundings, 'under' | 'rewritten'>;

  constructor(surroundings: Pick<Surroundings, 'under' | 'rewritten'> = {}) {
    this.#surroundings = surroundings;
    mkdirSync(join(this.dir, 'host'));
  }

  /** A file of the host. */
  at(name: string): string {
    return join(this.dir, 'host', name);
  }

  write(name: string, content: string | Buffer): void {
    writeFileSync(this.at(name), content);
  }

  read(name: string): Buffer {
    return readFileSync(this.at(name));
  }

  /** Every file of the host with its mode and its bytes. */
  snapshot(): ReadonlyMap<string, string> {
    const names = readdirSync(Buffer.from(this.at('')), { encoding: 'buffer' });
    return new Map(
      names.map((name) => {
        const path = Buffer.concat([Buffer.from(this.at('/')), name]);
        const mode = (statSync(path).mode & 0o7777).toString(8);
        return [name.toString('latin1'), `${mode} ${readFileSync(path, 'latin1')}`];
      }),
    );
  }

  /** Files that are now otherwise than in an earlier snapshot, each as it was and as it is. */
  since(before: ReadonlyMap<string, string>): readonly string[] {
    const now = this.snapshot();
    const names = [...new Set([...before.keys(), ...now.keys()])].filter(
      (name) => before.get(name) !== now.get(name),
    );
    const short = (text: string | undefined): string => JSON.stringify(text)?.slice(0, 200) ?? 'none';
    return names.map((name) => `${name}: ${short(before.get(name))} is now ${short(now.get(name))}`);
  }

  run(
    shell: Shell,
    tasks: readonly (TestTask | ProgramScope)[],
    { name = 'test', mode = 'apply', state = 'state' }: HostRun = {},
  ): Promise<ShellRun> {
    const cwd = this.dir;
    return runIn(shell, program(...tasks), {
      home: join(cwd, state),
      cwd,
      ...this.#surroundings,
      run: name,
      mode,
    });
  }

  /** Runs what a run has left to undo itself; gives what it says. */
  undo(shell: Shell, { name = 'test', state = 'state' }: HostRun = {}): string {
    const script = join(this.dir, state, 'runs', name, 'undo.sh');
    const [command = '', ...args] = [...(this.#surroundings.under ?? []), ...shells[shell], script];
    return execFileSync(command, args, { cwd: this.dir, encoding: 'latin1' });
  }

  /** Fails where a file with the name of the canary has come to be, in what programs reach by a relative path. */
  close(canary?: string): void {
    const below = readdirSync(this.dir, { recursive: true, encoding: 'utf8' });
    const found = [...below, ...readdirSync('.')].filter((path) => path.split('/').at(-1) === canary);
    if (found.length > 0) throw new Error(`a text became code: there is ${found.join(', ')} in ${this.dir}`);
    rmSync(this.dir, { recursive: true });
  }
}
