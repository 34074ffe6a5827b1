import { relative } from 'node:path';
import type { Place } from '../errors/tsplay-error.ts';
import type { Secret } from '../secrets/secret.ts';

/** How to become another user on a host. */
export type BecomeMethod = 'sudo' | 'su' | 'doas';

/** Finds the place of a value by the keys and indexes that lead to it, where the source has places. */
export type Locate = (path: readonly string[]) => Place | undefined;

/** Variables that one place gives to a group or a host. */
export interface Layer {
  /** The group that they are for; undefined where they are the host's own. */
  readonly group: string | undefined;
  readonly vars: Readonly<Record<string, unknown>>;
  /** Where a variable, or what is inside of it, is given its value. */
  readonly locate: Locate;
}

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
  /** Hosts to go through: `[user@]host[:port]` by commas, or `none`. */
  readonly proxyJump?: string | undefined;
  /** The ssh_config to read instead of the usual ones, or `none`. */
  readonly sshConfigFile?: string | undefined;
  /** The password of the login. */
  readonly password?: Secret | undefined;
  readonly becomeMethod?: BecomeMethod | undefined;
  /** The password that becoming another user asks for. */
  readonly becomePassword?: Secret | undefined;
  readonly vars: Readonly<Record<string, unknown>>;
  /** Where the variables come from, from the weakest layer to the strongest. */
  readonly layers?: readonly Layer[] | undefined;
  /** All groups that the host is in, `all` included. */
  readonly groups: readonly string[];
  /** Where it is named first. Finding that may take a look into a file, so it is asked for when it is needed. */
  readonly where?: (() => Place | undefined) | undefined;
}

/** What a group names itself. */
export interface Group {
  readonly hosts: readonly string[];
  readonly children: readonly string[];
}

/** Something that a user should know of his inventory, and that keeps nothing from running. */
export interface Warning {
  readonly message: string;
  readonly where: Place | undefined;
}

/** All hosts and groups of an inventory. */
export interface Inventory {
  /** What `-i` named, for messages. */
  readonly source: string;
  readonly hosts: ReadonlyMap<string, Host>;
  /** Group name to the names of all its hosts, those of child groups included. `all` is there. */
  readonly groups: ReadonlyMap<string, readonly string[]>;
  /** Group name to what it names itself. The children of `all` are the groups that are in no other. */
  readonly graph: ReadonlyMap<string, Group>;
  readonly warnings: readonly Warning[];
  /** Brings the hosts up before they are connected to (the lab), and gives them as they can be reached then. */
  readonly prepare?:
    | ((hosts: readonly string[], tell: (line: string) => void) => Promise<ReadonlyMap<string, Host>>)
    | undefined;
}

/** The warnings of an inventory, each as one line. */
export function warningTexts({ warnings }: Inventory, cwd: string): readonly string[] {
  return warnings.map(({ message, where }) =>
    where === undefined ? message : `${message} (${relative(cwd, where.file)}:${where.line}:${where.column})`,
  );
}
