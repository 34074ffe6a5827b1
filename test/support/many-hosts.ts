import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import type { TsplayEvent } from '../../src/events.ts';
import { startCli, type CliOptions, type Ended, type Running } from './cli.ts';
import { eventStream } from './event-stream.ts';
import { playbookProject, type PlaybookProject } from './playbook-project.ts';
import { startSshd, type Sshd } from './sshd.ts';

/** A run and what it told. */
export interface ManyRun extends Ended {
  readonly events: readonly TsplayEvent[];
}

/**
 * Many hosts, which are names of one sshd. They share what the host keeps, and its lock: of several at once only one may
 * change something, so tasks that write to the log count as reading.
 */
export interface ManyHosts extends PlaybookProject {
  readonly sshd: Sshd;
  /** Makes the folder `host` anew, and forgets what tsplay has left on the host. */
  fresh(): void;
  /** Writes a playbook `site.ts` with this text behind its imports, whose `at` gives paths in the folder `host`. */
  site(text: string): void;
  /** Runs the command line with JSON for output. */
  run(...words: readonly string[]): Promise<ManyRun>;
  start(words: readonly string[], options?: Omit<CliOptions, 'cwd'>): Running;
  /** What tasks have written to the log since it was last read. */
  log(): readonly string[];
  close(): Promise<void>;
}

/** The lines of an inventory for these names. */
export function inventoryOf(sshd: Sshd, names: readonly string[]): string {
  const lines = names.map((name) =>
    sshd
      .inventory(name)
      .replace(/^hosts:\n/, '')
      .trimEnd(),
  );
  return `hosts:\n${lines.join('\n')}\n`;
}

/**
 * Starts it, with a project whose inventory `prod.yaml` has these names.
 *
 * @param config - makes lines of sshd_config for the folder of the project
 */
export async function manyHosts(
  names: readonly string[],
  config: (dir: string) => readonly string[] = () => [],
): Promise<ManyHosts> {
  const project = playbookProject();
  const sshd = await startSshd([`SetEnv TS_HOME=${project.at('state')}`, ...config(project.dir)]);
  project.write('prod.yaml', inventoryOf(sshd, names));
  const start: ManyHosts['start'] = (words, options = {}) =>
    startCli([...words, '-i', 'prod.yaml', '--output', 'json'], { ...options, cwd: project.dir });
  return {
    ...project,
    sshd,
    fresh() {
      for (const name of ['host', 'state']) rmSync(project.at(name), { recursive: true, force: true });
      mkdirSync(project.at('host'));
    },
    site(text) {
      project.write(
        'site.ts',
        `import { play, flush, sh, attempt, v, each } from 'tsplay';
import { command, file } from 'tsplay/modules';
/** A task that only says that it has run. */
const say = (text: string, options: { readonly tags?: readonly string[] } = {}) =>
  command(text, { run: sh\`echo \${text} >>${project.at('log')}\`, reads: true, ...options });
const at = (name: string) => \`${project.at('host')}/\${name}\`; void [flush, sh, attempt, v, each, file, say, at];
${text}
`,
      );
    },
    start,
    async run(...words) {
      const ended = await start(words).ended;
      return { ...ended, events: ended.stdout === '' ? [] : eventStream(ended.stdout) };
    },
    log() {
      const file = project.at('log');
      if (!existsSync(file)) return [];
      const lines = readFileSync(file, 'utf8').trim().split('\n');
      rmSync(file);
      return lines;
    },
    async close() {
      await sshd.close();
      project.remove();
    },
  };
}

/** What the tasks of a run came to, one line each; it may have been cut off. */
export function endsOf({ stdout }: Pick<Ended, 'stdout'>): readonly string[] {
  return linesOf(stdout).flatMap((event) => (event.type === 'task' ? [`${event.task} ${event.status}`] : []));
}

/** Events of a run that may have been cut off. */
export function linesOf(stdout: string): readonly TsplayEvent[] {
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as TsplayEvent);
}

/** The events of one kind. */
export function eventsOf<Type extends TsplayEvent['type']>(
  { events }: { readonly events: readonly TsplayEvent[] },
  type: Type,
): readonly Extract<TsplayEvent, { type: Type }>[] {
  return events.filter((event): event is Extract<TsplayEvent, { type: Type }> => event.type === type);
}
