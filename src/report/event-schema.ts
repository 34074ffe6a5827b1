import * as v from 'valibot';
import type { TsplayEvent } from '../events.ts';

const strings = v.pipe(v.array(v.string()), v.readonly());
const count = v.pipe(v.number(), v.integer(), v.minValue(0));

const place = v.strictObject({ file: v.string(), line: count, column: count });

const failure = v.strictObject({
  code: v.pipe(v.string(), v.regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)),
  message: v.string(),
  hint: v.optional(v.string()),
  where: v.optional(place),
  stderr: v.optional(v.string()),
});

const hostSummary = v.strictObject({
  ok: count,
  changed: count,
  failed: count,
  caught: v.exactOptional(count),
  skipped: count,
  unknown: count,
  unreachable: v.boolean(),
});

const commit = v.strictObject({ id: v.string(), branch: v.optional(v.string()), dirty: v.boolean() });

/** One kind of event: its name, and its keys beside those that every event has. */
function event<const Type extends string, const Entries extends v.ObjectEntries>(
  type: Type,
  entries: Entries,
) {
  return v.strictObject({ type: v.literal(type), ...entries, at: v.exactOptional(count) });
}

/**
 * The events of `--output json`, version 1. It refuses what it does not know: a program that wants to survive new
 * kinds of events and new keys reads the `type` first and skips what it does not need.
 */
export const eventSchema = v.variant('type', [
  event('run', {
    version: v.literal(1),
    run: v.exactOptional(v.string()),
    mode: v.picklist(['run', 'check', 'rollback']),
    playbook: v.exactOptional(v.string()),
    inventory: v.string(),
    hosts: strings,
    time: v.pipe(v.string(), v.isoTimestamp()),
  }),
  event('origin', {
    user: v.string(),
    login: v.optional(v.string()),
    controller: v.string(),
    tsplay: v.string(),
    commit: v.optional(commit),
    record: v.optional(v.string()),
  }),
  event('play', { play: v.string(), hosts: strings }),
  event('batch', { play: v.string(), number: count, of: count, hosts: strings }),
  event('left', {
    play: v.string(),
    hosts: strings,
    tasks: v.exactOptional(strings),
    reason: v.string(),
  }),
  event('host', {
    host: v.string(),
    state: v.picklist(['connecting', 'connected', 'done']),
  }),
  event('unreachable', { host: v.string(), for: v.exactOptional(v.string()), error: failure }),
  event('task-start', {
    host: v.string(),
    task: v.string(),
    for: v.exactOptional(v.string()),
    where: v.optional(place),
  }),
  event('output', {
    host: v.string(),
    task: v.string(),
    stream: v.picklist(['stdout', 'stderr']),
    text: v.string(),
  }),
  event('step', {
    host: v.string(),
    task: v.string(),
    what: v.string(),
    status: v.picklist(['ok', 'changed', 'failed', 'unknown']),
    before: v.exactOptional(v.string()),
    after: v.exactOptional(v.string()),
    reason: v.exactOptional(v.string()),
  }),
  event('task', {
    host: v.string(),
    task: v.string(),
    status: v.picklist(['ok', 'changed', 'failed', 'skipped', 'unknown']),
    for: v.exactOptional(v.string()),
    done: v.exactOptional(v.string()),
    ms: v.pipe(v.number(), v.minValue(0)),
    reason: v.optional(v.string()),
    left: v.exactOptional(v.literal(true)),
    error: v.optional(failure),
    caught: v.optional(v.literal(true)),
  }),
  event('progress', { host: v.string(), task: v.string(), what: v.string(), bytes: count, of: count }),
  event('retry', {
    host: v.string(),
    task: v.string(),
    left: count,
    delay: v.pipe(v.number(), v.minValue(0)),
    reason: v.string(),
  }),
  event('message', { host: v.string(), task: v.string(), message: v.string() }),
  event('warning', {
    host: v.exactOptional(v.string()),
    task: v.exactOptional(v.string()),
    message: v.string(),
  }),
  event('session', {
    host: v.string(),
    roundTrips: count,
    bytesSent: count,
    bytesReceived: count,
  }),
  event('summary', { hosts: v.record(v.string(), hostSummary) }),
]) satisfies v.GenericSchema<unknown, TsplayEvent>;
