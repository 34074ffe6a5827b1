import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { describe, expect, expectTypeOf, it } from 'vitest';
import type { TsplayEvent } from '../../src/events.ts';
import { eventSchema } from '../../src/report/event-schema.ts';
import { jsonLine, jsonReport } from '../../src/report/json.ts';
import { action, reading, sh, value } from '../../src/steps/index.ts';
import { streamProblems } from '../support/event-stream.ts';
import { program, runIn } from '../support/shells.ts';
import { badNight, none, run, task } from './events.ts';

function written(events: readonly TsplayEvent[]): string {
  let text = '';
  const report = jsonReport({ write: (piece) => (text += piece) });
  for (const event of events) report.event(event);
  report.close();
  return text;
}

describe('the JSON report', () => {
  it('gives every event on a line of its own, the summary last', () => {
    const lines = written(badNight()).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual(JSON.parse(JSON.stringify(badNight())));
    expect(lines.at(-1)).toMatchInlineSnapshot(
      `"{"type":"summary","hosts":{"gw1":{"ok":2,"changed":1,"failed":0,"skipped":0,"unknown":1,"unreachable":false},"gw2":{"ok":0,"changed":0,"failed":1,"skipped":1,"unknown":0,"unreachable":false},"db-long-name":{"ok":0,"changed":0,"failed":0,"skipped":0,"unknown":0,"unreachable":true}},"at":2000}"`,
    );
  });

  it('keeps every character of a value, and sends none that a terminal acts on', () => {
    const text = '\x1b[2J\r\n\0\x7f\x9b1A\u202E\u200B\u2028\ud800\u{e0041}"\\';
    const line = jsonLine({ type: 'warning', message: text });
    expect(line).toMatch(/^[\x20-\x7e]*$/);
    expect(JSON.parse(line)).toEqual({ type: 'warning', message: text });
  });
});

describe('the schema of events', () => {
  it('is the type of events', () => {
    // The other way round is checked where the schema is made.
    expectTypeOf<TsplayEvent>().toExtend<v.InferOutput<typeof eventSchema>>();
  });

  it('takes what real programs tell', async () => {
    const home = mkdtempSync(join(tmpdir(), 'tsplay-events-'));
    try {
      const what = program(
        {
          steps: [
            value('greeting', {
              read: reading(sh`cat ${home}/x`, [1]),
              want: 'hi',
              write: sh`printf %s "$1" >${home}/x`,
            }),
          ],
        },
        { steps: [action('fails', { run: sh`echo out; echo why >&2; exit 7` })] },
        { steps: [action('never', { run: sh`true` })] },
      );
      const { events } = await runIn('dash', what, { home: join(home, 'state') });
      expect(events.map((event) => event.type)).toContain('step');
      expect(events.map((event) => event.type)).toContain('output');
      const lines = written([...events])
        .trimEnd()
        .split('\n');
      for (const line of lines) v.parse(eventSchema, JSON.parse(line));
    } finally {
      rmSync(home, { recursive: true });
    }
  });

  it('takes every kind of event', () => {
    const events = badNight();
    for (const line of written(events).trimEnd().split('\n')) v.parse(eventSchema, JSON.parse(line));
    expect(new Set(events.map((event) => event.type))).toEqual(
      new Set(eventSchema.options.map((option) => option.entries.type.literal)),
    );
  });

  it.each([
    ['another version', { ...run('run', []), version: 2 }],
    ['a key that nobody knows', { type: 'play', play: 'x', hosts: [], more: 1 }],
    ['a count below zero', { type: 'session', host: 'h', roundTrips: -1, bytesSent: 0, bytesReceived: 0 }],
    ['a summary with a count missing', { type: 'summary', hosts: { h: { ok: 1 } } }],
  ])('refuses %s', (_, event) => {
    expect(v.safeParse(eventSchema, event).success).toBe(false);
  });
});

describe('a stream', () => {
  const begin = run('run', ['h']);
  const start: TsplayEvent = { type: 'task-start', host: 'h', task: 't' };
  const end = task('h', 't', 'ok');
  const done: TsplayEvent = { type: 'host', host: 'h', state: 'done' };
  const summary: TsplayEvent = { type: 'summary', hosts: { h: { ...none, ok: 1 } } };

  it('has an order', () => {
    expect(streamProblems([begin, start, end, done, summary])).toEqual([]);
  });

  it.each([
    ['no run', [start, end, done, summary], 'it does not begin with run'],
    ['no summary', [begin, start, end, done], 'it does not end with summary'],
    ['another run', [begin, begin, start, end, done, summary], 'there is another one'],
    ['a task that never began', [begin, end, done, summary], 'its task has not begun'],
    ['a stranger', [begin, start, end, { ...start, host: 'x' }, done, summary], 'does not take part'],
    ['more after the end', [begin, done, start, end, summary], 'its host was done'],
    ['no end', [begin, start, end, summary], 'hosts are missing that are done'],
    ['a summary that miscounts', [begin, done, summary], 'the summary should say'],
  ])('with %s is refused', (_, events, problem) => {
    expect(streamProblems(events).join('\n')).toContain(problem);
  });
});

describe('docs/events.md', () => {
  const manual = readFileSync(new URL('../../docs/events.md', import.meta.url), 'utf8');

  it('says what every event has', () => {
    expect(manual.split(/^## /m)[0]).toContain('`at`');
  });

  it.each(
    eventSchema.options.map((option) => [option.entries.type.literal, Object.keys(option.entries)] as const),
  )('describes every key of %s', (type, keys) => {
    const section = manual.split(/^## /m).find((text) => text.startsWith(`\`${type}\``)) ?? '';
    for (const key of keys.filter((name) => name !== 'type' && name !== 'at'))
      expect(section).toContain(`\`${key}\``);
  });

  it('describes no kind of event that there is not', () => {
    const described = [...manual.matchAll(/^## `([^`]+)`/gm)].map(([, type]) => type);
    expect(described).toEqual(eventSchema.options.map((option) => option.entries.type.literal));
  });

  it('gives examples that are events', () => {
    const examples = [...manual.matchAll(/^\{"type".*$/gm)].map(([line]) => JSON.parse(line) as unknown);
    expect(examples.length).toBeGreaterThanOrEqual(eventSchema.options.length);
    for (const example of examples) v.parse(eventSchema, example);
  });
});
