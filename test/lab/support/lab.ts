import { afterAll, beforeAll, beforeEach } from 'vitest';
import { TsplayError } from '../../../src/errors/tsplay-error.ts';
import type { Host } from '../../../src/inventory/inventory.ts';
import { labDown, labInventory, labReset, labUp } from '../../../src/lab/index.ts';
import { SshMasters, type Ended } from './ssh-masters.ts';

/** Guests of a lab that a test file has to itself. */
export interface Lab {
  /** The lab's name, which `TSPLAY_LAB` holds for what the tests start. */
  readonly name: string;
  /** Names of the guests: lab1, lab2 and so on. */
  readonly hosts: readonly string[];
  /** A guest as the inventory has it: with port, key and known_hosts. */
  host(name: string): Host;
  /** Runs a shell command on a guest over an open connection (about 0.1 s). Never throws for its status. */
  ssh(host: string, command: string, options?: { user?: string; input?: string }): Promise<Ended>;
  /** As `ssh`, but gives the trimmed standard output, and throws if the status is not 0. */
  read(host: string, command: string): Promise<string>;
  /** Gives a guest back as it came from the build, in about a second. */
  reset(host: string): Promise<void>;
}

/** What keeps a lab from being had here and is no fault of the code. */
const UNAVAILABLE = new Set(['lab-unsupported', 'lab-tools-missing', 'lab-needs-root']);

const tell = (line: string): void => console.error(`[lab] ${line}`);

/**
 * Brings up `count` guests before the tests of this file and ends them after. Where a lab cannot be had the
 * tests are loudly not run; in CI that is a failure.
 */
export function withLab(count: number): Lab {
  const name = `test-${process.pid}`;
  const masters = new SshMasters();
  let hosts: ReadonlyMap<string, Host> = new Map();
  let missing: string | undefined;

  const host = (hostName: string): Host => {
    const found = hosts.get(hostName);
    if (!found) throw new Error(missing ?? `${hostName} is not up`);
    return found;
  };

  beforeAll(async () => {
    process.env['TSPLAY_LAB'] = name;
    try {
      await labUp(count, { tell, tied: true });
    } catch (error) {
      const known = error instanceof TsplayError && UNAVAILABLE.has(error.code);
      if (!known || process.env['CI']) throw error;
      missing = `LAB TESTS NOT RUN: ${error.message}. ${error.hint ?? ''}`;
      console.error(missing);
      return;
    }
    hosts = (await labInventory()).hosts;
  });
  beforeEach((context) => context.skip(missing !== undefined, missing));
  afterAll(async () => {
    masters.close();
    await labDown({ tell });
  });

  const ssh: Lab['ssh'] = (hostName, command, options = {}) => masters.run(host(hostName), command, options);
  return {
    name,
    hosts: Array.from({ length: count }, (_, i) => `lab${i + 1}`),
    host,
    ssh,
    async read(hostName, command) {
      const { code, stdout, stderr } = await ssh(hostName, command);
      if (code !== 0) throw new Error(`${hostName}: ${command}: status ${code}: ${stderr}${stdout}`);
      return stdout.trim();
    },
    async reset(hostName) {
      masters.close(host(hostName));
      await labReset(hostName, { tell, tied: true });
    },
  };
}
