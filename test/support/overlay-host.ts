import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { layerFolder, type HostLayer } from './host-layers.ts';
import type { TsplayEvent } from '../../src/events.ts';
import { HostBuild } from '../../src/playbook/host-build.ts';
import type { TaskOutcome } from '../../src/playbook/barriers.ts';
import { OutcomeReader } from '../../src/runner/session/outcomes.ts';
import { Session } from '../../src/runner/session/session.ts';
import { compile } from '../../src/steps/compile.ts';
import type { Program } from '../../src/steps/program.ts';
import { runIn, shells, type Shell, type ShellRun } from './shells.ts';
import { connectionUnder } from './under-connection.ts';

/** Calls of modules, which may wait for the host. */
export type Body = (() => void) | (() => Promise<void>);

/** How a run on the host is told apart from others. */
interface OverlayRun {
  readonly mode?: 'check' | 'apply';
  /** @defaultValue a name that no run on this host had yet */
  readonly name?: string;
  /** Changes the program that is sent, such as how long it waits. @defaultValue nothing */
  readonly rewritten?: ((text: string) => string) | undefined;
}

/** What a run came to. */
export interface OverlayResult extends Pick<ShellRun, 'events' | 'statuses' | 'outcomes' | 'stderr'> {
  readonly name: string;
  /** The statuses of its tasks and the messages of those that failed. */
  readonly told: readonly string[];
}

/** What tsplay keeps on such a host. */
const home = '/var/lib/tsplay-test';

/** A session of the runner, with a shell of our choice at its other end. */
class OverlaySession {
  readonly events: TsplayEvent[] = [];
  readonly outcomes = new Map<number, TaskOutcome>();
  readonly #session: Session;
  readonly #mode: 'check' | 'apply';

  constructor(under: readonly string[], shell: readonly string[], mode: 'check' | 'apply', run: string) {
    const inside = connectionUnder(under);
    const connection = {
      ...inside,
      exec: (command: string) => inside.exec(command === 'exec sh' ? `exec ${shell.join(' ')}` : command),
    };
    this.#mode = mode;
    const become = undefined;
    this.#session = new Session(connection, {
      host: 'local',
      mode,
      run,
      diff: true,
      become,
      helloTimeout: 20_000,
    });
  }

  async send(program: Program): Promise<ReadonlyMap<number, TaskOutcome>> {
    const reader = new OutcomeReader('local', program, (event) => this.events.push(event), this.#mode);
    await this.#session.run(compile(program), reader);
    for (const [number, outcome] of reader.outcomes) this.outcomes.set(number, outcome);
    return reader.outcomes;
  }

  close(): Promise<void> {
    return this.#session.close();
  }

  get statuses(): readonly string[] {
    return this.events.flatMap((event) => (event.type === 'task' ? [event.status] : []));
  }

  /** What commands said. */
  get stderr(): string {
    return this.events
      .flatMap((event) => (event.type === 'output' && event.stream === 'stderr' ? [event.text] : []))
      .join('');
  }
}

// Lays an empty layer over the whole machine and stays in it until its standard input ends. What has an init system on
// the machine has none here. It says that it is ready from within: whoever came before the change of root would be on the
// machine itself. Folders in between come as a file system of their own, since the kernel refuses them as part of the one
// that they lie over. The shell stays too: who is left behind by its parent must find one that notices its end.
const keeper = `set -e
mount -t tmpfs -o mode=755 tmpfs "$1"
mkdir "$1/upper" "$1/work" "$1/root" "$1/none" "$1/between"
lower=/
if [ -n "$2" ]; then
  mount -t overlay -o "lowerdir=$2:$1/none" overlay "$1/between"
  lower=$1/between:/
fi
mount -t overlay -o "lowerdir=$lower,upperdir=$1/upper,workdir=$1/work" overlay "$1/root"
mount --rbind /dev "$1/root/dev"
mount -t proc proc "$1/root/proc"
mount -t sysfs -o ro sysfs "$1/root/sys"
mount -t tmpfs tmpfs "$1/root/run"
mount -t tmpfs -o mode=1777 tmpfs "$1/root/tmp"
exec chroot "$1/root" sh -c 'echo ready; cat; exit'`;

/**
 * A host that is this machine with an empty layer over its file system, in namespaces of its own for mounts, processes,
 * host name and network: accounts, packages, mounts and files can be made, changed and broken there, and are gone with
 * it. It has no init system. Needs root.
 */
export class OverlayHost {
  /** Words of a command that runs others in it. */
  readonly under: readonly string[];
  readonly #keeper: ChildProcess;
  readonly #folder: string;
  readonly #pid: string;
  #runs = 0;

