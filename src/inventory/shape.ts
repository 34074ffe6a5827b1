import type { Place } from '../errors/tsplay-error.ts';
import { callerPlace } from '../playbook/place.ts';
import type { Secret } from '../secrets/secret.ts';
import type { BecomeMethod } from './inventory.ts';

/** Variables of a host or group, by name. Plays check them against their schema. */
export type Vars = Readonly<Record<string, unknown>>;

/** How to reach one host, and its variables. */
export interface HostData {
  /** Name or address to connect to; an IPv6 address without brackets. @defaultValue the host's name */
  readonly address?: string | undefined;
  /** TCP port of its sshd, 1 to 65535. @defaultValue what ssh_config says, else 22 */
  readonly port?: number | undefined;
  /** User to log in as. @defaultValue what ssh_config says, else the one who runs tsplay */
  readonly user?: string | undefined;
  /** Private keys. Relative to the inventory file; `~/` is the home folder. */
  readonly identityFiles?: readonly string[] | undefined;
  /** Known host keys. Relative to the inventory file; `~/` is the home folder. */
  readonly knownHostsFiles?: readonly string[] | undefined;
  /** Name under which its key stands in the known hosts. @defaultValue its address */
  readonly hostKeyAlias?: string | undefined;
  /**
   * Hosts to go through, the first one first, by commas: `[user@]host[:port]`, or `none`.
   * @defaultValue what ssh_config says (ProxyJump, ProxyCommand)
   */
  readonly proxyJump?: string | undefined;
  /**
   * The ssh_config to read instead of the usual ones, or `none`. Relative to the inventory file; `~/` is the home
   * folder. What the inventory says itself wins over it.
   */
  readonly sshConfigFile?: string | undefined;
  /** The password of the login, for hosts that take no key: `secret(…)`. @defaultValue that of the command line */
  readonly password?: Secret | undefined;
  /**
   * Over SSH, by running on this machine itself, or to a guest of the lab, whose name is lab1 to lab8: it is brought
   * up when it is needed, and nothing else need be said of how to reach it. @defaultValue 'ssh'
   */
  readonly connection?: 'ssh' | 'local' | 'lab' | undefined;
  /** How to become another user there. @defaultValue 'sudo' */
  readonly becomeMethod?: BecomeMethod | undefined;
  /** What becoming another user asks for: `secret(…)`. @defaultValue that of the command line, if any */
  readonly becomePassword?: Secret | undefined;
  /** Its own variables. They win over those of all its groups. */
  readonly vars?: Vars | undefined;
}

/** A named set of hosts. */
export interface GroupData {
  /** Its hosts. One that stands under no `hosts` exists with its name as its address. */
  readonly hosts?: readonly string[] | undefined;
  /** Groups whose hosts are in this one as well. */
  readonly children?: readonly string[] | undefined;
  /** Variables of all its hosts. They win over those of groups that this one is a child of. */
  readonly vars?: Vars | undefined;
}

/**
 * The data of an inventory, as a file or {@link defineInventory} gives it.
 *
 * Variables are merged name by name, and a later layer replaces the whole value: those of the inventory, of outer
 * groups, of inner groups, of the host. Groups of the same depth count in the order of their names, the last one wins.
 * Files under `group_vars/` and `host_vars/` beside the inventory count too; docs/inventory.md has the whole order.
 */
export interface InventoryData {
  readonly hosts?: Readonly<Record<string, HostData>> | undefined;
  readonly groups?: Readonly<Record<string, GroupData>> | undefined;
  /** Variables of all hosts. */
  readonly vars?: Vars | undefined;
}

/** An inventory, or what gives one: it may fetch its hosts from anywhere. */
export type InventorySourceData =
  | InventoryData
  | Promise<InventoryData>
  | (() => InventoryData | Promise<InventoryData>);

const places = new WeakMap<object, Place>();

/**
 * Declares an inventory in TypeScript, as the default export of its file.
 *
 * @example
 * export default defineInventory({
 *   hosts: { gw1: { address: '192.0.2.1' }, gw2: { address: '192.0.2.2' } },
 *   groups: { gateways: { hosts: ['gw1', 'gw2'], vars: { uplink: 'eth0' } } },
 * });
 *
 * @example
 * export default defineInventory(async () => ({ hosts: await hostsFromOurDatabase() }));
 */
export function defineInventory(data: InventorySourceData): InventorySourceData {
  const place = callerPlace();
  if (place !== undefined) places.set(data, place);
  return data;
}

/** Where {@link defineInventory} was called with this. */
export function placeOfInventory(data: unknown): Place | undefined {
  return typeof data === 'object' || typeof data === 'function' ? places.get(data ?? {}) : undefined;
}
