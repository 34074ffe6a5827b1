import { near } from '../../errors/near.ts';
import { runnerError } from '../../errors/runner.ts';
import type { Host, Inventory } from '../../inventory/inventory.ts';
import type { Choice } from '../../playbook/choice.ts';
import type { Counters, Send } from '../../playbook/barriers.ts';
import { HostBuild } from '../../playbook/host-build.ts';
import { callerPlace } from '../../playbook/place.ts';
import type { BeyondHost } from '../../playbook/beyond-host.ts';
import { currentBuild } from '../../steps/build-context.ts';
import type { Batch } from './batch.ts';
import type { HostRunner } from '../host-runner.ts';
import { noPlace } from './places.ts';
import { Beyond, type Wait } from './once.ts';
import { controller, hostNamed } from '../host-named.ts';
import type { Turns } from './turns.ts';
import { loginsOf } from '../planning/logins.ts';

/** What all hosts of a run share. */
export interface Shared {
  readonly inventory: Inventory;
  readonly runnerOf: (host: string) => Promise<HostRunner>;
  readonly turns: Turns;
  /** What numbers are taken in a host's session. */
  readonly countersOf: (host: string) => Counters;
  /** Throws where the run has been ended. */
  readonly mayGo: (batch: Batch, host: string, tasks: readonly string[]) => void;
}

/** The body that goes beyond its host. */
export interface Asking {
  readonly host: Host;
  readonly batch: Batch;
  readonly choiceOn: (host: string) => Choice;
  /** It comes to a barrier. */
  readonly reached: () => void;
  /** Ends the body: what follows depends on what a check cannot know. */
  readonly stop: (task: string) => void;
}

/** What a body can do beyond its own host, and whether it has waited for all of that. */
export interface BeyondBody extends BeyondHost {
  /** What has been begun and not awaited, and where. */
  readonly open: ReadonlySet<{ readonly what: string; readonly where: ReturnType<typeof callerPlace> }>;
}

/** Makes that for one body. */
export function beyondHost(asking: Asking, shared: Shared): BeyondBody {
  const { host, batch, reached } = asking;
  const open = new Set<{ readonly what: string; readonly where: ReturnType<typeof callerPlace> }>();
  const counts = new Map<string, number>();
  /** The second of a name is another one. */
  const nth = (name: string): string => {
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    return `${name}#${count}`;
  };
  const wait: Wait = async (waiting) => {
    reached();
    const place = await batch.turnOf(host.name);
    const left = place.leave(waiting);
    return batch.lockstep?.away(host.name, left) ?? left;
  };
  /** In lockstep all are to have come here before one of them does it. */
  const together = async (): Promise<void> => {
    const { lockstep } = batch;
    if (lockstep === undefined) return;
    reached();
    const place = await batch.turnOf(host.name);
    await place.leave(lockstep.meet(host.name));
  };
  const never = <T>({ task }: Beyond): Promise<T> => {
    asking.stop(task);
    return new Promise<never>(() => {});
  };
  const awaited = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
    const one = { what, where: callerPlace() };
    open.add(one);
    try {
      return await work();
    } finally {
      open.delete(one);
    }
  };
  return {
    open,
    batch: batch.hosts.map(({ name }) => name),
    on: (name, body) =>
      awaited(`on('${name}')`, async () => {
        const value = await delegated(name, body, asking, shared);
        return value instanceof Beyond ? never(value) : value;
      }),
    runOnce: (name, body) =>
      awaited(`runOnce('${name}')`, async () => {
        const build = currentBuild('runOnce');
        const key = nth(name);
        await build.flush();
        await together();
        const work = async (): Promise<Awaited<ReturnType<typeof body>>> => {
          const value = await body();
          await build.flush();
          return value;
        };
        const value = await batch.once.run(key, host.name, work, wait);
        return value instanceof Beyond ? never(value) : value;
      }),
    throttle: (name, hosts, body) =>
      awaited(`throttle('${name}')`, async () => {
        const build = currentBuild('throttle');
        if (!Number.isInteger(hosts) || hosts < 1)
          throw runnerError('bad-throttle', { name, hosts }, { host: host.name, where: callerPlace() });
        await build.flush();
        const key = JSON.stringify([batch.play.name, name]);
        reached();
        // One whose turn has not come must not keep others waiting.
        await batch.turnOf(host.name);
        await wait(shared.turns.take(key, hosts, host.name));
        try {
          const value = await body();
          await build.flush();
          return value;
        } finally {
          shared.turns.give(key, host.name);
        }
      }),
  };
}

/** Runs a body for another host, and its tasks there. */
async function delegated<T>(
  name: string,
  body: () => T | Promise<T>,
  { host, batch, choiceOn, reached }: Asking,
  { inventory, runnerOf, countersOf, mayGo }: Shared,
): Promise<T | Beyond> {
  const where = callerPlace();
  const outer = currentBuild('on');
  const target = hostNamed(inventory, name);
  if (target === undefined) {
    const args = { host: name, near: near(name, [...inventory.hosts.keys(), controller.name]) };
    throw runnerError('delegated-to-nobody', args, { host: host.name, where });
  }
  await outer.flush();
  const send: Send = async (program) => {
    // A body that does not wait for this comes to its end before, and that is told.
    await new Promise(setImmediate);
    reached();
    const place = await batch.turnOf(host.name);
    mayGo(batch, host.name, []);
    const runner = await place.leave(runnerOf(name));
    // The place is left: that host may need one itself to come to its end.
    return place.leave(runner.send(batch.play, program, noPlace, host.name));
  };
  const users =
    target === controller
      ? { login: '', become: false }
      : {
          login: (await loginsOf([target], [])).get(name) ?? '',
          become: batch.play.options.become ?? false,
        };
  const build = new HostBuild(
    batch.play.name,
    name,
    countersOf(name),
    callerPlace,
    send,
    users,
    choiceOn(name),
  );
  let value: T | undefined;
  const stopped = await build.run(async () => {
    value = await body();
  });
  return stopped === undefined ? (value as T) : new Beyond(`${stopped} on ${name}`);
}
