import { TsplayErrors } from '../errors/tsplay-error.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { openSecrets } from '../secrets/sealed.ts';
import { hostNamed } from './host-named.ts';
import { HostRunner, type RunContext } from './host-runner.ts';

/** One runner for each host that a run has to do with; those that tasks are delegated to come when they are needed. */
export class Runners {
  readonly #inventory: Inventory;
  readonly #context: RunContext;
  readonly #byName = new Map<string, HostRunner>();
  readonly #coming = new Map<string, Promise<HostRunner>>();

  constructor(inventory: Inventory, context: RunContext) {
    this.#inventory = inventory;
    this.#context = context;
  }

  /** Those that there are, by the names of their hosts. */
  get all(): ReadonlyMap<string, HostRunner> {
    return this.#byName;
  }

  /** Makes the runners of these hosts; what has to be brought up first is brought up. */
  async prepare(names: readonly string[]): Promise<void> {
    const { hosts, prepare } = this.#inventory;
    const tell = (message: string): void => this.#context.emit({ type: 'warning', message });
    const known = names.filter((name) => hosts.has(name));
    const reachable = (await prepare?.(known, tell)) ?? hosts;
    for (const name of names) {
      const host = reachable.get(name) ?? hostNamed(this.#inventory, name);
      if (host === undefined) continue;
      this.#byName.set(name, new HostRunner(host, hosts.get(name) ?? host, this.#context));
    }
  }

  /** The runner of any host. */
  async of(name: string): Promise<HostRunner> {
    const there = this.#byName.get(name);
    if (there !== undefined) return there;
    const coming = this.#coming.get(name) ?? this.#new(name);
    this.#coming.set(name, coming);
    return coming;
  }

  /** Asks all hosts, or these, to stop at their next step boundary. */
  interrupt(but?: string): void {
    for (const [name, runner] of this.#byName) if (name !== but) runner.interrupt();
  }

  /** Settles when nothing runs on a host; what is told of it then comes between two programs. */
  async quiet(name: string): Promise<void> {
    await this.#byName.get(name)?.quiet();
  }

  async close(): Promise<void> {
    await Promise.all([...this.#byName.values()].map((runner) => runner.close()));
  }

  async #new(name: string): Promise<HostRunner> {
    const host = hostNamed(this.#inventory, name);
    const problems = await openSecrets([[host?.becomePassword, host?.password]]);
    if (problems.length > 0) throw new TsplayErrors(problems);
    await this.prepare([name]);
    const runner = this.#byName.get(name);
    if (runner === undefined) throw new Error(`${name} is no host of the inventory`);
    return runner;
  }
}
