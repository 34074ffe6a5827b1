import { codeFrame } from '../errors/code-frame.ts';
import { EventLines, type LineTools } from './event-lines.ts';
import { textOf } from './line.ts';
import type { Report, ReportOptions, ReportOut } from './report.ts';

/** Lines for logs and pipes: no control characters but the newline, whatever a host sends. */
export async function plainReport(out: ReportOut, options: Omit<ReportOptions, 'color'>): Promise<Report> {
  const format = new EventLines(options, await lineTools(options));
  return {
    event(event) {
      const lines = format.lines(event);
      if (lines.length > 0) out.write(lines.map((line) => `${textOf(line)}\n`).join(''));
    },
    close() {},
  };
}

/** What the lines are made with; the differ is loaded only where it is needed. */
export async function lineTools({ diff }: Pick<ReportOptions, 'diff'>): Promise<LineTools> {
  const differ = diff ? (await import('./unified-diff.ts')).unifiedDiff : undefined;
  return { frame: (place) => codeFrame(place), differ };
}
