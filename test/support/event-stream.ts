import { isDeepStrictEqual } from 'node:util';
import * as v from 'valibot';
import { expect } from 'vitest';
import type { HostSummary, TsplayEvent } from '../../src/events.ts';
import { eventSchema } from '../../src/report/event-schema.ts';

/** The events of `--output json`, of a run that came to its end. Each is what the schema says, and they come in order. */
export function eventStream(text: string): readonly TsplayEvent[] {
  const events = text
    .trimEnd()
    .split('\n')
    .map((line) => v.parse(eventSchema, JSON.parse(line)));
  expect(streamProblems(events)).toEqual([]);
  return events;
}

/** What a stream of events has that `docs/events.md` rules out. */
export function streamProblems(events: readonly TsplayEvent[]): readonly string[] {
  const [run] = events;
  const last = events.at(-1);
  if (run?.type !== 'run') return ['it does not begin with run'];
  if (last?.type !== 'summary') return ['it does not end with summary'];
  const problems: string[] = [];
  // Tasks can be delegated to hosts that do not take part themselves, or have come to their end.
  const delegated = new Set(
    events.flatMap((event) => ('for' in event && event.for !== undefined ? [event.host] : [])),
  );
  const hosts = new Set([...run.hosts, ...delegated]);
  const running = new Map<string, string>();
  const done = new Set<string>();
  const counts = new Map([...hosts].map((host) => [host, { ...nothing }]));
  for (const event of events.slice(1, -1)) {
    const say = (problem: string): void => void problems.push(`${JSON.stringify(event)}: ${problem}`);
    if (event.type === 'run' || event.type === 'summary') say('there is another one');
    if (!('host' in event) || event.host === undefined) continue;
    const { host } = event;
    if (!hosts.has(host)) say('its host does not take part');
    if (done.has(host) && !delegated.has(host) && event.type !== 'session' && event.type !== 'warning')
      say('its host was done');
    const count = counts.get(host) ?? nothing;
    switch (event.type) {
      case 'task-start':
        running.set(host, event.task);
        break;
      case 'output':
      case 'step':
      case 'retry':
      case 'progress':
        if (running.get(host) !== event.task) say('its task does not run');
        break;
      case 'task':
        if (running.get(host) !== event.task) say('its task has not begun');
        running.delete(host);
        if (event.caught === true) count.caught = (count.caught ?? 0) + 1;
        else count[event.status] += 1;
        break;
      case 'unreachable':
        count.unreachable = true;
        break;
      case 'host':
        if (event.state === 'done') done.add(host);
        break;
    }
  }
  if (done.size !== hosts.size) problems.push('hosts are missing that are done');
  const counted = Object.fromEntries(counts);
  if (!isDeepStrictEqual(last.hosts, counted))
    problems.push(`the summary should say ${JSON.stringify(counted)}`);
  return problems;
}

const nothing: { -readonly [K in keyof HostSummary]: HostSummary[K] } = {
  ok: 0,
  changed: 0,
  failed: 0,
  skipped: 0,
  unknown: 0,
  unreachable: false,
};
