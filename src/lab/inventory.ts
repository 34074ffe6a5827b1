import { join } from 'node:path';
import { labError } from '../errors/lab.ts';
import { TsplayErrors } from '../errors/tsplay-error.ts';
import type { Host, Inventory } from '../inventory/inventory.ts';
import { IMAGE_FILES } from './image.ts';
import { MAX_GUESTS } from './recipe.ts';
import { guestName, knownHostsFile, runningGuests, type GuestRecord } from './state.ts';
import { labUp } from './up.ts';

/** Guests that are there to be named when none is up. */
const DEFAULT_COUNT = 3;

/** How guests are reached. The port and the key of one are known once it is up. */
type Access = Pick<
  Host,
  | 'connection'
  | 'address'
  | 'user'
  | 'port'
  | 'identityFiles'
  | 'knownHostsFiles'
  | 'sshConfigFile'
  | 'connectTimeout'
>;

/** A login takes an emulated guest a second of a core, of which it may get little. */
const CONNECT_TIMEOUT_MS = 60_000;

function accessTo(number: number, guests: readonly GuestRecord[]): Access {
  const guest = guests.find((one) => one.number === number);
  return {
    connection: 'ssh',
    address: '127.0.0.1',
    user: 'root',
    // Its way is known; nothing that the user's ssh_config says for all hosts is meant for it.
    sshConfigFile: 'none',
    connectTimeout: CONNECT_TIMEOUT_MS,
    ...(guest && {
      port: guest.port,
      identityFiles: [join(guest.image, IMAGE_FILES.key)],
      knownHostsFiles: [knownHostsFile()],
    }),
  };
}

const numberOf = (name: string): number =>
  Array.from({ length: MAX_GUESTS }, (_, i) => i + 1).find((number) => guestName(number) === name) ?? 0;

async function readyGuests(): Promise<readonly GuestRecord[]> {
  return (await runningGuests()).filter((guest) => guest.ready);
}

/**
 * Gives those hosts of an inventory that are guests of the lab the way to reach them. `prepare` brings up the guests
 * that are needed.
 *
 * @throws {@link TsplayErrors} with all hosts that cannot be guests
 */
export async function onLab(inventory: Inventory): Promise<Inventory> {
  const isGuest = (name: string): boolean => inventory.hosts.get(name)?.connection === 'lab';
  const strangers = [...inventory.hosts.values()].filter(
    ({ name, connection }) => connection === 'lab' && numberOf(name) === 0,
  );
  if (strangers.length > 0) {
    throw new TsplayErrors(
      strangers.map(({ name, where }) =>
        labError('lab-no-guest', { host: name, most: MAX_GUESTS }, { host: name, where: where?.() }),
      ),
    );
  }
  const hosts = async (): Promise<ReadonlyMap<string, Host>> => {
    const guests = await readyGuests();
    return new Map(
      [...inventory.hosts].map(([name, host]) => [
        name,
        isGuest(name) ? { ...host, ...accessTo(numberOf(name), guests) } : host,
      ]),
    );
  };
  return {
    ...inventory,
    hosts: await hosts(),
    async prepare(needed, tell) {
      const count = Math.max(0, ...needed.filter(isGuest).map(numberOf));
      if (count > 0) await labUp(count, { tell });
      return hosts();
    },
  };
}

/**
 * The lab as an inventory: lab1 to lab3, and more if more are up, in the groups `all` and `lab`, as root with
 * the lab's key.
 */
export async function labInventory(): Promise<Inventory> {
  const running = await readyGuests();
  const count = Math.max(DEFAULT_COUNT, ...running.map(({ number }) => number));
  const names = Array.from({ length: count }, (_, i) => guestName(i + 1));
  const groups = ['all', 'lab'];
  const host = (name: string): Host => ({ name, connection: 'lab', address: name, vars: {}, groups });
  return onLab({
    source: 'lab',
    hosts: new Map(names.map((name) => [name, host(name)])),
    groups: new Map(groups.map((group) => [group, names])),
    graph: new Map([
      ['all', { hosts: [], children: ['lab'] }],
      ['lab', { hosts: names, children: [] }],
    ]),
    warnings: [],
  });
}
