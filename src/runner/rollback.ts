import { TsplayError, TsplayErrors } from '../errors/tsplay-error.ts';
import type { StepStatus, TsplayEvent } from '../events.ts';
import { inventoryText } from '../inventory/find.ts';
import { warningTexts, type Host } from '../inventory/inventory.ts';
import { selectHosts } from '../inventory/pattern.ts';
import { openInventory } from '../playbook/open-inventory.ts';
import { connect } from '../transport/index.ts';
import { openSecrets } from '../secrets/sealed.ts';
import type { Compiled } from '../steps/compile.ts';
import { rollbackText } from '../steps/runtime.ts';
import { FactCache, factFolder } from './facts/fact-cache.ts';
import type { Frame } from './session/frames.ts';
import { becomeOf } from './host-runner.ts';
import type { RunOptions } from './options.ts';
import { Places, type Place } from './schedule/places.ts';
import { runName } from './run-name.ts';
import { Session, type SessionListener } from './session/session.ts';
import { whileWanted } from './session/while-wanted.ts';
import { Summary } from './summary.ts';

/** What of a run's options a rollback needs. */
export type RollbackOptions = Pick<
  RunOptions,
  'inventory' | 'limit' | 'forks' | 'cwd' | 'emit' | 'signal' | 'becomePassword' | 'transport' | 'asking'
>;

/** The name under which a rollback stands in the events. */
const task = 'rollback';

/** Puts back what the last run changed, on every host, by the journal that it left there. */
export async function rollback(options: RollbackOptions): Promise<void> {
  const inventory = await openInventory(options.inventory, options.cwd);
  const names = selectHosts(inventory, options.limit ?? 'all', options.cwd).map((host) => host.name);
  const problems = await openSecrets(
    names.flatMap((name) => [inventory.hosts.get(name)?.becomePassword, inventory.hosts.get(name)?.password]),
  );
  if (problems.length > 0) throw new TsplayErrors(problems);
  const summary = new Summary(names);
  const emit = (event: TsplayEvent): void => {
    summary.add(event);
    options.emit(event);
  };
  emit({
    type: 'run',
    version: 1,
    run: runName(),
    mode: 'rollback',
    inventory: inventoryText(options.inventory),
    hosts: names,
    time: new Date().toISOString(),
  });
  for (const message of warningTexts(inventory, options.cwd)) emit({ type: 'warning', message });
  const hosts =
    (await inventory.prepare?.(names, (message) => emit({ type: 'warning', message }))) ?? inventory.hosts;
  const factCache = new FactCache(factFolder(inventory, options.cwd), 0, () => {});
  const places = new Places(options.forks);
  await Promise.all(
    names.map((name) =>
      places.run(async (place) => {
        const host = hosts.get(name);
        if (options.signal.aborted || host === undefined) return;
        // What runs with --fact-cache have kept of it may not be so any more.
        factCache.drop(inventory.hosts.get(name) ?? host);
        await rollbackHost(host, options, place, emit);
      }),
    ),
  );
  emit(summary.event());
}

// Decided on the host: a login that is not root becomes root, or sees only what it has done itself.
const program: Compiled = {
  setup: ':',
  body: `${rollbackText()}\nts_tasks() { ts_rollback_start; }\n`,
  secrets: new Map(),
  segments: [
    { number: 1, user: 'root', body: `${rollbackText()}\nts_tasks() { ts_rollback; }\n`, secrets: new Map() },
  ],
};

const statuses: Readonly<Record<string, StepStatus>> = {
  now: 'changed',
  already: 'ok',
  gone: 'ok',
  left: 'unknown',
  wall: 'unknown',
  failed: 'failed',
};

const reasons: Readonly<Record<string, string>> = {
  left: 'nothing stood there before, and it cannot be taken away',
  wall: 'this change cannot be taken back',
};

/** Counts what the entries of a journal came to, and tells of each. */
class RollbackReader implements SessionListener {
  readonly #host: string;
  readonly #emit: (event: TsplayEvent) => void;
  readonly #counts = { changed: 0, failed: 0, unknown: 0 };
  #stderr = '';

  constructor(host: string, emit: (event: TsplayEvent) => void) {
    this.#host = host;
    this.#emit = emit;
  }

  output(stream: 'stdout' | 'stderr', text: string): void {
    if (stream === 'stderr') this.#stderr = (this.#stderr + text).slice(-65_536);
  }

  frame({ type, words, payloads }: Frame): void {
    const host = this.#host;
    if (type === 'alone') {
      const message = 'this login cannot become root, so only what it has done itself is taken back';
      this.#emit({ type: 'warning', host, message });
    }
    if (type !== 'undo') return;
    const [word = ''] = words;
    const status = statuses[word] ?? 'unknown';
    if (status !== 'ok') this.#counts[status] += 1;
    const reason = reasons[word];
    const what = payloads[0] ?? '';
    this.#emit({ type: 'step', host, task, what, status, ...(reason === undefined ? {} : { reason }) });
  }

  /** The end of the task, once the program has run. */
  end(ms: number): TsplayEvent {
    const { changed, failed, unknown } = this.#counts;
    const base = { type: 'task', host: this.#host, task, ms } as const;
    if (failed === 0) return { ...base, status: changed > 0 ? 'changed' : unknown > 0 ? 'unknown' : 'ok' };
    const message = `${failed} change${failed === 1 ? '' : 's'} could not be taken back`;
    const hint = 'What is left of the journal stays on the host; mend the cause and roll back again.';
    const stderr = this.#stderr === '' ? undefined : this.#stderr;
    return { ...base, status: 'failed', error: { code: 'undo-failed', message, hint, stderr } };
  }
}

async function rollbackHost(
  host: Host,
  options: RollbackOptions,
  place: Place,
  emit: (event: TsplayEvent) => void,
): Promise<void> {
  const started = Date.now();
  const reader = new RollbackReader(host.name, emit);
  try {
    emit({ type: 'host', host: host.name, state: 'connecting' });
    const { transport, asking, signal } = options;
    const tell = (message: string): void => emit({ type: 'warning', host: host.name, message });
    const connection = await place.lend(
      whileWanted(host.name, signal, connect(host, { transport, asking, tell, givenUp: signal })),
    );
    emit({ type: 'host', host: host.name, state: 'connected' });
    emit({ type: 'task-start', host: host.name, task });
    const session = new Session(connection, {
      host: host.name,
      mode: 'apply',
      run: 'rollback',
      diff: false,
      become: becomeOf(host, options.becomePassword),
    });
    await session.run(program, reader);
    await session.close();
    await connection.close();
    emit(reader.end(Date.now() - started));
  } catch (error) {
    if (!(error instanceof TsplayError)) throw error;
    const { code, message, hint } = error;
    emit({ type: 'unreachable', host: host.name, error: { code, message, hint } });
  } finally {
    emit({ type: 'host', host: host.name, state: 'done' });
  }
}
