import { relative } from 'node:path';
import type { Place } from '../errors/tsplay-error.ts';
import type { TsplayEvent } from '../events.ts';
import { textOf } from './line.ts';
import type { Rendering } from './rendering.ts';
import { RunModel, type TaskResult } from './run-model.ts';
import { stepLines } from './step-lines.ts';
import { unifiedDiff } from './unified-diff.ts';
import { visible } from './visible.ts';

/** Most hosts that an annotation names. */
const mostHosts = 20;

interface Annotation {
  readonly level: 'error' | 'warning';
  readonly title: string;
  readonly where: Place | undefined;
  readonly message: string;
  readonly hosts: string[];
}

/**
 * Annotations of GitHub Actions, at the lines of the playbook that they are about. What several hosts say the same of is
 * one: GitHub shows ten of a kind and drops the rest.
 *
 * @param root - places are told relative to this folder, that of the repository
 * @see https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
 */
export function githubRendering(root: string): Rendering {
  const model = new RunModel();
  return {
    event: (event: TsplayEvent) => model.event(event),
    text: () =>
      annotations(model)
        .map((one) => `${commandOf(one, root)}\n`)
        .join(''),
  };
}

function annotations(model: RunModel): readonly Annotation[] {
  const found = new Map<string, Annotation>();
  const add = (host: string | undefined, one: Omit<Annotation, 'hosts'>): void => {
    const key = JSON.stringify(one);
    const annotation = found.get(key) ?? { ...one, hosts: [] };
    found.set(key, annotation);
    if (host !== undefined && !annotation.hosts.includes(host)) annotation.hosts.push(host);
  };
  const check = model.run?.mode === 'check';
  for (const { play, hosts, reason } of model.left) {
    // Not what each host was at: of many warnings only some are shown.
    for (const host of hosts)
      add(host, { level: 'warning', title: `play ${play} left undone`, where: undefined, message: reason });
  }
  for (const result of model.results) {
    const { task, where } = result;
    const host = result.for === undefined ? result.host : `${result.host} (for ${result.for})`;
    if (result.caught) continue;
    if (result.status === 'failed') {
      add(host, {
        level: 'error',
        title: `${task} failed`,
        where: result.error?.where ?? where,
        message: whyFailed(result),
      });
    } else if (check && result.status === 'changed') {
      add(host, { level: 'warning', title: `drift of ${task}`, where, message: stepsOf(result) });
    }
  }
  for (const [host, { message, hint }] of model.unreachable) {
    const text = hint === undefined ? message : `${message}\n${hint}`;
    add(host, { level: 'error', title: `${host} is unreachable`, where: undefined, message: text });
  }
  for (const { host, task, message } of model.warnings) {
    add(host, { level: 'warning', title: task ?? 'tsplay', where: undefined, message });
  }
  // Errors first: of too many, those that stand first are shown.
  return [...found.values()].toSorted(
    (a, b) => Number(a.level === 'warning') - Number(b.level === 'warning'),
  );
}

function whyFailed({ error, stderr }: TaskResult): string {
  const { message = 'it failed', hint } = error ?? {};
  const said = (error?.stderr ?? stderr.tail.join('\n')).trimEnd();
  return [message, hint ?? '', said].filter((part) => part !== '').join('\n');
}

function stepsOf({ steps }: TaskResult): string {
  const lines = steps.flatMap((step) => stepLines(step, unifiedDiff)).map(textOf);
  return lines.join('\n');
}

function commandOf({ level, title, where, message, hosts }: Annotation, root: string): string {
  const place =
    where === undefined
      ? {}
      : { file: relative(root, where.file), line: String(where.line), col: String(where.column) };
  const properties = Object.entries({ title, ...place })
    .map(([name, value]) => `${name}=${property(value)}`)
    .join(',');
  const more = hosts.length > mostHosts ? ` and ${hosts.length - mostHosts} more` : '';
  const on = hosts.length === 0 ? '' : `on ${hosts.slice(0, mostHosts).join(', ')}${more}\n`;
  return `::${level} ${properties}::${data(`${on}${message}`)}`;
}

function data(text: string): string {
  const shown = text.split(/\r?\n/).map(visible).join('\n');
  return shown.replaceAll('%', '%25').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
