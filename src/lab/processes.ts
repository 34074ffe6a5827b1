import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** A process that we started: its id alone may have been given to another one since. */
export interface ProcessRecord {
  readonly pid: number;
  /** Kernel ticks between boot and its start. */
  readonly startTime: string;
  /** An argument on its command line that no other process has. */
  readonly argument: string;
}

async function procFile(pid: number, name: string): Promise<string> {
  try {
    return await readFile(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return '';
  }
}

/** When a process started, or nothing if there is none. */
export async function startTimeOf(pid: number): Promise<string | undefined> {
  const stat = await procFile(pid, 'stat');
  // The second field is the name in parentheses, which may hold anything; starttime is field 22.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
}

/** Whether the very process that was recorded still runs. */
export async function isRunning(record: ProcessRecord): Promise<boolean> {
  if ((await startTimeOf(record.pid)) !== record.startTime) return false;
  const cmdline = await procFile(record.pid, 'cmdline');
  return cmdline.split('\0').includes(record.argument);
}

/** Ends the recorded process and waits until it is gone. Nothing happens if it is not there any more. */
export async function end(record: ProcessRecord): Promise<void> {
  if (!(await isRunning(record))) return;
  process.kill(record.pid, 'SIGKILL');
  while (await isRunning(record)) await sleep(5);
}