  private constructor(child: ChildProcess, folder: string, pid: string) {
    this.#keeper = child;
    this.#folder = folder;
    this.#pid = pid;
    this.under = ['nsenter', '-t', pid, '-m', '-u', '-i', '-p', '-n', '-r', '-w'];
  }

  /** `layers`: what lies between this machine and the empty layer, the uppermost first. */
  static async start(layers: readonly HostLayer[] = []): Promise<OverlayHost> {
    const folder = mkdtempSync(join(tmpdir(), 'tsplay-overlay-'));
    const between = layers.map(layerFolder).join(':');
    const flags = ['-m', '-u', '-i', '-n', '-p', '--fork', '--kill-child'];
    const words = [...flags, 'sh', '-c', keeper, 'sh', folder, between];
    const child = spawn('unshare', words, { stdio: ['pipe', 'pipe', 'inherit'] });
    await new Promise<void>((resolve, reject) => {
      child.stdout.once('data', () => resolve());
      child.once('exit', (code) => reject(new Error(`the keeper of an overlay ended with ${code}`)));
    });
    const children = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8');
    const host = new OverlayHost(child, folder, children.trim());
    // What follows breaks accounts and packages: nowhere but here.
    if (host.sh('stat -f -c %T /') !== 'overlayfs')
      throw new Error('the keeper does not stand in the overlay');
    return host;
  }

  /** What a shell command prints there; throws if it fails. */
  sh(command: string, input = ''): string {
    const words = [...this.under.slice(1), 'sh', '-c', command];
    const { status, stdout, stderr } = spawnSync('nsenter', words, {
      input,
      encoding: 'utf8',
      env: {
        PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
        LC_ALL: 'C',
        HOME: '/root',
      },
    });
    if (status !== 0) throw new Error(`${command}: ${status} ${stdout}${stderr}`);
    return stdout.trimEnd();
  }

  /** Runs or checks what a body declares. One that waits for the host gets a session, as it would over SSH. */
  async run(
    shell: Shell,
    body: Body,
    { mode = 'apply', name = `run${(this.#runs += 1)}`, rewritten = (text) => text }: OverlayRun = {},
  ): Promise<OverlayResult> {
    let only: Program | undefined;
    let session: OverlaySession | undefined;
    const build = new HostBuild(
      'test',
      'host',
      { task: 0, step: 0, scope: 0 },
      () => undefined,
      async (sent) => {
        if (session === undefined && sent.final) only = sent;
        else return (session ??= this.#session(shell, mode, name)).send(sent);
        return new Map();
      },
    );
    await build.run(body);
    await session?.close();
    const ran =
      session ??
      (await runIn(shell, only ?? { items: [], final: true }, {
        home,
        cwd: '/',
        under: this.under,
        run: name,
        mode,
        rewritten,
      }));
    const messages = ran.events.flatMap((event) =>
      event.type === 'task' && event.error !== undefined
        ? [`${event.error.message} ${event.error.stderr ?? ''}`.trim()]
        : [],
    );
    const { events, statuses, outcomes, stderr } = ran;
    return { events, statuses, outcomes, stderr, name, told: [...statuses, ...messages] };
  }

  /** A shell in it to which programs are written one after the other. */
  #session(shell: Shell, mode: 'check' | 'apply', run: string): OverlaySession {
    const under = [...this.under, 'env', '-C', '/', `TS_HOME=${home}`];
    return new OverlaySession(under, shells[shell], mode, run);
  }

  /** Lets a run undo itself; gives what that says. */
  undo(shell: Shell, name: string): string {
    const script = `${home}/runs/${name}/undo.sh`;
    const words = [...this.under.slice(1), ...shells[shell], script];
    return execFileSync('nsenter', words, { encoding: 'utf8', cwd: '/' });
  }

  /**
   * Every file that is not as on this machine, one a line: mode, owner, path, and a digest or target; one that is gone
   * is a character device. What tsplay itself keeps there is left out, and so are times.
   */
  snapshot(): readonly string[] {
    const script = `cd "$1" && find . -mindepth 1 ! -path './var/lib/tsplay-test*' -printf '%y %m %u:%g %P %l\\n'
find . -type f ! -path './var/lib/tsplay-test*' -exec sha256sum {} +`;
    const text = execFileSync(
      'nsenter',
      ['-t', this.#pid, '-m', 'sh', '-c', script, 'sh', join(this.#folder, 'upper')],
      { encoding: 'utf8', maxBuffer: 1 << 28 },
    );
    return text
      .split('\n')
      .map((line) => line.trimEnd())
      .filter((line) => line !== '' && !/^d \d+ \S+ (?:var|var\/lib|etc|usr|root)$/.test(line))
      .toSorted();
  }

  async close(): Promise<void> {
    const gone = new Promise((resolve) => this.#keeper.once('exit', resolve));
    this.#keeper.stdin?.end();
    await gone;
    rmdirSync(this.#folder);
  }
}
