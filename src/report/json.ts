import type { TsplayEvent } from '../events.ts';
import type { Report, ReportOut } from './report.ts';

// JSON escapes the C0 controls itself; these are valid in it as they are, and a terminal may act on them.
const unsafe = /[\x7f-\x9f\p{Cf}\p{Zl}\p{Zp}]/gu;

/** One event as one line of JSON, without a raw control character in it. */
export function jsonLine(event: TsplayEvent): string {
  return JSON.stringify(event).replaceAll(unsafe, (character) =>
    Array.from(
      { length: character.length },
      (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`,
    ).join(''),
  );
}

/** Events for programs, one a line; `docs/events.md` describes them. */
export function jsonReport(out: ReportOut): Report {
  return {
    event: (event) => void out.write(`${jsonLine(event)}\n`),
    close() {},
  };
}
