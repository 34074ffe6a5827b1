import type { BaseAgent, ParsedKey, SignCallback, SigningRequestOptions } from 'ssh2';
import { agentTypes } from './agent-types.ts';
import type { Target } from './transport.ts';

/** A key that the agent holds, and an agent that knows this key only. */
export interface AgentKey {
  readonly comment: string;
  readonly publicKey: Buffer;
  readonly agent: BaseAgent<ParsedKey>;
}

/** The keys of an agent, or why there are none. */
export interface AgentKeys {
  readonly keys: readonly AgentKey[];
  /** Types of keys that it holds and ssh2 cannot use: certificates, and keys of devices. */
  readonly beyond: readonly string[];
  readonly problem: string | undefined;
}

/** Milliseconds until an agent that does not answer is left alone. */
const patience = 5_000;

const cache = new Map<string, Promise<AgentKeys>>();

/** Socket of the agent of a target; empty: there is none. */
export function agentSocket({ agent }: Target): string {
  return agent ?? process.env['SSH_AUTH_SOCK'] ?? '';
}

/** What an agent holds; asked once per process. */
export function agentKeys(socket: string): Promise<AgentKeys> {
  if (socket === '') return Promise.resolve({ keys: [], beyond: [], problem: undefined });
  let asking = cache.get(socket);
  if (asking === undefined) cache.set(socket, (asking = ask(socket)));
  return asking;
}

async function ask(socket: string): Promise<AgentKeys> {
  const { default: ssh2 } = await import('ssh2');
  const agent = ssh2.createAgent(socket);
  let timer: NodeJS.Timeout | undefined;
  try {
    const found = await new Promise<readonly ParsedKey[]>((resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer within ${patience / 1000} s`)), patience);
      agent.getIdentities((error, keys) => {
        if (error instanceof Error) reject(error);
        else resolve((keys ?? []).map((key) => ssh2.utils.parseKey(key as Buffer)).filter(usable));
      });
    });
    /** ssh2 tries all keys of an agent; this one has one, so that we say which are tried, and in what order. */
    class OneKeyAgent extends ssh2.BaseAgent<ParsedKey> {
      readonly #key: ParsedKey;
      constructor(key: ParsedKey) {
        super();
        this.#key = key;
      }
      override getIdentities(done: (error: undefined, keys: ParsedKey[]) => void): void {
        done(undefined, [this.#key]);
      }
      override sign(
        key: ParsedKey,
        data: Buffer,
        options: SigningRequestOptions | SignCallback,
        done?: SignCallback,
      ): void {
        if (typeof options === 'function') agent.sign(key, data, options);
        else agent.sign(key, data, options, done);
      }
    }
    const keys = found.map((key) => ({
      comment: key.comment,
      publicKey: key.getPublicSSH(),
      agent: new OneKeyAgent(key),
    }));
    const beyond = (await agentTypes(socket)).filter(isBeyond);
    return { keys, beyond, problem: undefined };
  } catch (error) {
    return { keys: [], beyond: [], problem: (error as Error).message };
  } finally {
    clearTimeout(timer);
  }
}

function usable(key: ParsedKey | Error): key is ParsedKey {
  return !(key instanceof Error);
}

/** Types of keys that ssh2 has no part in. */
export function isBeyond(type: string): boolean {
  return type.startsWith('sk-') || type.includes('-cert-v01@');
}
