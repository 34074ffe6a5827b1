import { mkdir, writeFile } from 'node:fs/promises';
import { labError } from '../errors/lab.ts';
import { labBuild } from './build.ts';
import { end } from './processes.ts';
import { MAX_GUESTS } from './recipe.ts';
import { resumeGuest, type Resume } from './resume.ts';
import { knownHostsLine, readHostKey } from './ssh-arguments.ts';
import {
  forget,
  guestName,
  knownHostsFile,
  labFolder,
  labGuest,
  runningGuests,
  withLabLock,
  type GuestRecord,
  type LabGuest,
} from './state.ts';
import type { Tell } from './tell.ts';

/** How {@link labUp} works. */
export interface UpOptions {
  readonly tell: Tell;
  /** Whether the new guests end with this process, as tests want it. @defaultValue false */
  readonly tied?: boolean;
}

async function endGuests(guests: readonly GuestRecord[]): Promise<void> {
  for (const guest of guests) {
    await end(guest.process);
    await forget(guest.number);
  }
}

async function writeKnownHosts(image: string, guests: readonly GuestRecord[]): Promise<void> {
  const hostKey = await readHostKey(image);
  await writeFile(knownHostsFile(), guests.map(({ port }) => knownHostsLine(hostKey, port)).join(''));
}

/** Resumes guests at once, and waits for all of them before it throws what went wrong with one. */
async function resumeAll(guests: readonly Resume[]): Promise<readonly GuestRecord[]> {
  const resumed = await Promise.allSettled(guests.map(resumeGuest));
  const running = (await runningGuests()).filter((guest) => guest.ready);
  const [any] = running;
  if (any) await writeKnownHosts(any.image, running);
  const failed = resumed.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
  return running;
}

/**
 * Resumes guests lab1 to lab`count` that are not up yet, building the lab where that has not been done. Guests
 * that are up are left as they are; those of an older build are ended first.
 *
 * @returns all running guests
 * @throws TsplayError `lab-guest-count`, `lab-guest-ended`, `lab-guest-silent` and those of {@link labBuild}
 */
export async function labUp(count: number, options: UpOptions): Promise<readonly LabGuest[]> {
  const { tell, tied = false } = options;
  if (!Number.isInteger(count) || count < 1 || count > MAX_GUESTS)
    throw labError('lab-guest-count', { count, most: MAX_GUESTS });
  const image = await labBuild({ tell });
  const waiting = () => tell('Waiting for another process that starts or ends guests');
  return withLabLock(waiting, async () => {
    await mkdir(labFolder(), { recursive: true, mode: 0o700 });
    const running = await runningGuests();
    const kept = running.filter((guest) => guest.ready && guest.image === image);
    await endGuests(running.filter((guest) => !kept.includes(guest)));
    const missing = Array.from({ length: count }, (_, i) => i + 1).filter(
      (number) => !kept.some((guest) => guest.number === number),
    );
    if (missing.length === 0) return kept.map(labGuest);

    tell(`Resuming ${missing.map(guestName).join(', ')}`);
    const started = Date.now();
    const guests = await resumeAll(missing.map((number) => ({ number, image, port: 0, tied })));
    tell(`Up after ${((Date.now() - started) / 1000).toFixed(1)} s`);
    return guests.map(labGuest);
  });
}

/**
 * Throws a guest away and resumes it as it came from the build, at its old port. The others stay as they are,
 * and the wires between them as well.
 *
 * @throws TsplayError `lab-unknown-host` and those of resuming
 */
export async function labReset(host: string, options: UpOptions): Promise<LabGuest> {
  const { tell, tied = false } = options;
  const waiting = () => tell('Waiting for another process that starts or ends guests');
  return withLabLock(waiting, async () => {
    const running = await runningGuests();
    const guest = running.find(({ number }) => guestName(number) === host);
    if (!guest)
      throw labError('lab-unknown-host', { host, running: running.map((g) => guestName(g.number)) });
    await endGuests([guest]);
    const { number, image, port } = guest;
    return labGuest(await resumeGuest({ number, image, port, tied }));
  });
}
