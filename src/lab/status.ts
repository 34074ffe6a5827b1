import { builtImage } from './build.ts';
import { labName } from './paths.ts';
import { labGuest, runningGuests, type LabGuest } from './state.ts';
import { missingPackages, RUN_TOOLS } from './tools.ts';

/** What there is of the lab. */
export interface LabStatus {
  /** The lab's name: `TSPLAY_LAB`, or `default`. */
  readonly name: string;
  /** Folder of the built lab; absent if the current version is not built. */
  readonly image?: string;
  readonly guests: readonly LabGuest[];
}

/** Says whether the lab is built and which guests are up. Changes nothing. */
export async function labStatus(): Promise<LabStatus> {
  const tools = (await missingPackages(RUN_TOOLS)).length === 0;
  const image = tools ? await builtImage() : undefined;
  const guests = (await runningGuests()).filter((guest) => guest.ready).map(labGuest);
  return { name: labName(), guests, ...(image === undefined ? {} : { image }) };
}
