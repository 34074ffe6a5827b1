import type { Host } from '../../inventory/inventory.ts';
import type { Play } from '../../playbook/play.ts';
import { batchesOf } from '../../playbook/rolling.ts';
import { Lockstep } from './lockstep.ts';
import { Once } from './once.ts';
import type { Place } from './places.ts';

/** Hosts of a play that are gone through together. */
export class Batch {
  readonly play: Play;
  /** Counted from 1. */
  readonly number: number;
  readonly of: number;
  readonly hosts: readonly Host[];
  readonly once = new Once();
  readonly lockstep: Lockstep | undefined;
  readonly #gates: ReadonlyMap<string, Gate>;

  constructor(play: Play, number: number, of: number, hosts: readonly Host[]) {
    this.play = play;
    this.number = number;
    this.of = of;
    this.hosts = hosts;
    const names = hosts.map(({ name }) => name);
    this.#gates = new Map(names.map((name) => [name, new Gate()]));
    this.lockstep = play.options.strategy === 'linear' ? new Lockstep(names) : undefined;
  }

  /** The place that a host has to work, once its turn has come. */
  turnOf(host: string): Promise<Place> {
    return this.#gate(host).opened;
  }

  /** It is this host's turn. */
  begin(host: string, place: Place): void {
    this.#gate(host).open(place);
  }

  /** These hosts take no part. */
  drop(hosts: readonly string[]): void {
    for (const host of hosts) {
      this.once.drop(host);
      this.lockstep?.end(host);
    }
  }

  #gate(host: string): Gate {
    const gate = this.#gates.get(host);
    if (gate === undefined) throw new Error(`${host} is not of this batch`);
    return gate;
  }
}

/** The batches of a play, by its options. */
export function planBatches(play: Play, hosts: readonly Host[]): readonly Batch[] {
  const all = batchesOf(hosts, play.options.serial);
  return all.map((some, index) => new Batch(play, index + 1, all.length, some));
}

/** Holds what has been built back until the turn of its host has come. */
class Gate {
  readonly opened: Promise<Place>;
  open: (place: Place) => void = () => {};

  constructor() {
    this.opened = new Promise((resolve) => {
      this.open = resolve;
    });
  }
}
