import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { openAgent } from './agent.ts';
import { startGuest } from './guest-process.ts';
import { IMAGE_FILES } from './image.ts';
import { forwardedPort, openMonitor, resumeState } from './monitor.ts';
import { end, startTimeOf } from './processes.ts';
import { guestPaths, monitorArgument, type GuestCommand } from './qemu.ts';
import { forget, guestName, guestPrefix, labFolder, writeRecord, type GuestRecord } from './state.ts';

const LIMIT_MS = 60_000;

/** What a new guest is to be. */
export interface Resume {
  readonly number: number;
  readonly image: string;
  /** The port to give it, or 0 for a free one. */
  readonly port: number;
  /** Whether it ends with this process. */
  readonly tied: boolean;
}

/** Gives a guest what it cannot have from the saved state: who it is, what time it is, randomness of its own. */
async function individualise(
  name: string,
  number: number,
  path: string,
  deadline: AbortSignal,
): Promise<void> {
  const agent = await openAgent(name, path, deadline);
  const seed = randomBytes(32).toString('hex');
  await agent.run(`lab-resume ${number} ${Date.now() / 1000} ${seed}`);
  agent.close();
}

/** Resumes one guest from the saved state, and has written it down as soon as its process is there. */
export async function resumeGuest({ number, image, port, tied }: Resume): Promise<GuestRecord> {
  const name = guestName(number);
  const prefix = guestPrefix(number);
  const paths = guestPaths(prefix);
  const plug = { number, folder: labFolder() };
  const command: GuestCommand = { name, image, prefix, port, mode: 'resume', plug };
  const deadline = AbortSignal.timeout(LIMIT_MS);

  const qemu = await startGuest(command, tied);
  const startTime = (await startTimeOf(qemu.pid)) ?? '';
  const process = { pid: qemu.pid, startTime, argument: monitorArgument(prefix) };
  const unready: GuestRecord = { number, process, image, port, ready: false };
  await writeRecord(unready);
  const work = async (): Promise<GuestRecord> => {
    const monitor = await openMonitor(name, paths.monitor, deadline);
    await resumeState(monitor, join(image, IMAGE_FILES.state));
    const record = { ...unready, port: await forwardedPort(monitor), ready: true };
    monitor.close();
    await individualise(name, number, paths.agent, deadline);
    await writeRecord(record);
    return record;
  };
  try {
    return await qemu.outlives(work());
  } catch (error) {
    await end(process);
    await forget(number);
    throw error;
  }
}
