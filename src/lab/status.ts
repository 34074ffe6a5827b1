import { builtImage } from './build.ts';
import { labName } from './paths.ts';
import { guestName, runningGuests } from './state.ts';
import { missingPackages, RUN_TOOLS } from './tools.ts';

/** What there is of the lab. */
export interface LabStatus {
  /** The lab's name: `TSPLAY_LAB`, or `default`. */
  readonly name: string;
  /** Folder of the built lab; absent if the current version is not built. */
  readonly image?: string;
  readonly guests: readonly {
    readonly name: string;
    /** Port on 127.0.0.1 that leads to its SSH. */
    readonly port: number;
    readonly pid: number;
  }[];
}

/** Says whether the lab is built and which guests are up. Changes nothing. */
export async function labStatus(): Promise<LabStatus> {
  const tools = (await missingPackages(RUN_TOOLS)).length === 0;
  const image = tools ? await builtImage() : undefined;
  const guests = (await runningGuests())
    .filter((guest) => guest.ready)
    .map(({ number, port, process }) => ({ name: guestName(number), port, pid: process.pid }));
  return { name: labName(), guests, ...(image === undefined ? {} : { image }) };
}
