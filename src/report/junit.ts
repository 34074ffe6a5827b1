import type { TsplayEvent } from '../events.ts';
import { textOf } from './line.ts';
import type { Rendering } from './rendering.ts';
import { RunModel, type TaskResult } from './run-model.ts';
import { foundLines, stepLines } from './step-lines.ts';
import { unifiedDiff } from './unified-diff.ts';

/** What a test case came to, in the words of JUnit. */
type Outcome = 'passed' | 'failure' | 'error' | 'skipped';

interface Case {
  readonly outcome: Outcome;
  readonly ms: number;
  readonly xml: string;
}

/**
 * A report for what shows tests: a suite for each host, a case for each task. Drift is a failure, a task that failed or
 * a host that could not be reached an error.
 */
export function junitRendering(): Rendering {
  const model = new RunModel();
  return { event: (event: TsplayEvent) => model.event(event), text: () => document(model) };
}

function document(model: RunModel): string {
  const suites = model.hosts.map((host) => suite(model, host));
  const { run } = model;
  const name = run === undefined ? 'tsplay' : `tsplay ${run.mode}`;
  const all = suites.flatMap(({ cases }) => cases);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name, ...counts(all), time: seconds(model.timings.took) })}>`,
    ...suites.map(({ xml }) => xml),
    '</testsuites>',
    '',
  ].join('\n');
}

function suite(model: RunModel, host: string): { readonly cases: readonly Case[]; readonly xml: string } {
  const { run, origin, plays, unreachable } = model;
  const cases = model.results
    .filter((result) => result.host === host)
    .map((result) => taskCase(result, plays[result.play] ?? run?.mode ?? '', run?.mode === 'check'));
  const lost = unreachable.get(host);
  if (lost !== undefined) {
    const { code, message, hint } = lost;
    const text = `${message}${hint === undefined ? '' : `\n${hint}`}`;
    cases.push(testCase('connection', 'host', 0, 'error', { message, type: code }, text));
  }
  const [time = ''] = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.exec(run?.time ?? '') ?? [];
  const head = {
    name: host,
    ...counts(cases),
    time: seconds(cases.reduce((sum, { ms }) => sum + ms, 0)),
    ...(time === '' ? {} : { timestamp: time }),
    hostname: origin?.controller ?? 'localhost',
  };
  const properties = Object.entries({
    inventory: run?.inventory,
    playbook: run?.playbook,
    run: run?.run,
    commit: origin?.commit?.id,
  }).flatMap(([name, value]) => (value === undefined ? [] : [`<property${attributes({ name, value })}/>`]));
  const inner = [`<properties>${properties.join('')}</properties>`, ...cases.map(({ xml }) => xml)];
  return { cases, xml: `<testsuite${attributes(head)}>\n${inner.join('\n')}\n</testsuite>` };
}

function taskCase(result: TaskResult, play: string, check: boolean): Case {
  const { ms, status, reason, error } = result;
  const task = result.for === undefined ? result.task : `${result.task} (for ${result.for})`;
  const found = result.steps
    .flatMap((step) => stepLines(step, unifiedDiff))
    .map(textOf)
    .join('\n');
  switch (status) {
    case 'failed': {
      // Expected, so it is no failure of the test either.
      if (result.caught) return testCase(task, play, ms, 'passed', {}, '', result);
      const { code = 'task-failed', message = 'it failed', hint, where } = error ?? {};
      const place = where === undefined ? '' : `at ${where.file}:${where.line}:${where.column}`;
      const seen = result.steps.flatMap((step) =>
        step.status === 'failed' ? foundLines(step, unifiedDiff) : [],
      );
      const text = [message, place, hint ?? '', seen.map(textOf).join('\n')]
        .filter((part) => part !== '')
        .join('\n');
      return testCase(task, play, ms, 'error', { message, type: code }, text, result);
    }
    case 'unfinished':
      return testCase(
        task,
        play,
        ms,
        'error',
        { message: 'it did not end', type: 'unfinished' },
        found,
        result,
      );
    case 'changed':
      if (!check) return testCase(task, play, ms, 'passed', {}, '', result);
      return testCase(task, play, ms, 'failure', { message: `drift of ${task}`, type: 'drift' }, found);
    case 'skipped':
      return testCase(task, play, ms, 'skipped', { message: reason ?? 'skipped' }, '');
    case 'left':
      return testCase(task, play, ms, 'skipped', { message: `left: ${reason ?? ''}` }, '');
    case 'unknown':
      return testCase(
        task,
        play,
        ms,
        'skipped',
        { message: `unknown: ${reason ?? 'it cannot be predicted'}` },
        '',
      );
    case 'ok':
      return testCase(task, play, ms, 'passed', {}, '', result);
  }
}

function testCase(
  name: string,
  classname: string,
  ms: number,
  outcome: Outcome,
  about: Readonly<Record<string, string>>,
  text: string,
  output?: TaskResult,
): Case {
  const inner = [
    ...(outcome === 'passed' ? [] : [`<${outcome}${attributes(about)}>${escaped(text)}</${outcome}>`]),
    ...outputs(outcome, output),
  ];
  const xml = `<testcase${attributes({ name, classname, time: seconds(ms) })}>${inner.join('')}</testcase>`;
  return { outcome, ms, xml };
}

/** The tries that failed, what it was to say, and the end of what a command printed, where somebody has to read it. */
function outputs(outcome: Outcome, result: TaskResult | undefined): readonly string[] {
  if (result === undefined) return [];
  const shown = outcome === 'error';
  const stderr = shown ? (result.error?.stderr ?? result.stderr.tail.join('\n')) : '';
  const tries = result.retries.map((why, index) => `try ${index + 1} failed: ${why}`);
  const stdout = [...tries, ...result.messages, ...(shown ? result.stdout.tail : [])].join('\n');
  return [
    ...(stdout === '' ? [] : [`<system-out>${escaped(stdout)}</system-out>`]),
    ...(stderr === '' ? [] : [`<system-err>${escaped(stderr)}</system-err>`]),
  ];
}

function counts(cases: readonly Case[]): Readonly<Record<string, string>> {
  const of = (outcome: Outcome): string => String(cases.filter((one) => one.outcome === outcome).length);
  return {
    tests: String(cases.length),
    failures: of('failure'),
    errors: of('error'),
    skipped: of('skipped'),
  };
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}

function attributes(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(
      ([name, value]) =>
        ` ${name}="${escaped(value).replaceAll(/[\t\n\r]/g, (one) => `&#${one.codePointAt(0)};`)}"`,
    )
    .join('');
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

// No XML 1.0 document can hold these, not even as a reference.
const impossible = /[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

function escaped(text: string): string {
  return text
    .replaceAll(impossible, (one) => `\\x${(one.codePointAt(0) ?? 0).toString(16).padStart(2, '0')}`)
    .replaceAll(/[&<>"]/g, (one) => entities[one] ?? one);
}
