import type { Host } from '../../inventory/inventory.ts';
import { connect, type ConnectOptions } from '../../transport/index.ts';
import type { Connection } from '../../transport/transport.ts';

/** Connections that outlive the run which opened them: the next one goes on with the same. */
export class KeptConnections {
  readonly #open = new Map<string, Connection>();

  /** The connection to a host that is open, else a new one. Who gets it does not close it. */
  async connect(host: Host, options: ConnectOptions): Promise<Connection> {
    const open = this.#open.get(host.name) ?? (await this.#connect(host, options));
    return {
      exec: (command) => open.exec(command),
      closed: open.closed,
      close: () => Promise.resolve(),
      destroy: () => {
        this.#open.delete(host.name);
        open.destroy();
      },
    };
  }

  async #connect(host: Host, options: ConnectOptions): Promise<Connection> {
    const opened = await connect(host, options);
    this.#open.set(host.name, opened);
    void this.#forget(host.name, opened);
    return opened;
  }

  async #forget(host: string, opened: Connection): Promise<void> {
    await opened.closed;
    if (this.#open.get(host) === opened) this.#open.delete(host);
  }

  /** Closes all. */
  async close(): Promise<void> {
    await Promise.all([...this.#open.values()].map((connection) => connection.close()));
  }
}
