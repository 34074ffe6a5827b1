import type { Readable, Writable } from 'node:stream';
import type { Where } from '../errors/transport.ts';
import type { Restrictions } from './ssh-config/restrictions.ts';

/** Where and as whom to connect. What is left out has OpenSSH's default. */
export interface Target {
  /** The host's name in the inventory, for messages. */
  readonly name: string;
  /** What messages call it, where it is not the host itself but a jump host on the way there. */
  readonly label?: string | undefined;
  /** Name or address to connect to. */
  readonly address: string;
  /** @defaultValue 22 */
  readonly port: number;
  readonly user: string;
  /** The jump host to go through, which may have one itself. */
  readonly via?: Target | undefined;
  /** A command that is spoken to instead of a TCP connection. */
  readonly proxyCommand?: string | undefined;
  /** Addresses of one kind only. @defaultValue both */
  readonly family?: 4 | 6 | undefined;
  /** The address of this machine to connect from. */
  readonly bindAddress?: string | undefined;
  /**
   * Keys to log in with, tried in this order: private key files, or public ones whose private half the agent has.
   * All must be usable. Empty: the usual ones, then all that the agent has.
   */
  readonly identityFiles: readonly string[];
  /** The usual ones: what is there of these. @defaultValue those in `~/.ssh` */
  readonly usualKeys?: readonly string[] | undefined;
  /** Keys of the agent count only where a file has their public half. @defaultValue false */
  readonly identitiesOnly?: boolean | undefined;
  /** Socket of the agent; empty: none. @defaultValue the one that the environment names */
  readonly agent?: string | undefined;
  /** Lets the host use the agent. @defaultValue false */
  readonly forwardAgent?: boolean | undefined;
  /** Ways to log in that are not to be tried. */
  readonly without?: readonly ('publickey' | 'password' | 'keyboard-interactive')[] | undefined;
  /** Gives the password, for hosts that take no key. It is asked for only when the keys have failed. */
  readonly password?: (() => Promise<string>) | undefined;
  /** Gives the passphrase of a key file. @defaultValue keys with a passphrase need the agent */
  readonly passphrase?: ((file: string) => Promise<string>) | undefined;
  /**
   * known_hosts files, read in this order. Empty: `~/.ssh/known_hosts`, `/etc/ssh/ssh_known_hosts`, and each of
   * these with a 2 at its end.
   */
  readonly knownHostsFiles: readonly string[];
  /** The name under which the host key is looked up, where it is not the address. */
  readonly hostKeyAlias?: string | undefined;
  /** What to do with keys that are not known. @defaultValue they are refused */
  readonly newKeys?: NewKeys | undefined;
  /** Learn the other keys of a known host, and forget those that it has no longer: in this file. */
  readonly updateKeysIn?: string | undefined;
  /** Do not write names of hosts in clear. @defaultValue false */
  readonly hashKnownHosts?: boolean | undefined;
  /** Milliseconds that the connection may take, and after it the SSH login. */
  readonly connectTimeout: number;
  /** Milliseconds between signs of life, and how many may be missed. @defaultValue 15000 and 3 */
  readonly keepalive?: { readonly interval: number; readonly count: number } | undefined;
  readonly algorithms?: Restrictions | undefined;
  /** Aborted when nobody wants the connection any more. It counts while that is being made, and not later. */
  readonly givenUp?: AbortSignal | undefined;
  /** Why only the system's ssh can go there. @defaultValue ssh2 can */
  readonly reasons?: readonly string[] | undefined;
  /** What the system's ssh is called with, where that is not what stands here. */
  readonly openssh?: OpensshArguments | undefined;
}

/** What to do with the key of a host that is not known: it is written to a file, by itself or if somebody agrees. */
export interface NewKeys {
  readonly file: string;
  /** Undefined: all new ones are taken. */
  readonly agree: ((question: string) => Promise<boolean>) | undefined;
}

/** How the system's ssh reaches a host by its own reading of ssh_config. */
export interface OpensshArguments {
  readonly host: string;
  /** Undefined: the usual ones. */
  readonly configFile: string | undefined;
  /** What the inventory says, as `Keyword=value`. */
  readonly options: readonly string[];
}

/** A target as errors name it. */
export function whereOf({ name, label, address, port, user }: Target): Where {
  return { host: label ?? name, address, port, user };
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
  /** Milliseconds that its login might take. */
  readonly patience?: number | undefined;
  /** Closes in good order. */
  close(): Promise<void>;
  /** Drops the connection at once, without a goodbye. */
  destroy(): void;
}

/** A way to reach hosts. The session protocol does not know which one it runs over. */
export interface Transport {
  /**
   * Connects and authenticates. Throws a TsplayError with exit 3 that says what to do.
   *
   * @param tell - is told what works, but not as it was meant to
   */
  open(target: Target, tell?: Tell): Promise<Connection>;
}

/** Is told something about a connection, for a warning. */
export type Tell = (message: string) => void;
