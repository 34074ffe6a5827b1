import type { Readable, Writable } from 'node:stream';

/** Where and as whom to connect. What is left out has OpenSSH's default. */
export interface Target {
  /** The host's name in the inventory, for messages. */
  readonly name: string;
  /** Name or address to connect to. */
  readonly address: string;
  /** @defaultValue 22 */
  readonly port: number;
  readonly user: string;
  /** Private key files, tried in this order. Empty: the usual ones in `~/.ssh` and the agent. */
  readonly identityFiles: readonly string[];
  /** known_hosts files, read in this order. Empty: `~/.ssh/known_hosts` and `/etc/ssh/ssh_known_hosts`. */
  readonly knownHostsFiles: readonly string[];
  /** The name under which the host key is looked up, where it is not the address. */
  readonly hostKeyAlias?: string | undefined;
  /** Milliseconds until a connection attempt is given up. */
  readonly connectTimeout: number;
}

/** How a remote command ended. */
export interface Exit {
  readonly code: number | undefined;
  readonly signal: string | undefined;
}

/** One running remote command. Its streams end before `exit` settles. */
export interface Channel {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Never rejects: a lost connection gives neither code nor signal. */
  readonly exit: Promise<Exit>;
}

/** One open connection to a host. */
export interface Connection {
  /** Starts a command in a channel of its own. Throws a TsplayError when the host refuses. */
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
