import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withLock } from './lock.ts';
import { labName, runFolder, socketPrefix } from './paths.ts';
import { isRunning, type ProcessRecord } from './processes.ts';
import { guestPaths } from './qemu.ts';
import { MAX_GUESTS } from './recipe.ts';

/** What is written down about a guest, so that later processes find it. */
export interface GuestRecord {
  readonly number: number;
  readonly process: ProcessRecord;
  /** Folder of the image that it was resumed from. */
  readonly image: string;
  /** Port on 127.0.0.1 that leads to its port 22; 0 while it is not known yet. */
  readonly port: number;
  /** Whether it got its identity. One that did not is of no use. */
  readonly ready: boolean;
}

/** A guest that is up. */
export interface LabGuest {
  /** `lab1`, `lab2` and so on. */
  readonly name: string;
  /** Port on 127.0.0.1 that leads to its SSH. */
  readonly port: number;
  /** Its QEMU process. */
  readonly pid: number;
}

/** A guest's name. */
export const guestName = (number: number): string => `lab${number}`;

/** What others may know of a guest. */
export function labGuest({ number, port, process }: GuestRecord): LabGuest {
  return { name: guestName(number), port, pid: process.pid };
}

/** The run folder of the lab that this process means. */
export function labFolder(): string {
  return join(runFolder(), labName());
}

/** known_hosts of the running guests. */
export const knownHostsFile = (): string => join(labFolder(), 'known_hosts');

/** Path prefix of a guest's sockets and logs. */
export function guestPrefix(number: number): string {
  return socketPrefix(join(labFolder(), guestName(number)));
}

const recordFile = (number: number): string => join(labFolder(), `${guestName(number)}.json`);

/** Holds the lock over all labs of this user: guests are started and ended by one process at a time. */
export function withLabLock<T>(waiting: () => void, body: () => Promise<T>): Promise<T> {
  return withLock(join(runFolder(), 'lock'), waiting, body);
}

export async function writeRecord(record: GuestRecord): Promise<void> {
  await mkdir(labFolder(), { recursive: true, mode: 0o700 });
  const file = recordFile(record.number);
  await writeFile(`${file}.new`, JSON.stringify(record));
  await rename(`${file}.new`, file);
}

async function readRecord(number: number): Promise<GuestRecord | undefined> {
  try {
    return JSON.parse(await readFile(recordFile(number), 'utf8')) as GuestRecord;
  } catch {
    // Never written, or cut short by a crash of the machine, which ended the guest as well.
    return undefined;
  }
}

/** The records of guests whose process still runs, by number. What a dead guest left is nobody's business. */
export async function runningGuests(): Promise<readonly GuestRecord[]> {
  const numbers = Array.from({ length: MAX_GUESTS }, (_, i) => i + 1);
  const running: GuestRecord[] = [];
  for (const number of numbers) {
    const record = await readRecord(number);
    if (record && (await isRunning(record.process))) running.push(record);
  }
  return running;
}

/** Removes what a guest that has ended left behind: record, sockets and logs. */
export async function forget(number: number): Promise<void> {
  const files = [recordFile(number), ...Object.values(guestPaths(guestPrefix(number)))];
  await Promise.all(files.map((file) => rm(file, { force: true })));
}

/** Removes the run folder of a lab without guests. */
export async function forgetLab(): Promise<void> {
  await rm(labFolder(), { recursive: true, force: true });
}
