import { randomBytes } from 'node:crypto';
import { TsplayError } from '../errors/tsplay-error.ts';
import { runnerError } from '../errors/runner.ts';
import type { StepStatus, TsplayEvent } from '../events.ts';
import { findInventory } from '../inventory/find.ts';
import type { Host } from '../inventory/inventory.ts';
import { loadInventory } from '../inventory/load.ts';
import { selectHosts } from '../inventory/pattern.ts';
import { loadModules } from '../playbook/load/index.ts';
import { connect } from '../transport/index.ts';
import { Limit } from '../transport/limit.ts';
import { FrameParser, type Frame } from './frames.ts';
import type { RunOptions } from './options.ts';
import { Summary } from './summary.ts';

/** What of a run's options a rollback needs. */
export type RollbackOptions = Pick<RunOptions, 'inventory' | 'limit' | 'forks' | 'cwd' | 'emit' | 'signal'>;

/** The name under which a rollback stands in the events. */
const task = 'rollback';

/** Puts back what the last run changed, on every host, by the journal that it left there. */
export async function rollback(options: RollbackOptions): Promise<void> {
  const source = await findInventory(options.inventory, options.cwd);
  const [loaded] = source.kind === 'typescript' ? await loadModules([source.file]) : [];
  const inventory = await loadInventory(source, loaded?.exports['default']);
  const names = selectHosts(inventory, options.limit ?? 'all').map((host) => host.name);
  const summary = new Summary(names);
  const emit = (event: TsplayEvent): void => {
    summary.add(event);
    options.emit(event);
  };
  const time = new Date().toISOString();
  emit({ type: 'run', version: 1, mode: 'rollback', inventory: options.inventory, hosts: names, time });
  const hosts =
    (await inventory.prepare?.(names, (message) => emit({ type: 'warning', message }))) ?? inventory.hosts;
  const limit = new Limit(options.forks);
  await Promise.all(
    names.map((name) =>
      limit.run(async () => {
        const host = hosts.get(name);
        if (options.signal.aborted) return;
        if (host !== undefined) await rollbackHost(host, emit);
      }),
    ),
  );
  emit(summary.event());
}

// The newest run with something left to undo; each undo takes its entry away.
const script = (nonce: string): string => `{
  set -f; TS_NONCE=${nonce}; export TS_NONCE
  if [ "$(id -u)" = 0 ]; then home=/var/lib/tsplay/v1; else home=\${XDG_STATE_HOME:-$HOME/.local/state}/tsplay/v1; fi
  home=\${TS_HOME:-$home} last=''
  set +f
  for entry in "$home"/runs/*/*.undo; do [ ! -f "$entry" ] || last=\${entry%/*}; done
  set -f
  if [ -n "$last" ]; then sh "$last/undo.sh" </dev/null; else printf '\\036%s undone 0\\n' "$TS_NONCE"; fi
  exit
}
`;

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

async function rollbackHost(host: Host, emit: (event: TsplayEvent) => void): Promise<void> {
  const nonce = randomBytes(16).toString('hex');
  const started = Date.now();
  const counts = { changed: 0, failed: 0, unknown: 0 };
  let finished = false;
  const frame = ({ type, words, payloads }: Frame): void => {
    if (type === 'undone') finished = true;
    if (type !== 'undo') return;
    const [word = ''] = words;
    const status = statuses[word] ?? 'unknown';
    if (status !== 'ok') counts[status] += 1;
    const reason = reasons[word];
    emit({
      type: 'step',
      host: host.name,
      task,
      what: payloads[0] ?? '',
      status,
      ...(reason === undefined ? {} : { reason }),
    });
  };
  try {
    emit({ type: 'host', host: host.name, state: 'connecting' });
    const connection = await connect(host);
    emit({ type: 'task-start', host: host.name, task });
    const channel = await connection.exec('exec sh');
    const parser = new FrameParser(nonce, { frame, text: () => {} });
    let stderr = '';
    channel.stdout.on('data', (chunk: Buffer) => parser.push(chunk));
    channel.stderr.on('data', (chunk: Buffer) => (stderr = (stderr + chunk.toString('utf8')).slice(-65_536)));
    channel.stdin.write(script(nonce));
    await channel.exit;
    await connection.close();
    if (!finished) throw runnerError('rollback-cut', { host: host.name, stderr }, { host: host.name });
    const status =
      counts.failed > 0 ? 'failed' : counts.changed > 0 ? 'changed' : counts.unknown > 0 ? 'unknown' : 'ok';
    const ms = Date.now() - started;
    if (status !== 'failed') {
      emit({ type: 'task', host: host.name, task, status, ms });
      return;
    }
    const message = `${counts.failed} change${counts.failed === 1 ? '' : 's'} could not be taken back`;
    const hint = 'What is left of the journal stays on the host; mend the cause and roll back again.';
    emit({
      type: 'task',
      host: host.name,
      task,
      status,
      ms,
      error: { code: 'undo-failed', message, hint, stderr },
    });
  } catch (error) {
    if (!(error instanceof TsplayError)) throw error;
    const { code, message, hint } = error;
    emit({ type: 'unreachable', host: host.name, error: { code, message, hint } });
  } finally {
    emit({ type: 'host', host: host.name, state: 'done' });
  }
}
