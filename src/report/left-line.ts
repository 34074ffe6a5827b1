import type { TsplayEvent } from '../events.ts';
import { whole, span, type Line } from './line.ts';

/** The run has ended before it came to something. */
export type LeftEvent = Extract<TsplayEvent, { type: 'left' }>;

/** What the run has not come to. */
export function leftLine(event: LeftEvent): Line {
  return whole(`${event.hosts.join(', ')}: `, span('left:', 'unknown'), ` ${leftText(event)}`);
}

/** What it is, and why. */
export function leftText({ play, tasks, reason }: LeftEvent): string {
  if (tasks === undefined) return `play ${play} has not begun (${reason})`;
  if (tasks.length === 0) return `play ${play} has not ended (${reason})`;
  return `not begun: ${tasks.join(', ')} (${reason})`;
}
