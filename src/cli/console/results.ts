import { inspect } from 'node:util';
import type { TsplayEvent } from '../../events.ts';
import { plainReport } from '../../report/plain.ts';
import type { Report, ReportOut } from '../../report/report.ts';
import { span, textOf } from '../../report/line.ts';
import { tableLines } from '../../report/table.ts';
import { concealed } from '../../secrets/conceal.ts';

/** What an entry came to on the hosts: what went wrong as it happens, and a table behind. */
export interface Results extends Report {
  /** The table; `values` is what an expression came to on each host. */
  table(values: ReadonlyMap<string, unknown>): string;
}

/** Takes what happens on the hosts. */
export async function results(out: ReportOut, diff: boolean, check: boolean, cwd: string): Promise<Results> {
  let titles = false;
  const shown = { write: (text: string): unknown => titles || out.write(text) };
  const report = await plainReport(shown, { diff, verbosity: 0, cwd });
  const rows = new Map<string, string[]>();
  const note = (host: string, text: string): void => void rows.get(host)?.push(text);
  return {
    event(event: TsplayEvent) {
      switch (event.type) {
        case 'run':
          for (const host of event.hosts) rows.set(host, []);
          // It has to know whether this is a check.
          titles = true;
          report.event(event);
          titles = false;
          break;
        case 'task': {
          const { host, task, status, error } = event;
          // Its place is in a file that nobody has written.
          if (error !== undefined) report.event({ ...event, error: { ...error, where: undefined } });
          else if (status === 'changed' && diff) report.event(event);
          note(host, `${status === 'changed' && check ? 'would change' : status} ${task}`);
          break;
        }
        case 'unreachable':
          note(event.host, 'unreachable');
          report.event(event);
          break;
        case 'step':
        case 'output':
        case 'message':
        case 'warning':
          report.event(event);
          break;
      }
    },
    close() {},
    table(values) {
      const lines = [...rows].map(([host, told]) => [
        span(host),
        span([told.join(', '), valueText(values.get(host))].filter(Boolean).join('  ')),
      ]);
      return tableLines(lines)
        .map((line) => `${textOf(line)}\n`)
        .join('');
    },
  };
}

/** A value on one line. A handle says nothing beyond what its task has told. */
function valueText(value: unknown): string {
  if (value === undefined || isHandle(value)) return '';
  const text =
    typeof value === 'string'
      ? value.replace(/\n$/, '').replaceAll('\n', ' ⏎ ')
      : inspect(value, { breakLength: Infinity, depth: 6, maxArrayLength: 50 });
  return concealed(text);
}

function isHandle(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'id' in value && 'result' in value;
}
