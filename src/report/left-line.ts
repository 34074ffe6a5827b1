import type { TsplayEvent } from '../events.ts';
import { whole, span, type Line } from './line.ts';

/** What the run has not come to. */
export function leftLine({ play, hosts, tasks, reason }: Extract<TsplayEvent, { type: 'left' }>): Line {
  const what =
    tasks === undefined
      ? `play ${play} has not begun`
      : tasks.length === 0
        ? `play ${play} has not ended`
        : `not begun: ${tasks.join(', ')}`;
  return whole(`${hosts.join(', ')}: `, span('left:', 'unknown'), ` ${what} (${reason})`);
}
