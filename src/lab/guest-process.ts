import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import { labError } from '../errors/lab.ts';
import { guestCommand, guestPaths, type GuestCommand } from './qemu.ts';
import { tail, TIED } from './run-command.ts';

/** A guest's QEMU process. */
export interface GuestProcess {
  readonly pid: number;
  /** Waits for `work`, but fails with what QEMU said as soon as QEMU ends. */
  outlives<T>(work: Promise<T>): Promise<T>;
  /** Settles when QEMU has ended. */
  readonly ended: Promise<unknown>;
}

/**
 * Starts QEMU in a session of its own, with its messages in the guest's log. A tied guest ends with this
 * process; any other outlives it.
 */
export async function startGuest(guest: GuestCommand, tied: boolean): Promise<GuestProcess> {
  const [command = '', ...args] = tied ? [...TIED, ...guestCommand(guest)] : guestCommand(guest);
  const { log } = guestPaths(guest.prefix);
  const output = await open(log, 'w', 0o600);
  const child: ChildProcess = spawn(command, args, {
    detached: true,
    stdio: ['ignore', output.fd, output.fd],
  });
  child.unref();
  const ended = new Promise((resolve) => child.once('exit', resolve));
  try {
    await once(child, 'spawn');
  } finally {
    await output.close();
  }
  const failed = ended.then(async () => {
    const lines = (await readFile(log, 'utf8')).split('\n').filter((line) => !line.includes('warning:'));
    throw labError('lab-guest-ended', { guest: guest.name, output: tail(lines.join('\n')) });
  });
  // It is of interest only to those who wait for work.
  failed.catch(() => {});
  return { pid: child.pid ?? 0, ended, outlives: (work) => Promise.race([work, failed]) };
}
