import { runnerError } from '../../errors/runner.ts';
import type { Connection } from '../../transport/transport.ts';

/**
 * Waits for a connection, but no longer than somebody wants it: one that comes later is dropped.
 *
 * @throws TsplayError `interrupted-before` where the run is interrupted meanwhile
 */
export async function whileWanted(
  host: string,
  signal: AbortSignal,
  connecting: Promise<Connection>,
): Promise<Connection> {
  let stop: () => void = () => {};
  const stopped = new Promise<never>((_resolve, reject) => {
    stop = () => reject(runnerError('interrupted-before', { host }, { host }));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop);
  });
  try {
    return await Promise.race([stopped, connecting]);
  } catch (error) {
    connecting.then(
      (late) => late.destroy(),
      () => {},
    );
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
