import type { Host } from '../inventory/inventory.ts';
import { printed } from '../runner/planning/compile-for-host.ts';
import type { Sending, Supervisor } from '../runner/supervisor.ts';
import { concealed } from '../secrets/conceal.ts';
import type { Program } from '../steps/program.ts';
import type { ConnectOptions } from '../transport/index.ts';
import type { Connection } from '../transport/transport.ts';
import { programDigest } from './digest.ts';
import type { Finding, Findings } from './findings.ts';
import type { PlanEnd, PlannedProgram } from './host-plan.ts';
import { identityOf, type Identity } from './identity.ts';

/** What is known of a host so far. */
export interface Notes {
  identity: Identity | undefined;
  readonly programs: PlannedProgram[];
  ends: PlanEnd | undefined;
  last: Program | undefined;
}

/** Notes what a check sends to each host, as far as a run would send the same. */
export class Planner implements Supervisor {
  readonly notes = new Map<string, Notes>();
  readonly #open: Supervisor['connect'];
  readonly #findings: Findings;
  readonly #salt: string;

  constructor(open: Supervisor['connect'], findings: Findings, salt: string) {
    this.#open = open;
    this.#findings = findings;
    this.#salt = salt;
  }

  readonly connect = async (host: Host, options: ConnectOptions): Promise<Connection> => {
    const connection = await this.#open(host, options);
    this.#of(host.name).identity = await identityOf(connection);
    return connection;
  };

  readonly review = async ({ host, play, program, compiled }: Sending): Promise<void> => {
    if (onlyGathers(program)) return;
    const notes = this.#of(host);
    const judged = undecided(notes.last, this.#findings.of(host));
    if (judged !== undefined) {
      const why = `what ${judged} came to is decided by a function, and a check has not run it`;
      notes.ends ??= { play, why };
    }
    notes.last = program;
    if (notes.ends !== undefined) return;
    const digest = await programDigest(compiled, this.#salt);
    notes.programs.push({ play, tasks: taskIds(program), digest, text: concealed(printed(compiled)) });
  };

  #of(host: string): Notes {
    const notes = this.notes.get(host) ?? {
      identity: undefined,
      programs: [],
      ends: undefined,
      last: undefined,
    };
    this.notes.set(host, notes);
    return notes;
  }
}

/** What asks a host for its facts changes nothing; what is built from them is looked at. */
export function onlyGathers({ items }: Program): boolean {
  return items.every((item) => item.kind !== 'task' || item.gathers !== undefined);
}

/** The ids of the tasks of a program. */
export function taskIds({ items }: Program): readonly string[] {
  return items.flatMap((item) => (item.kind === 'task' ? [item.id] : []));
}

/** The last task of a program, where a run would go on by what it came to, which a check does not know. */
function undecided(program: Program | undefined, found: readonly Finding[]): string | undefined {
  const last = program?.items.at(-1);
  if (last?.kind !== 'task' || last.judge === undefined) return undefined;
  const status = found.findLast((one) => one.task === last.id)?.status;
  return status === 'changed' || status === 'unknown' ? last.id : undefined;
}
