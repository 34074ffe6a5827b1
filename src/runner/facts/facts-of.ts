import { factsError } from '../../errors/facts.ts';
import type { Place } from '../../errors/tsplay-error.ts';
import { nameOf, type FactSource } from '../../facts/source.ts';
import type { Host, Inventory } from '../../inventory/inventory.ts';
import { gatherFacts } from '../../playbook/gather-facts.ts';
import type { Counters, Send } from '../../playbook/barriers.ts';
import { HostBuild } from '../../playbook/host-build.ts';
import { callerPlace } from '../../playbook/place.ts';
import type { Play } from '../../playbook/play.ts';
import type { FactCache } from './fact-cache.ts';
import type { HostRunner } from '../host-runner.ts';
import { KnownFacts } from './known-facts.ts';
import { noPlace } from '../schedule/places.ts';
import { loginsOf } from '../planning/logins.ts';

/** A body's wish to know facts of some host. */
export interface Wish {
  readonly play: Play;
  /** The host whose body asks. */
  readonly asking: Host;
  readonly name: string;
  readonly source: FactSource;
  readonly where: Place | undefined;
}

/** What there is to fulfil it with. */
export interface Sources {
  readonly inventory: Inventory;
  /** The hosts of this run. */
  readonly runners: ReadonlyMap<string, HostRunner>;
  readonly cache: FactCache;
  /** What numbers are taken in a host's session. */
  readonly countersOf: (host: string) => Counters;
}

/** Facts of a host of this run are gathered there; of others there is only what former runs have kept. */
export async function factsOfHost(
  wish: Wish,
  { inventory, runners, cache, countersOf }: Sources,
): Promise<unknown> {
  const { play, asking, name, source, where } = wish;
  const host = inventory.hosts.get(name);
  if (host === undefined) throw new Error(`${name} is no host of the inventory`);
  const runner = runners.get(name);
  const send: Send = async (program) => {
    if (runner !== undefined) return runner.send(play, program, noPlace);
    const known = new KnownFacts(host, 'check', cache).answer(program);
    if (known !== undefined) return known;
    const context = { host: asking.name, where };
    throw factsError('facts-not-kept', { host: name, group: nameOf(source) }, context);
  };
  const users = {
    login: (await loginsOf([host], [])).get(name) ?? '',
    become: play.options.become ?? false,
  };
  const build = new HostBuild(play.name, name, countersOf(name), callerPlace, send, users);
  let facts: unknown;
  await build.run(async () => {
    facts = (await gatherFacts(build, [source], name, where))[nameOf(source)];
  });
  return facts;
}
