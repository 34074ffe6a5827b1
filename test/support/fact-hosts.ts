import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { cli } from './cli.ts';
import { eventStream } from './event-stream.ts';
import { startSshd, type Sshd } from './sshd.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

type Name = 'fine' | 'odd';
type Event = Readonly<Record<string, unknown>>;

/** What a command came to, with its events. */
export interface Told {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Two hosts whose facts are read; they share this machine, but each has an `ip` of its own. */
export interface FactHosts {
  readonly project: () => string;
  readonly port: (host: Name) => number;
  /** What `ip` of the host `odd` does before, or instead of, its work. */
  readonly oddIp: (does: string) => void;
  /** How often network facts have asked a host for its addresses. */
  readonly asked: (host: Name) => number;
  /** Runs tsplay with these words. */
  readonly tsplay: (...words: readonly string[]) => Promise<Told>;
  /** Runs or checks plays, which may `tell` values into files. */
  readonly play: (
    mode: 'run' | 'check',
    plays: string,
    ...words: readonly string[]
  ) => Promise<Told & { readonly events: readonly Event[] }>;
  /** What a play told. */
  readonly told: (name: string) => unknown;
  readonly close: (host: Name) => Promise<void>;
}

/** Gives a file of tests such hosts. */
export function factHosts(): FactHosts {
  const ip = execFileSync('sh', ['-c', 'command -v ip'], { encoding: 'utf8' }).trim();
  const sshd = new Map<Name, Sshd>();
  let project = '';
  const within = (...names: readonly string[]): string => join(project, ...names);

  const fakeIp = (host: Name): string => {
    const bin = within(`bin-${host}`);
    mkdirSync(bin);
    const text = `#!/bin/sh
echo "$*" >>${project}/calls-${host}
[ ! -e ${bin}/do ] || . ${bin}/do
exec ${ip} "$@"
`;
    writeFileSync(join(bin, 'ip'), text);
    chmodSync(join(bin, 'ip'), 0o755);
    return bin;
  };
  const oddIp = (does: string): void => writeFileSync(within('bin-odd/do'), does);

  beforeAll(async () => {
    project = mkdtempSync(join(tmpdir(), 'tsplay-facts-'));
    const start = (host: Name): Promise<Sshd> =>
      startSshd([`SetEnv TS_HOME=${project}/state-${host} PATH=${fakeIp(host)}:/usr/bin:/bin`]);
    const [fine, odd] = await Promise.all([start('fine'), start('odd')]);
    sshd.set('fine', fine).set('odd', odd);
    mkdirSync(within('inventory'));
    mkdirSync(within('node_modules'));
    symlinkSync(root, within('node_modules/tsplay'));
    writeFileSync(within('package.json'), '{"type":"module"}');
    writeFileSync(
      within('inventory/test.yaml'),
      fine.inventory('fine') + odd.inventory('odd').replace(/^hosts:\n/, ''),
    );
  });
  afterAll(async () => {
    await Promise.all([...sshd.values()].map((one) => one.close()));
    rmSync(project, { recursive: true });
  });
  beforeEach(() => {
    oddIp('');
    for (const host of ['fine', 'odd']) writeFileSync(within(`calls-${host}`), '');
    rmSync(within('target'), { recursive: true, force: true });
    mkdirSync(within('target'));
  });

  const tsplay = async (...words: readonly string[]): Promise<Told> => {
    const child = spawn(process.execPath, [cli, ...words], {
      cwd: project,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
    return { code, stdout, stderr };
  };

  return {
    project: () => project,
    port: (host) => sshd.get(host)?.port ?? 0,
    oddIp,
    asked: (host) =>
      readFileSync(within(`calls-${host}`), 'utf8')
        .split('\n')
        .filter((line) => line === '-j -d addr show').length,
    tsplay,
    async play(mode, plays, ...words) {
      const site = `import { customFacts, play, sh, sysctlFacts } from 'tsplay';
import { command, file } from 'tsplay/modules';
const target = '${project}/target';
const tell = (name: string, what: unknown): void =>
  void file(\`\${target}/\${name}\`, { content: JSON.stringify(what) });
void [command, customFacts, sh, sysctlFacts, tell];
export default [
${plays}
];
`;
      writeFileSync(within('site.ts'), site);
      const result = await tsplay(mode, 'site.ts', '-i', 'test', '--output', 'json', ...words);
      // Where nothing has run there are no events.
      const events = result.stdout === '' ? [] : eventStream(result.stdout);
      return { ...result, events: events as unknown as readonly Event[] };
    },
    told: (name) => JSON.parse(readFileSync(within('target', name), 'utf8')),
    close: async (host) => sshd.get(host)?.close(),
  };
}

/** The events of one kind. */
export function eventsOf({ events }: { readonly events: readonly Event[] }, type: string): readonly Event[] {
  return events.filter((event) => event['type'] === type);
}
