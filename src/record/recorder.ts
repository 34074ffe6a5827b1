import { closeSync, openSync, writeSync } from 'node:fs';
import type { TsplayEvent } from '../events.ts';
import { jsonLine } from '../report/json.ts';
import type { Report } from '../report/report.ts';
import { makeRecords, recordFile, removeOld } from './folder.ts';

/** Most characters of one task's output on one host that a record keeps. */
const mostOutput = 1 << 20;

/** A report that keeps the events of a run in its project. */
export interface Recorder extends Report {
  /** The file, once there is one. */
  readonly file: string | undefined;
}

/**
 * Writes each event to the project as it comes: what has been written stays, whatever becomes of this process. That a
 * run cannot be recorded is told, and stops nothing.
 */
export function recorder(project: string, warn: (message: string) => void): Recorder {
  const written = new Map<string, number>();
  let file: string | undefined;
  let descriptor: number | undefined;
  const attempt = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      close();
      warn(`there is no whole record of this run: ${(error as Error).message}`);
    }
  };
  const close = (): void => {
    const open = descriptor;
    descriptor = undefined;
    if (open !== undefined) closeSync(open);
  };
  return {
    get file() {
      return file;
    },
    event(event) {
      if (event.type === 'run' && event.run !== undefined) {
        const { run } = event;
        attempt(() => {
          makeRecords(project);
          file = recordFile(project, run);
          descriptor = openSync(file, 'ax', 0o600);
        });
      }
      const told = event.type === 'output' ? shortened(event, written) : event;
      const to = descriptor;
      if (told !== undefined && to !== undefined) attempt(() => void writeSync(to, `${jsonLine(told)}\n`));
    },
    close() {
      if (descriptor === undefined) return;
      close();
      attempt(() => removeOld(project));
    },
  };
}

type Output = Extract<TsplayEvent, { type: 'output' }>;

/** A piece of output, unless there has been enough of that task already. */
function shortened(event: Output, written: Map<string, number>): Output | undefined {
  const key = `${event.host}\0${event.task}`;
  const before = written.get(key) ?? 0;
  if (before > mostOutput) return undefined;
  written.set(key, before + event.text.length);
  if (before + event.text.length <= mostOutput) return event;
  const text = `${event.text.slice(0, mostOutput - before)}\n(what it printed after this is not in the record)\n`;
  return { ...event, text };
}
