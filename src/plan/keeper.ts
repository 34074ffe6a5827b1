import { planError } from '../errors/plan.ts';
import type { Host } from '../inventory/inventory.ts';
import type { Sending, Supervisor } from '../runner/supervisor.ts';
import type { ConnectOptions } from '../transport/index.ts';
import type { Connection } from '../transport/transport.ts';
import { programDigest } from './digest.ts';
import type { HostPlan, PlannedProgram } from './host-plan.ts';
import { identityDifferences, identityOf } from './identity.ts';
import { onlyGathers, taskIds } from './planner.ts';

/** Lets nothing go to a host but what the plan has for it, in its order. */
export class Keeper implements Supervisor {
  readonly #open: Supervisor['connect'];
  readonly #hosts: Readonly<Record<string, HostPlan>>;
  readonly #salt: string;
  readonly #left: ReadonlyMap<string, PlannedProgram[]>;

  constructor(open: Supervisor['connect'], hosts: Readonly<Record<string, HostPlan>>, salt: string) {
    this.#open = open;
    this.#hosts = hosts;
    this.#left = new Map(Object.entries(hosts).map(([name, { programs }]) => [name, [...programs]]));
    this.#salt = salt;
  }

  readonly connect = async (host: Host, options: ConnectOptions): Promise<Connection> => {
    const connection = await this.#open(host, options);
    const planned = this.#hosts[host.name];
    // Since it was compared, the connection may have had to be opened anew.
    const differences =
      planned === undefined
        ? ['the plan does not have it']
        : identityDifferences(planned.identity, await identityOf(connection));
    if (differences.length === 0) return connection;
    throw planError('plan-host-differs', { host: host.name, differences }, { host: host.name });
  };

  readonly review = async ({ host, play, program, compiled }: Sending): Promise<void> => {
    if (onlyGathers(program)) return;
    const left = this.#left.get(host) ?? [];
    const tasks = taskIds(program);
    if (left.length === 0) {
      const why = this.#hosts[host]?.ends?.why ?? 'the check did not come to it';
      throw planError('plan-ends', { play, tasks, why }, { host });
    }
    // Those of one body come in their order; among them can be those that others have there.
    const digest = await programDigest(compiled, this.#salt);
    const index = left.findIndex((one) => one.digest === digest);
    if (index < 0) throw planError('plan-program-differs', { play, tasks }, { host });
    left.splice(index, 1);
  };
}
