import { setTimeout as sleep } from 'node:timers/promises';
import { labError } from '../errors/lab.ts';
import { connectWhenThere, type LineSocket } from './line-socket.ts';

/** QEMU's machine protocol of one guest. */
export interface Monitor {
  /** Runs one command and gives what it returns. */
  execute(command: string, args?: Readonly<Record<string, unknown>>): Promise<unknown>;
  close(): void;
}

interface Reply {
  readonly return?: unknown;
  readonly error?: { readonly desc: string };
  readonly event?: string;
}

/** Connects to the monitor at `path` and is ready for commands. Everything must be over before `deadline`. */
export async function openMonitor(guest: string, path: string, deadline: AbortSignal): Promise<Monitor> {
  const silent = () => labError('lab-guest-silent', { guest, what: 'QEMU monitor' });
  const socket = await greeted(path, deadline);
  if (!socket) throw silent();

  const execute: Monitor['execute'] = async (command, args = {}) => {
    socket.send(JSON.stringify({ execute: command, arguments: args }));
    for (;;) {
      const line = await socket.next();
      if (line === undefined) throw silent();
      const reply = JSON.parse(line) as Reply;
      if (reply.error) throw labError('lab-guest-refused', { guest, command, output: reply.error.desc });
      // Events come in between and mean nothing to us: the states that matter are asked for.
      if (reply.event === undefined) return reply.return;
    }
  };
  await execute('qmp_capabilities');
  return { execute, close: () => socket.close() };
}

/** A monitor that has said its first line; one that hangs up before is that of a guest which is just being ended. */
async function greeted(path: string, deadline: AbortSignal): Promise<LineSocket | undefined> {
  for (;;) {
    const socket = await connectWhenThere(path, deadline);
    if (!socket || (await socket.next()) !== undefined) return socket;
    socket.close();
    await sleep(20);
  }
}

/** A path as a word of the shell command that QEMU migrates through. */
const quote = (path: string): string => `'${path.replaceAll("'", `'\\''`)}'`;

// The memory is a file of the image already; only the devices' state goes through the stream.
const IGNORE_SHARED = { capabilities: [{ capability: 'x-ignore-shared', state: true }] };

/** Stops the guest and writes the state of its devices to `file`. */
export async function saveState(monitor: Monitor, file: string): Promise<void> {
  await monitor.execute('stop');
  await monitor.execute('migrate-set-capabilities', IGNORE_SHARED);
  await monitor.execute('migrate', { uri: `exec:cat >${quote(file)}` });
  for (;;) {
    const { status } = (await monitor.execute('query-migrate')) as { status?: string };
    if (status === 'completed') return;
    if (status === 'failed' || status === 'cancelled')
      throw labError('lab-not-settled', { state: `saving its state: migration ${status}` });
    await sleep(20);
  }
}

/** Loads what {@link saveState} wrote and lets the guest run. */
export async function resumeState(monitor: Monitor, file: string): Promise<void> {
  await monitor.execute('migrate-set-capabilities', IGNORE_SHARED);
  await monitor.execute('migrate-incoming', { uri: `exec:cat ${quote(file)}` });
  for (;;) {
    const { status } = (await monitor.execute('query-status')) as { status: string };
    if (status !== 'inmigrate') break;
    await sleep(5);
  }
  await monitor.execute('cont');
}

/** The port on 127.0.0.1 that leads to the guest's port 22. */
export async function forwardedPort(monitor: Monitor): Promise<number> {
  const table = await monitor.execute('human-monitor-command', { 'command-line': 'info usernet' });
  const port = /HOST_FORWARD\]\s+\d+\s+127\.0\.0\.1\s+(\d+)/.exec(String(table))?.[1];
  return Number(port);
}
