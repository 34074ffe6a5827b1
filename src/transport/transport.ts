import type { Readable, Writable } from 'node:stream';
import type { Where } from '../errors/transport.ts';

/** Where and as whom to connect. What is left out has OpenSSH's default. */
export interface Target {
  /** The host's name in the inventory, for messages. */
  readonly name: string;
  /** Name or address to connect to. */
  readonly address: string;
  /** @defaultValue 22 */
  readonly port: number;
  readonly user: string;
  /**
   * Keys to log in with, tried in this order: private key files, or public ones whose private half the agent has.
   * Empty: the usual ones in `~/.ssh`, then all that the agent has.
   */
  readonly identityFiles: readonly string[];
  /** Gives the password, for hosts that take no key. It is asked for only when the keys have failed. */
  readonly password?: (() => Promise<string>) | undefined;
  /**
   * known_hosts files, read in this order. Empty: `~/.ssh/known_hosts`, `/etc/ssh/ssh_known_hosts`, and each of
   * these with a 2 at its end.
   */
  readonly knownHostsFiles: readonly string[];
  /** The name under which the host key is looked up, where it is not the address. */
  readonly hostKeyAlias?: string | undefined;
  /** Milliseconds that the connection may take, and after it the SSH login. */
  readonly connectTimeout: number;
}

/** A target as errors name it. */
export function whereOf({ name, address, port, user }: Target): Where {
  return { host: name, address, port, user };
}

/** How a remote command ended. */
export interface Exit {
  readonly code: number | undefined;
  /** With its prefix: `SIGTERM`. */
  readonly signal: string | undefined;
}

/**
 * One running remote command. Its streams end before `exit` settles, so both have to be read, or let go with
 * `resume()`. A command that has ended destroys its `stdin`.
 */
export interface Channel {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Never rejects: a lost connection gives neither code nor signal. */
  readonly exit: Promise<Exit>;
}

/** One open connection to a host. */
export interface Connection {
  /**
   * Starts a command in a channel of its own; waits where too many run at once. Throws a TsplayError when the
   * host refuses or the connection is gone.
   */
  exec(command: string): Promise<Channel>;
  /** Settles when the connection is gone, with the reason where it was not we who closed it. Never rejects. */
  readonly closed: Promise<Error | undefined>;
  /** Closes in good order. */
  close(): Promise<void>;
  /** Drops the connection at once, without a goodbye. */
  destroy(): void;
}

/** A way to reach hosts. The session protocol does not know which one it runs over. */
export interface Transport {
  /** Connects and authenticates. Throws a TsplayError with exit 3 that says what to do. */
  open(target: Target): Promise<Connection>;
}
