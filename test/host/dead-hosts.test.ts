import { createServer, type Server, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { temporaryAccount, type Account } from '../support/account.ts';
import { eventStream } from '../support/event-stream.ts';
import { startCli } from '../support/cli.ts';
import { startSshd, type Sshd } from '../support/sshd.ts';
import { playbookProject, type PlaybookProject } from '../support/playbook-project.ts';

/** An sshd that takes connections and never says a word, until it goes as a whole. */
interface Silent {
  readonly port: number;
  /** How many have connected. */
  readonly taken: () => number;
  go(): void;
}

async function startSilent(): Promise<Silent> {
  const sockets: Socket[] = [];
  const server: Server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    taken: () => sockets.length,
    go() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

const dead = [1, 2, 3, 4, 5, 6].map((number) => `dead${number}`);
const live = Array.from({ length: 20 }, (_, number) => `live${number + 1}`);

let sshd: Sshd;
/** Nobody who could roll back what other tests have done. */
let account: Account;
let silent: Silent;
let project: PlaybookProject;
interface SomeEvent {
  readonly type: string;
  readonly host?: string;
  readonly status?: string;
}

describe.skipIf(process.getuid?.() !== 0)('hosts that do not answer', () => {
  beforeAll(async () => {
    project = playbookProject();
    account = temporaryAccount();
    sshd = await startSshd();
    project.write(
      'site.ts',
      `import { play } from 'tsplay';
import { command } from 'tsplay/modules';
export default play('Work', { hosts: 'all' }, () => {
  command('works', { run: ['true'], reads: true });
});
`,
    );
  });
  afterAll(async () => {
    await sshd.close();
    account.remove();
    project.remove();
  });
  beforeEach(async () => {
    silent = await startSilent();
    const lines = [
      ...dead.map(
        (name, number) =>
          `  ${name}: { address: 127.0.0.${number + 2}, port: ${silent.port}, sshConfigFile: ssh_config }`,
      ),
      ...live.map((name) =>
        sshd
          .inventory(name)
          .replace(/^hosts:\n/, '')
          .replace(/user: .*/, `user: ${account.name}`)
          .trimEnd(),
      ),
    ];
    project.write('prod.yaml', `hosts:\n${lines.join('\n')}\n`);
    // Long enough for all the others, on a busy machine too: the order is judged, and no clock.
    project.write('ssh_config', 'ConnectTimeout 40\n');
  });
  afterEach(() => silent.go());

  it.each([
    ['run', ['run', 'site.ts']],
    ['check', ['check', 'site.ts']],
    ['rollback', ['rollback']],
  ])('hold up nobody: %s', async (_name, words) => {
    const done = new Set<string>();
    const { ended } = startCli([...words, '-i', 'prod.yaml', '--forks', '2', '--output', 'json'], {
      cwd: project.dir,
      line(line) {
        const event = JSON.parse(line) as SomeEvent;
        if (event.type === 'task' && event.host !== undefined) done.add(event.host);
        if (done.size === live.length) silent.go();
      },
    });
    const { code, stdout, stderr } = await ended;
    const events = eventStream(stdout) as unknown as readonly SomeEvent[];
    expect({ code, stderr }).toEqual({ code: 3, stderr: '' });
    expect(done).toEqual(new Set(live));
    expect(silent.taken()).toBe(dead.length);
    const unreachable = events.flatMap(({ type, host }) => (type === 'unreachable' ? [host] : []));
    expect(new Set(unreachable)).toEqual(new Set(dead));
    const lastTask = events.findLastIndex(({ type }) => type === 'task');
    expect(events.findIndex(({ type }) => type === 'unreachable')).toBeGreaterThan(lastTask);
  });
});
