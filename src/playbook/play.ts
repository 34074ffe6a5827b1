import type { StandardSchemaV1 } from '@standard-schema/spec';

/** What the body of a play gets: the host, and its variables as the schema gave them. */
export interface BodyInput<V> {
  readonly host: HostView;
  readonly vars: V;
}

/** What a body may know of the host it is built for. */
export interface HostView {
  readonly name: string;
  readonly address: string;
  readonly groups: readonly string[];
}

/** How a play runs. */
export interface PlayOptions<
  S extends StandardSchemaV1 = StandardSchemaV1<unknown, Record<string, unknown>>,
> {
  /** Which hosts: a pattern of names, groups, globs: `web*`, `gateways:!gw3`. */
  readonly hosts: string;
  /** Run as another user: `true` for root. @defaultValue false */
  readonly become?: boolean | string | undefined;
  /** A schema of the variables (valibot, zod, arktype, …), checked for every host before any connection. */
  readonly vars?: S | undefined;
}

/** A play: its body is run once per host, on the controller, and says what the host must be. */
export interface Play {
  readonly kind: 'tsplay.play';
  readonly name: string;
  readonly options: PlayOptions;
  readonly body: (input: BodyInput<unknown>) => unknown;
}

/**
 * Declares a play.
 *
 * @example
 * export default play('Edge', { hosts: 'gateways', become: true }, () => {
 *   bond('bond0', { mode: 'active-backup', slaves: ['eth1', 'eth2'] });
 * });
 */
export function play<S extends StandardSchemaV1 = StandardSchemaV1<unknown, Record<string, unknown>>>(
  name: string,
  options: PlayOptions<S>,
  body: (input: BodyInput<StandardSchemaV1.InferOutput<S>>) => unknown,
): Play {
  return { kind: 'tsplay.play', name, options: options as PlayOptions, body: body as Play['body'] };
}

/** Is this a play, also one made by another copy of tsplay? */
export function isPlay(value: unknown): value is Play {
  return typeof value === 'object' && value !== null && (value as { kind?: unknown }).kind === 'tsplay.play';
}
