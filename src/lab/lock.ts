import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { labError } from '../errors/lab.ts';

/**
 * Runs `body` while holding a lock on `file`; others wait. The kernel holds it through a child that ends with
 * us, however we end, so no lock is ever stale. `waiting` is called if the lock is not free at once.
 */
export async function withLock<T>(file: string, waiting: () => void, body: () => Promise<T>): Promise<T> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const holder = spawn('flock', [file, 'sh', '-c', 'echo held; exec cat'], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const ended = once(holder, 'close');
  const held = Promise.race([
    once(holder.stdout, 'data'),
    ended.then(([code]) => {
      throw labError('lab-command-failed', { command: `flock ${file}`, output: `status ${String(code)}` });
    }),
  ]);
  const late = new AbortController();
  sleep(300, undefined, { signal: late.signal }).then(waiting, () => {});
  try {
    await held;
  } finally {
    late.abort();
  }
  try {
    return await body();
  } finally {
    holder.stdin.end();
    await ended;
  }
}
