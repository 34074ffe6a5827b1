import type { TsplayEvent } from '../events.ts';
import type { InventoryNames } from '../inventory/find.ts';
import type { Wished } from './planning/selection.ts';
import type { TransportName } from '../transport/index.ts';
import type { Asking } from '../transport/target.ts';
import type { Supervisor } from './supervisor.ts';
import type { Secret } from '../secrets/secret.ts';

/** What is run, on what, and how. */
export interface RunOptions {
  readonly playbook: string;
  readonly inventory: InventoryNames;
  readonly mode: 'run' | 'check';
  /** Only hosts that match this pattern too. */
  readonly limit?: string | undefined;
  /** Only these hosts, too. @defaultValue all */
  readonly among?: readonly string[] | undefined;
  /** Most hosts at once. */
  readonly forks: number;
  /** Send the texts of files, for diffs. */
  readonly diff: boolean;
  /** Variables that win over those of the inventory. */
  readonly extraVars: Readonly<Record<string, unknown>>;
  /** What becoming another user asks for, on hosts whose inventory does not say it. */
  readonly becomePassword?: Secret | undefined;
  /** The one way to reach hosts; undefined: what fits each. */
  readonly transport?: TransportName | undefined;
  /** Who can be asked while hosts are connected to. */
  readonly asking?: Asking | undefined;
  /** Facts of former runs are good for so many ms, and those of this one are kept; 0: neither. @defaultValue 0 */
  readonly factAge?: number | undefined;
  /** What of the playbook is run. @defaultValue all of it */
  readonly wished?: Wished | undefined;
  /** Who stands between what is built and the hosts. @defaultValue nobody */
  readonly supervisor?: Supervisor | undefined;
  readonly cwd: string;
  readonly emit: (event: TsplayEvent) => void;
  /** Aborted when the user wants the run to end: no host begins another step. */
  readonly signal: AbortSignal;
}
