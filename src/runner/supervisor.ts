import type { Host } from '../inventory/inventory.ts';
import type { Compiled } from '../steps/compile.ts';
import type { Program } from '../steps/program.ts';
import type { ConnectOptions } from '../transport/index.ts';
import type { Connection } from '../transport/transport.ts';

/** A program that is about to go to a host. */
export interface Sending {
  readonly host: string;
  readonly play: string;
  readonly program: Program;
  readonly compiled: Compiled;
}

/** Who stands between what is built and the hosts: a plan that is made, or kept to. */
export interface Supervisor {
  /** Opens the connection to a host. */
  readonly connect: (host: Host, options: ConnectOptions) => Promise<Connection>;
  /** Is shown each program before it goes to its host, and rejects where it must not. */
  readonly review: (sending: Sending) => Promise<void>;
}
