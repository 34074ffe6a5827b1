import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { TsplayEvent } from '../../src/events.ts';
import { findRun, recordedRuns, recordsOf } from '../../src/record/folder.ts';
import { readHead, readRecord } from '../../src/record/read.ts';
import { recorder } from '../../src/record/recorder.ts';
import { badNight, run } from '../report/events.ts';

let project = '';
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'tsplay-record-'));
  return () => rmSync(project, { recursive: true });
});

function named(name: string, mode: 'run' | 'check' = 'run'): TsplayEvent {
  return { ...(run(mode, ['gw1']) as TsplayEvent & { type: 'run' }), run: name };
}

/** Records events and gives what was warned of. */
function record(events: readonly TsplayEvent[]): readonly string[] {
  const warnings: string[] = [];
  const report = recorder(project, (message) => warnings.push(message));
  for (const event of events) report.event(event);
  report.close();
  return warnings;
}

describe('the record of a run', () => {
  it('is what happened, event by event', () => {
    const events = [named('20261124T024700Z-aa'), ...badNight().slice(1)];
    expect(record(events)).toEqual([]);
    expect(readRecord(project, '20261124T024700Z-aa')).toEqual(JSON.parse(JSON.stringify(events)));
  });

  it('is for nobody else, and not for Git', () => {
    record([named('a')]);
    expect(statSync(recordsOf(project)).mode & 0o777).toBe(0o700);
    expect(statSync(join(recordsOf(project), 'a.jsonl')).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(project, '.tsplay/.gitignore'), 'utf8')).toBe('*\n');
  });

  it('stands in the file before the next event comes', () => {
    const report = recorder(project, () => {});
    expect(report.file).toBe(undefined);
    report.event(named('a'));
    report.event({ type: 'warning', message: 'one' });
    expect(readRecord(project, 'a').at(-1)).toEqual({ type: 'warning', message: 'one' });
    expect(report.file).toBe(join(recordsOf(project), 'a.jsonl'));
    report.close();
  });

  it('is not begun where nothing has run', () => {
    record([{ type: 'warning', message: 'x' }]);
    expect(readdirSync(project)).toEqual([]);
  });

  it('keeps the beginning of very much output', () => {
    const output: TsplayEvent = { type: 'output', host: 'a', task: 't', stream: 'stdout', text: '' };
    const piece = { ...output, text: 'x'.repeat(400_000) };
    record([named('a'), piece, piece, piece, piece, { ...piece, task: 'u', text: 'other' }]);
    const texts = readRecord(project, 'a').flatMap((event) => (event.type === 'output' ? [event.text] : []));
    expect(texts.map((text) => text.length)).toEqual([400_000, 400_000, (1 << 20) - 800_000 + 51, 5]);
    expect(texts[2]).toMatch(/x\n\(what it printed after this is not in the record\)\n$/);
  });

  it.skipIf(process.getuid?.() === 0)('that cannot be written is told of once', () => {
    chmodSync(project, 0o500);
    expect(record(badNight())).toEqual([expect.stringContaining('EACCES')]);
    chmodSync(project, 0o700);
  });

  it('that cannot be begun is told of once, and keeps nothing from going on', () => {
    writeFileSync(join(project, '.tsplay'), '');
    const events = [named('a'), ...badNight().slice(1)];
    expect(record(events)).toEqual([
      expect.stringMatching(/^there is no whole record of this run: (ENOTDIR|EEXIST)/),
    ]);
  });

  it('goes when there are a hundred newer ones', () => {
    mkdirSync(recordsOf(project), { recursive: true });
    for (let n = 100; n < 205; n += 1) writeFileSync(join(recordsOf(project), `20260101-${n}.jsonl`), '');
    writeFileSync(join(recordsOf(project), 'notes.txt'), 'mine');
    record([named('20270101')]);
    const runs = recordedRuns(project);
    expect([runs.length, runs[0], runs.at(-1)]).toEqual([100, '20260101-106', '20270101']);
    expect(readdirSync(recordsOf(project))).toContain('notes.txt');
  });
});

describe('reading a record', () => {
  const file = (): string => join(recordsOf(project), 'a.jsonl');

  it('leaves out a line that was cut off, and kinds of events that are not known yet', () => {
    record([named('a'), { type: 'warning', message: 'one' }]);
    appendFileSync(file(), '{"type":"of-a-later-version","host":"gw1"}\n{"type":"warning","mess');
    expect(readRecord(project, 'a').map(({ type }) => type)).toEqual(['run', 'warning']);
  });

  it('gives the beginning and the end', () => {
    const events = [named('a'), ...badNight().slice(1)];
    record(events);
    expect(readHead(project, 'a')).toEqual({
      run: events[0],
      origin: events.find(({ type }) => type === 'origin'),
      summary: events.at(-1),
      left: ['gw2', 'gw1'],
    });
    record([named('b')]);
    expect(readHead(project, 'b')).toMatchObject({ summary: undefined, origin: undefined });
  });

  it.each([
    ['', 'it does not begin with a run'],
    ['{"type":"warning","message":"x"}\n', 'it does not begin with a run'],
    ['{"type":"run","version":1}\nnonsense\n', 'event 2 is not JSON'],
    ['{"type":"run","version":2}\n', 'it was written by a later version of tsplay'],
  ])('refuses %j', (text, problem) => {
    record([named('a')]);
    writeFileSync(file(), text);
    expect(() => readRecord(project, 'a')).toThrow(`a.jsonl cannot be read: ${problem}`);
  });
});

describe('finding a run', () => {
  beforeEach(() => record([named('20261124T024700Z-aabb')]));

  it('goes by the name, a part of it, or from the end', () => {
    record([named('20261125T120000Z-ccdd')]);
    for (const wanted of ['20261124T024700Z-aabb', 'aabb', '1124', 'last~1']) {
      expect(findRun(project, wanted)).toBe('20261124T024700Z-aabb');
    }
    for (const wanted of ['last', 'last~0', 'ccdd']) {
      expect(findRun(project, wanted)).toBe('20261125T120000Z-ccdd');
    }
  });

  it('says what there is where it finds none, or several', () => {
    expect(() => findRun(project, 'zz')).toThrow(/^of 1 runs in .*\.tsplay\/runs none is 'zz'$/);
    expect(() => findRun(project, 'last~1')).toThrow("none is 'last~1'");
    record([named('20261125T120000Z-ccdd')]);
    expect(() => findRun(project, '2026')).toThrow(
      "2 runs have '2026' in their name: 20261124T024700Z-aabb, 20261125T120000Z-ccdd",
    );
    expect(() => findRun(join(project, 'other'), 'last')).toThrow('there is no record of any run');
  });
});
