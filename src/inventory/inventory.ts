import { userInfo } from 'node:os';
import type { Place } from '../errors/tsplay-error.ts';
import type { Secret } from '../secrets/secret.ts';

/** How to become another user on a host. */
export type BecomeMethod = 'sudo' | 'su' | 'doas';

/** One host, with the variables of all its layers merged. */
export interface Host {
  readonly name: string;
  /** How to reach it: over SSH, or by running on the controller itself. `lab` stands for SSH to a guest of the lab. */
  readonly connection: 'ssh' | 'local' | 'lab';
  /** Name or address to connect to. @defaultValue the host's name */
  readonly address: string;
  readonly port?: number | undefined;
  readonly user?: string | undefined;
  readonly identityFiles?: readonly string[] | undefined;
  readonly knownHostsFiles?: readonly string[] | undefined;
  readonly hostKeyAlias?: string | undefined;
  /** Milliseconds that the connection may take, and after it the login. @defaultValue 10000 */
  readonly connectTimeout?: number | undefined;
  readonly becomeMethod?: BecomeMethod | undefined;
  /** The password that becoming another user asks for. */
  readonly becomePassword?: Secret | undefined;
  readonly vars: Readonly<Record<string, unknown>>;
  /** All groups that the host is in, `all` included. */
  readonly groups: readonly string[];
  readonly where?: Place | undefined;
}

/** All hosts and groups of an inventory. */
export interface Inventory {
  /** What `-i` named, for messages. */
  readonly source: string;
  readonly hosts: ReadonlyMap<string, Host>;
  /** Group name to the names of all its hosts, those of child groups included. `all` is there. */
  readonly groups: ReadonlyMap<string, readonly string[]>;
  /** Brings the hosts up before they are connected to (the lab), and gives them as they can be reached then. */
  readonly prepare?:
    | ((hosts: readonly string[], tell: (line: string) => void) => Promise<ReadonlyMap<string, Host>>)
    | undefined;
}

/** The user that a connection to this host has. */
export function loginOf(host: Host): string {
  return host.connection === 'local' ? userInfo().username : (host.user ?? userInfo().username);
}
