import type { AnyAuthMethod, Client, ClientChannel, ConnectConfig, ServerHostKeyAlgorithm } from 'ssh2';
import { TsplayError } from '../errors/tsplay-error.ts';
import { transportError } from '../errors/transport.ts';
import { hostKeyPolicy } from './host-key-policy.ts';
import { identities } from './identities.ts';
import { Limit } from './limit.ts';
import type { Channel, Connection, Exit, Target, Transport } from './transport.ts';

/** sshd's MaxStartups drops connections above ten that have not yet authenticated. */
const handshakes = new Limit(10);
/** sshd's MaxSessions is ten; two are left for others. */
const channelsPerHost = 8;
const attempts = 5;

const hostKeyAlgorithms = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
] as const satisfies readonly ServerHostKeyAlgorithm[];

/** Reaches hosts with ssh2, in this process: the fastest way. */
export const ssh2Transport: Transport = {
  open: (target) => handshakes.run(() => openWithRetry(target)),
};

async function openWithRetry(target: Target): Promise<Connection> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await open(target);
    } catch (error) {
      if (attempt === attempts || !dropped(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100 * 2 ** attempt * (0.5 + Math.random())));
    }
  }
}

// A host with too many connections in their handshake closes new ones before it has said who it is.
function dropped(error: unknown): boolean {
  const cause = error instanceof TsplayError ? error.cause : undefined;
  return cause instanceof Error && /before handshake|ECONNRESET/.test(cause.message);
}

async function open(target: Target): Promise<Connection> {
  const [{ default: ssh2 }, policy, keys] = await Promise.all([
    import('ssh2'),
    hostKeyPolicy(target),
    identities(target),
  ]);
  const agent = target.identityFiles.length === 0 ? process.env['SSH_AUTH_SOCK'] : undefined;
  const tried: string[] = [];
  const methods: { name: string; method: AnyAuthMethod }[] = [
    ...keys.map(({ file, key }) => ({
      name: file,
      method: { type: 'publickey', username: target.user, key } as const,
    })),
    ...(agent === undefined
      ? []
      : [{ name: 'the agent', method: { type: 'agent', username: target.user, agent } as const }]),
  ];
  const client = new ssh2.Client();
  let refusal: TsplayError | undefined;
  const config: ConnectConfig = {
    host: target.address,
    port: target.port,
    username: target.user,
    readyTimeout: target.connectTimeout,
    keepaliveInterval: 15_000,
    algorithms: { serverHostKey: preferred(policy.types) },
    hostVerifier: (key: Buffer) => {
      refusal = policy.refusal(key);
      return refusal === undefined;
    },
    authHandler: (_left, _partial, next) => {
      const one = methods.shift();
      if (one === undefined) {
        // The declarations leave out that `false` ends the attempts.
        next(false as unknown as AnyAuthMethod);
        return;
      }
      tried.push(one.name);
      next(one.method);
    },
  };
  await new Promise<void>((resolve, reject) => {
    client.once('ready', resolve);
    client.once('error', (error: Error & { level?: string }) =>
      reject(refusal ?? explain(target, tried, error)),
    );
    client.once('close', () =>
      reject(refusal ?? explain(target, tried, new Error('connection lost before handshake'))),
    );
    client.connect(config);
    // Without this, Nagle's algorithm holds every request back for 40 ms.
    client.setNoDelay(true);
  }).catch((error: unknown) => {
    client.destroy();
    throw error;
  });
  return new Ssh2Connection(client, target);
}

function explain(target: Target, tried: readonly string[], error: Error & { level?: string }): TsplayError {
  const { address, port, user } = target;
  const context = { host: target.name, cause: error };
  if (error.level === 'client-authentication') {
    return transportError('authentication', { address, port, user, tried }, context);
  }
  return transportError('refused', { address, port, user, problem: problem(target, error) }, context);
}

function problem(target: Target, error: Error & { level?: string; code?: string }): string {
  if (error.level === 'client-timeout') return `no answer within ${target.connectTimeout / 1000} s`;
  switch (error.code) {
    case 'ECONNREFUSED':
      return 'nothing listens there';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'the name cannot be resolved';
    default:
      return error.message;
  }
}

/** Host key algorithms with those of known keys first, so that the host shows one that we can compare. */
function preferred(types: readonly string[]): ServerHostKeyAlgorithm[] {
  const known = types.flatMap((type) => (type === 'ssh-rsa' ? ['rsa-sha2-512', 'rsa-sha2-256'] : [type]));
  return hostKeyAlgorithms.toSorted((a, b) => rank(known, a) - rank(known, b));
}

function rank(known: readonly string[], algorithm: string): number {
  return known.includes(algorithm) ? 0 : 1;
}

class Ssh2Connection implements Connection {
  readonly closed: Promise<Error | undefined>;
  readonly #client: Client;
  readonly #target: Target;
  readonly #channels = new Limit(channelsPerHost);

  constructor(client: Client, target: Target) {
    this.#client = client;
    this.#target = target;
    let lost: Error | undefined;
    client.on('error', (error) => (lost = error));
    this.closed = new Promise((resolve) => client.once('close', () => resolve(lost)));
  }

  async exec(command: string): Promise<Channel> {
    const release = await this.#channels.take();
    const stream = await new Promise<ClientChannel>((resolve, reject) => {
      this.#client.exec(command, (error, channel) =>
        error === undefined ? resolve(channel) : reject(error),
      );
    }).catch((error: Error) => {
      release();
      const { address, port, user } = this.#target;
      throw transportError(
        'refused',
        { address, port, user, problem: error.message },
        { host: this.#target.name, cause: error },
      );
    });
    let ended: Exit = { code: undefined, signal: undefined };
    stream.once('exit', (code: number | null, signal?: string) => {
      ended = { code: code ?? undefined, signal };
    });
    const exit = new Promise<Exit>((resolve) => stream.once('close', () => resolve(ended))).finally(release);
    return { stdin: stream, stdout: stream, stderr: stream.stderr, exit };
  }

  async close(): Promise<void> {
    this.#client.end();
    await this.closed;
  }

  destroy(): void {
    this.#client.destroy();
  }
}
