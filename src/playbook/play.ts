import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { Place } from '../errors/tsplay-error.ts';
import type { FactSource, FactsOf } from '../facts/source.ts';
import type { GatheredFacts } from './gather-facts.ts';
import type { GroupName, KnownPattern, Pattern, UnknownNames, VarsOf } from './inventory-types.ts';
import { callerPlace } from './place.ts';
import type { RollingOptions } from './rolling.ts';
import type { BeyondHost } from './beyond-host.ts';

/** What the body of a play gets: the host, its variables as the schema gave them, and the facts that it reads. */
export type BodyInput<V, G extends readonly FactSource[] = readonly [], P extends string = string> = {
  readonly host: HostView<P>;
  readonly vars: V;
  /**
   * Facts of any host of the inventory. One that takes part in this run is asked now, unless they are known, which
   * takes a round trip there; of another one there is what `--fact-cache` has kept. A barrier: it has to be awaited.
   * Rejects where they cannot be had.
   *
   * @example const { interfaces } = await factsOf('db1', 'network');
   */
  readonly factsOf: <const S extends FactSource>(
    host: string,
    source: S,
  ) => Promise<FactsOf<S>[keyof FactsOf<S>]>;
} & BeyondHost &
  (G extends readonly [] ? unknown : { readonly facts: FactsIn<G> });

/** Of a list that the compiler does not know, any group may be missing. */
type FactsIn<G extends readonly FactSource[]> = number extends G['length']
  ? Partial<FactsOf<G[number]>>
  : FactsOf<G[number]>;

/** What a body may know of the host it is built for. */
export interface HostView<P extends string = string> {
  readonly name: string;
  readonly address: string;
  readonly groups: readonly GroupName[];
  /**
   * All its variables, as the inventory and `-e` give them, whatever the schema of the play takes. They have types where
   * `tsplay types` has written declarations for the inventory.
   */
  readonly vars: VarsOf<P>;
}

/** How a play runs. */
export interface PlayOptions<
  S extends StandardSchemaV1 = StandardSchemaV1<unknown, Record<string, unknown>>,
  G extends readonly FactSource[] = readonly FactSource[],
  P extends string = string,
> extends RollingOptions {
  /**
   * Which hosts: a pattern of names, groups, globs: `web*`, `gateways:!gw3`, `web[0:2]`, `@hosts.txt`. Where `tsplay types` has written declarations
   * for the inventory, a name in it that is that of no host or group is a type error.
   */
  readonly hosts: KnownPattern<P, UnknownNames<P>>;
  /** Run as another user: `true` for root. @defaultValue false */
  readonly become?: boolean | string | undefined;
  /** A schema of the variables (valibot, zod, arktype, …), checked for every host before any connection. */
  readonly vars?: S | undefined;
  /**
   * Groups of facts that the body reads, by name or of your own ({@link customFacts}, {@link sysctlFacts}); only these
   * are gathered, and only these are there. They are a barrier of their own, one more round trip: what stands in the
   * body is built when they have come. They are gathered in a check too. One that cannot be had is a warning, and
   * throws where the body reads it.
   *
   * Later plays of a run get what an earlier one gathered, until a task on that host changes something or fails:
   * then the next play that reads facts gathers all of its own anew.
   *
   * @defaultValue none
   * @example
   * play('Uplinks', { hosts: 'gateways', facts: ['network'] }, ({ facts }) => {
   *   for (const { name, driver } of facts.network.interfaces)
   *     if (driver === 'igb') file(`/etc/systemd/network/${name}.link`, { content: … });
   * });
   */
  readonly facts?: G | undefined;
}

/** A play: its body is run once per host, on the controller, and says what the host must be. */
export interface Play {
  readonly kind: 'tsplay.play';
  readonly name: string;
  readonly options: PlayOptions;
  readonly body: (
    input: {
      readonly host: HostView;
      readonly vars: unknown;
      readonly factsOf: (host: string, source: unknown) => Promise<unknown>;
      readonly facts?: GatheredFacts;
    } & BeyondHost,
  ) => unknown;
  /** Where it was declared. */
  readonly where?: Place | undefined;
}

/**
 * Declares a play.
 *
 * @example
 * export default play('Edge', { hosts: 'gateways', become: true }, () => {
 *   bond('bond0', { mode: 'active-backup', slaves: ['eth1', 'eth2'] });
 * });
 */
export function play<
  const P extends Pattern,
  S extends StandardSchemaV1 = StandardSchemaV1<unknown, VarsOf<P>>,
  const G extends readonly FactSource[] = readonly [],
>(
  name: string,
  options: PlayOptions<S, G, P>,
  body: (input: BodyInput<StandardSchemaV1.InferOutput<S>, G, P>) => unknown,
): Play {
  return {
    kind: 'tsplay.play',
    name,
    options: options as unknown as PlayOptions,
    // That it gets the facts that it reads is what plan.ts sees to.
    body: body as unknown as Play['body'],
    where: callerPlace(),
  };
}

/** Is this a play, also one made by another copy of tsplay? */
export function isPlay(value: unknown): value is Play {
  return typeof value === 'object' && value !== null && (value as { kind?: unknown }).kind === 'tsplay.play';
}
