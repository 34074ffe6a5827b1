import type { TsplayEvent } from '../../events.ts';
import { OutputLines } from '../../report/output-lines.ts';
import { plainReport } from '../../report/plain.ts';
import type { Report } from '../../report/report.ts';
import { visible } from '../../report/visible.ts';
import { printJson } from '../inventory/print.ts';

/** How the output of hosts is shown. */
export interface ExecShown {
  readonly grouped: boolean;
  readonly json: boolean;
}

/** A report of what a command prints on hosts. */
export interface ExecReport extends Report {
  /** Prints all of it by host, with these exit statuses. */
  printJson(statuses: ReadonlyMap<string, number | undefined>): void;
}

type Stream = 'stdout' | 'stderr';
type TaskEvent = Extract<TsplayEvent, { type: 'task' }>;

interface HostLog {
  readonly stdout: OutputLines;
  readonly stderr: OutputLines;
  readonly texts: Record<Stream, string>;
  readonly waiting: (readonly [Stream, string])[];
  failure: string | undefined;
}

/** Shows output on the stream that it came from, each line with its host; what went wrong goes to standard error. */
export async function execReport({ grouped, json }: ExecShown): Promise<ExecReport> {
  const problems = await plainReport(process.stderr, { diff: false, verbosity: 0, cwd: process.cwd() });
  const logs = new Map<string, HostLog>();
  const logOf = (host: string): HostLog => {
    const log = logs.get(host) ?? newLog();
    logs.set(host, log);
    return log;
  };
  const show = (host: string, stream: Stream, lines: readonly string[]): void => {
    if (json) return;
    if (grouped) logOf(host).waiting.push(...lines.map((line) => [stream, line] as const));
    else process[stream].write(lines.map((line) => `${host}${mark(stream)} | ${readable(line)}\n`).join(''));
  };
  const ended = (event: TaskEvent): void => {
    const { host, error } = event;
    const log = logOf(host);
    for (const stream of ['stdout', 'stderr'] as const) show(host, stream, log[stream].end());
    if (error !== undefined) log.failure = error.message;
    if (json) return;
    const verdict = error === undefined ? '' : `: failed: ${visible(log.failure ?? '')}`;
    if (grouped) {
      process.stdout.write(`${host}${verdict === '' ? ':' : verdict}\n`);
      for (const [stream, line] of log.waiting) process[stream].write(`  ${readable(line)}\n`);
    } else if (verdict !== '') process.stderr.write(`${host}${verdict}\n`);
  };
  return {
    event(event) {
      switch (event.type) {
        case 'run':
          // In the order of the inventory, and also those that say nothing.
          for (const host of event.hosts) logOf(host);
          break;
        case 'output': {
          const { host, stream, text } = event;
          const log = logOf(host);
          log.texts[stream] += text;
          show(host, stream, log[stream].push(text));
          break;
        }
        case 'task':
          ended(event);
          break;
        case 'unreachable':
          logOf(event.host).failure = event.error.message;
          problems.event(event);
          break;
        case 'warning':
          problems.event(event);
          break;
      }
    },
    pause: () => () => {},
    close() {},
    printJson(statuses) {
      const all = [...logs].map(([host, { texts, failure }]) => [
        host,
        { rc: statuses.get(host), ...texts, ...(failure === undefined ? {} : { problem: failure }) },
      ]);
      printJson(Object.fromEntries(all));
    },
  };
}

const mark = (stream: Stream): string => (stream === 'stderr' ? ' stderr' : '');

function newLog(): HostLog {
  return {
    stdout: new OutputLines(),
    stderr: new OutputLines(),
    texts: { stdout: '', stderr: '' },
    waiting: [],
    failure: undefined,
  };
}

/** Tabs are what tables are made of; all else that a terminal would act on is escaped. */
function readable(line: string): string {
  return line.split('\t').map(visible).join('\t');
}
