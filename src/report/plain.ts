import type { Failure, HostSummary, StepStatus, TaskStatus, TsplayEvent } from '../events.ts';
import { codeFrame } from '../errors/code-frame.ts';
import { placeText } from './format-error.ts';
import { oneLine, printable } from './printable.ts';
import type { Report, ReportOptions, Write } from './report.ts';

interface Shown {
  readonly what: string;
  readonly status: StepStatus;
  readonly before: string | undefined;
  readonly after: string | undefined;
  readonly reason: string | undefined;
}

/** Plain lines without any control character, for logs and pipes. */
export function plainReport(write: Write, options: ReportOptions): Report {
  const steps = new Map<string, Shown[]>();
  let check = false;
  const line = (text: string): void => write(`${text}\n`);

  const task = (event: TsplayEvent & { type: 'task' }): void => {
    const key = `${event.host}\0${event.task}`;
    const shown = steps.get(key) ?? [];
    steps.delete(key);
    if (
      event.status !== 'changed' &&
      event.status !== 'failed' &&
      event.status !== 'unknown' &&
      options.verbosity === 0
    ) {
      return;
    }
    const reason = event.reason === undefined ? '' : ` (${oneLine(event.reason)})`;
    line(`${event.host}: ${word(event.status, check)} ${oneLine(event.task)}${reason}`);
    if (options.diff || event.status === 'failed') for (const step of shown) stepLines(step).forEach(line);
    if (event.error !== undefined) failureLines(event.error).forEach(line);
  };

  return {
    event(event) {
      switch (event.type) {
        case 'run':
          check = event.mode === 'check';
          break;
        case 'play':
          line(
            `play '${oneLine(event.play)}' on ${event.hosts.length} host${event.hosts.length === 1 ? '' : 's'}`,
          );
          break;
        case 'step': {
          if (event.status === 'ok') break;
          const { what, status, before, after, reason } = event;
          const key = `${event.host}\0${event.task}`;
          steps.set(key, [...(steps.get(key) ?? []), { what, status, before, after, reason }]);
          break;
        }
        case 'output':
          if (options.verbosity > 0) {
            for (const text of event.text.replace(/\n$/, '').split('\n'))
              line(`${event.host}:   | ${oneLine(text)}`);
          }
          break;
        case 'task':
          task(event);
          break;
        case 'unreachable':
          line(`${event.host}: UNREACHABLE`);
          failureLines(event.error).forEach(line);
          break;
        case 'warning':
          line(`${event.host === undefined ? '' : `${event.host}: `}${oneLine(event.message)}`);
          break;
        case 'session':
          if (options.verbosity > 0) {
            const { host, roundTrips, bytesSent, bytesReceived } = event;
            line(`${host}: ${roundTrips} round trips, ${bytesSent} bytes sent, ${bytesReceived} received`);
          }
          break;
        case 'summary':
          for (const [host, counts] of Object.entries(event.hosts)) line(summaryLine(host, counts, check));
          break;
        case 'host':
        case 'task-start':
          break;
      }
    },
  };
}

function word(status: TaskStatus, check: boolean): string {
  if (status === 'changed') return check ? 'would change' : 'changed';
  return status === 'failed' ? 'FAILED' : status;
}

function stepLines(step: Shown): readonly string[] {
  const before =
    step.before === undefined
      ? []
      : printable(step.before)
          .split('\n')
          .map((text) => `    - ${text}`);
  const after =
    step.after === undefined
      ? []
      : printable(step.after)
          .split('\n')
          .map((text) => `    + ${text}`);
  const reason = step.reason === undefined ? '' : `: ${oneLine(step.reason)}`;
  return [
    `    ${oneLine(step.what)}${step.status === 'changed' ? '' : ` (${step.status})`}${reason}`,
    ...before,
    ...after,
  ];
}

function failureLines(failure: Failure): readonly string[] {
  const lines = [`    ${oneLine(failure.message)}`];
  if (failure.where !== undefined) {
    lines.push(`    at ${placeText(failure.where)}`);
    const frame = codeFrame(failure.where);
    if (frame !== undefined) lines.push(...frame.split('\n').map((text) => `  ${text}`));
  }
  for (const text of printable(failure.stderr ?? '')
    .trimEnd()
    .split('\n')
    .slice(-20)) {
    if (text !== '') lines.push(`    stderr: ${text}`);
  }
  if (failure.hint !== undefined) lines.push(`    ${oneLine(failure.hint)}`);
  return lines;
}

function summaryLine(host: string, counts: HostSummary, check: boolean): string {
  const drift = check && !counts.unreachable ? (counts.changed > 0 ? ' drift' : ' in sync') : '';
  const numbers = (['ok', 'changed', 'unknown', 'failed', 'skipped'] as const)
    .filter((key) => counts[key] > 0)
    .map((key) => `${counts[key]} ${key === 'changed' && check ? 'would change' : key}`);
  return `${host}:${drift} ${counts.unreachable ? 'unreachable ' : ''}${numbers.join(', ') || 'nothing to do'}`;
}
