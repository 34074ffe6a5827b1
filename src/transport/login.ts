import type { AnyAuthMethod, AuthHandlerMiddleware, NextAuthHandler } from 'ssh2';
import type { Credentials } from './credentials.ts';
import type { Target } from './transport.ts';

interface Attempt {
  readonly name: string;
  /** What SSH calls the method, as hosts list the ones they take. */
  readonly wire: 'publickey' | 'password' | 'keyboard-interactive' | 'none';
  readonly method: () => AnyAuthMethod | Promise<AnyAuthMethod>;
}

/** What a login needs from its surroundings. */
export interface LoginListener {
  /** No attempt is left, or the user gave no password. */
  failed(problem: string): void;
  /** A person is being asked, so the clock has to wait; and again when the answer is there. */
  asking(waiting: boolean): void;
}

/** The attempts of one login: keys first, then the password; never one that is known to be useless. */
export class Login {
  readonly tried: string[] = [];
  readonly #target: Target;
  readonly #listener: LoginListener;
  readonly #attempts: Attempt[];
  #password: Promise<string> | undefined;

  constructor(target: Target, credentials: Credentials, listener: LoginListener) {
    this.#target = target;
    this.#listener = listener;
    this.#attempts = [
      ...credentials.keys.map(({ name, method }): Attempt => ({
        name,
        wire: 'publickey',
        method: () => method,
      })),
      ...(target.password === undefined ? [] : this.#passwordAttempts(target.password)),
    ];
    // Hosts behind a network that knows its users (Tailscale) let them in without a key.
    if (this.#attempts.length === 0) {
      const method = { type: 'none', username: target.user } as const;
      this.#attempts.push({ name: 'no key', wire: 'none', method: () => method });
    }
  }

  /** Answers ssh2's question for the next attempt. The first time, what the host takes is not known yet. */
  readonly handler: AuthHandlerMiddleware = (accepted: readonly string[] | null, _partial, next) => {
    const index = this.#attempts.findIndex(({ wire }) => this.#worthwhile(wire, accepted));
    const attempt = this.#attempts[index];
    if (attempt === undefined) {
      this.#listener.failed(
        `the host takes ${accepted?.join(', ') ?? 'nothing'}, and nothing is left to try`,
      );
      return;
    }
    this.#attempts.splice(0, index + 1);
    this.tried.push(attempt.name);
    void this.#make(attempt, next);
  };

  async #make(attempt: Attempt, next: NextAuthHandler): Promise<void> {
    try {
      next(await attempt.method());
    } catch (error) {
      this.#listener.failed((error as Error).message);
    }
  }

  #worthwhile(wire: Attempt['wire'], accepted: readonly string[] | null): boolean {
    if (accepted === null) return true;
    // A password that was wrong once is not sent again the other way.
    if (wire === 'keyboard-interactive' && this.#password !== undefined && accepted.includes('password')) {
      return false;
    }
    return wire === 'none' || accepted.includes(wire);
  }

  #passwordAttempts(ask: () => Promise<string>): readonly Attempt[] {
    const username = this.#target.user;
    const once = async (): Promise<string> => {
      this.#listener.asking(true);
      const password = await (this.#password ??= ask());
      this.#listener.asking(false);
      return password;
    };
    return [
      {
        name: 'the password',
        wire: 'password',
        method: async () => ({ type: 'password', username, password: await once() }),
      },
      {
        name: 'the password (keyboard-interactive)',
        wire: 'keyboard-interactive',
        method: () => ({
          type: 'keyboard-interactive',
          username,
          prompt: (_name, _instructions, _language, prompts, finish) => {
            // What is echoed is no password: a user name, or a question that we cannot answer.
            once().then(
              (password) => finish(prompts.map(({ echo }) => (echo === true ? '' : password))),
              (error: Error) => this.#listener.failed(error.message),
            );
          },
        }),
      },
    ];
  }
}
