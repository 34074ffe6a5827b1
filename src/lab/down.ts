import { end } from './processes.ts';
import { forgetLab, guestName, runningGuests, withLabLock } from './state.ts';
import type { Tell } from './tell.ts';

/**
 * Ends the guests of this lab, and nothing else: a process is ended only if it is the very one that was
 * started. Nothing happens if none is up.
 *
 * @returns the names of the guests that were ended
 */
export async function labDown(options: { readonly tell: Tell }): Promise<readonly string[]> {
  const { tell } = options;
  const waiting = () => tell('Waiting for another process that starts or ends guests');
  return withLabLock(waiting, async () => {
    const running = await runningGuests();
    for (const guest of running) await end(guest.process);
    await forgetLab();
    const names = running.map(({ number }) => guestName(number));
    if (names.length > 0) tell(`Ended ${names.join(', ')}`);
    return names;
  });
}
