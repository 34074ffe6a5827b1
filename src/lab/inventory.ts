import { join } from 'node:path';
import type { Host, Inventory } from '../inventory/inventory.ts';
import { IMAGE_FILES } from './image.ts';
import { guestName, knownHostsFile, runningGuests, type GuestRecord } from './state.ts';
import { labUp } from './up.ts';

/** Guests that are there to be named when none is up. */
const DEFAULT_COUNT = 3;

const GROUPS = ['all', 'lab'] as const;

function hostOf(number: number, guest: GuestRecord | undefined): Host {
  const access = guest && {
    port: guest.port,
    identityFiles: [join(guest.image, IMAGE_FILES.key)],
    knownHostsFiles: [knownHostsFile()],
  };
  return {
    name: guestName(number),
    connection: 'ssh',
    address: '127.0.0.1',
    user: 'root',
    vars: {},
    groups: GROUPS,
    ...access,
  };
}

function hostsOf(guests: readonly GuestRecord[]): ReadonlyMap<string, Host> {
  const count = Math.max(DEFAULT_COUNT, ...guests.map(({ number }) => number));
  const numbers = Array.from({ length: count }, (_, i) => i + 1);
  return new Map(
    numbers.map((number) => [
      guestName(number),
      hostOf(
        number,
        guests.find((guest) => guest.number === number),
      ),
    ]),
  );
}

async function upHosts(): Promise<ReadonlyMap<string, Host>> {
  return hostsOf((await runningGuests()).filter((guest) => guest.ready));
}

/**
 * The lab as an inventory: lab1 to lab3, and more if more are up, in the groups `all` and `lab`, as root with
 * the lab's key. A guest's port is known once it is up: `prepare` brings up the guests that are needed and gives
 * the hosts with their ports.
 */
export async function labInventory(): Promise<Inventory> {
  const hosts = await upHosts();
  const names = [...hosts.keys()];
  return {
    source: 'lab',
    hosts,
    groups: new Map(GROUPS.map((group) => [group, names])),
    async prepare(needed, tell) {
      const count = Math.max(1, ...needed.map((name) => names.indexOf(name) + 1));
      await labUp(count, { tell });
      return upHosts();
    },
  };
}
