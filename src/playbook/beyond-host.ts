/**
 * What a body can do beyond its own host. Each of these is a barrier, before and behind it: what stands before it has
 * run, and it has to be awaited.
 */
export interface BeyondHost {
  /** The names of the hosts of this batch, in their order, this one among them, as planned: some may have failed since. */
  readonly batch: readonly string[];
  /**
   * Runs tasks on another host of the inventory, in the middle of this host's play; `localhost` is the machine that tsplay
   * runs on, unless the inventory has a host of that name. It need not be within `--limit`. The tasks are those of that
   * host: they are claimed and told there, and become the play's user (but not on the controller). Gives what the body
   * gives, and throws what fails in it, so that this host's play fails too, unless that is caught.
   *
   * Claims hold within one such body: two in a row may want the host otherwise, as when it is to forget a server and to
   * know it again.
   *
   * @example
   * const { stdout } = await on('db1', () => command('lag', { run: ['lag'], reads: true }).result());
   */
  readonly on: <T>(host: string, body: () => T | Promise<T>) => Promise<T>;
  /**
   * Runs this once for all hosts of the batch: on the one that comes here first. The others wait, and get what it gives or
   * throws. Hosts know by its name that they mean the same.
   *
   * @example
   * const { stdout } = await runOnce('token', () => command('token', { run: ['make-token'] }).result());
   */
  readonly runOnce: <T>(name: string, body: () => T | Promise<T>) => Promise<T>;
  /**
   * Runs this on at most so many hosts at once, over all batches; the others wait for their turn. Those of one name count
   * together.
   *
   * @example
   * await throttle('restart', 2, () => void command('restart', { run: ['systemctl', 'restart', 'app'] }));
   */
  readonly throttle: <T>(name: string, hosts: number, body: () => T | Promise<T>) => Promise<T>;
}
