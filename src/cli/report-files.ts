import { randomBytes } from 'node:crypto';
import { accessSync, constants, statSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { cliError } from '../errors/cli.ts';
import type { ReportOptions } from '../report/report.ts';
import type { Rendering } from '../report/rendering.ts';
import { writeWhole } from './write-whole.ts';

/** A kind of report that is written when all is over. */
export type ReportKind = 'html' | 'junit' | 'json' | 'plain' | 'github';

/** A report that was asked for. */
export interface Wanted {
  readonly kind: ReportKind;
  /** Where it goes; undefined: to where the log of a workflow is read. */
  readonly file: string | undefined;
}

const endings: Readonly<Record<string, ReportKind>> = {
  html: 'html',
  htm: 'html',
  xml: 'junit',
  jsonl: 'json',
  ndjson: 'json',
  txt: 'plain',
  log: 'plain',
};

/**
 * What the values of `--report` mean. Whether the files can be written is looked at now, since it would be a pity to
 * learn it at the end.
 *
 * @throws TsplayError `bad-report`
 */
export function wantedReports(texts: readonly string[], cwd: string): readonly Wanted[] {
  const wanted = texts.map((text) => ({ text, ...parse(text, cwd) }));
  for (const [index, { text, file }] of wanted.entries()) {
    if (file === undefined) continue;
    const problem = wanted.slice(0, index).some((other) => other.file === file)
      ? 'there are two reports for this file'
      : unwritable(file);
    if (problem !== undefined) throw cliError('bad-report', { text, problem });
  }
  return wanted.map(({ kind, file }) => ({ kind, file }));
}

/** Whether a report shows what stands in files, which hosts send only if somebody wants it. */
export function showsFiles(texts: readonly string[], cwd: string): boolean {
  return wantedReports(texts, cwd).some(({ kind }) => kind === 'html' || kind === 'junit');
}

/** A report in the making. */
export interface ReportFile {
  readonly rendering: Rendering;
  /** Writes it; throws where that cannot be done. */
  write(): void;
}

/** Begins a report. */
export async function openReportFile(
  { kind, file }: Wanted,
  options: Omit<ReportOptions, 'color'>,
  log: (text: string) => void,
): Promise<ReportFile> {
  const rendering = await renderingOf(kind, options);
  if (file === undefined) return annotations(rendering, log);
  return { rendering, write: () => writeWhole(file, rendering.text()) };
}

/**
 * Annotations in a log in which other lines stand too. GitHub takes every line that begins with two colons for a command,
 * and what a host printed may begin so: until the annotations come, it is told to take none.
 */
function annotations(rendering: Rendering, log: (text: string) => void): ReportFile {
  const token = randomBytes(16).toString('hex');
  let begun = false;
  return {
    rendering: {
      event(event) {
        if (!begun) log(`::stop-commands::${token}\n`);
        begun = true;
        rendering.event(event);
      },
      text: () => rendering.text(),
    },
    write: () => log(`::${token}::\n${rendering.text()}`),
  };
}

async function renderingOf(kind: ReportKind, options: Omit<ReportOptions, 'color'>): Promise<Rendering> {
  switch (kind) {
    case 'html':
      return (await import('../report/html.ts')).htmlRendering(options.cwd);
    case 'junit':
      return (await import('../report/junit.ts')).junitRendering();
    case 'github': {
      const { GITHUB_WORKSPACE: root = options.cwd } = process.env;
      return (await import('../report/github.ts')).githubRendering(root);
    }
    case 'json':
      return collected(async (out) => (await import('../report/json.ts')).jsonReport(out));
    case 'plain':
      return collected(async (out) => (await import('../report/plain.ts')).plainReport(out, options));
  }
}

/** A report that writes as it goes, kept until the end. */
async function collected(
  open: (out: { write(text: string): void }) => Promise<{ event: Rendering['event'] }>,
): Promise<Rendering> {
  const texts: string[] = [];
  const report = await open({ write: (text) => void texts.push(text) });
  return { event: (event) => report.event(event), text: () => texts.join('') };
}

function parse(text: string, cwd: string): Wanted {
  if (text === 'github') return { kind: 'github', file: undefined };
  const [, prefix, name = ''] = /^(html|junit|json|plain):(.*)$/s.exec(text) ?? [];
  const kind =
    (prefix as ReportKind | undefined) ?? endings[/\.([^./]+)$/.exec(text)?.[1]?.toLowerCase() ?? ''];
  const file = prefix === undefined ? text : name;
  if (kind === undefined)
    throw cliError('bad-report', { text, problem: 'its name does not tell which report it is' });
  if (basename(file) === '') throw cliError('bad-report', { text, problem: 'there is no name of a file' });
  return { kind, file: resolve(cwd, file) };
}

function unwritable(file: string): string | undefined {
  const folder = dirname(file);
  const there = statSync(folder, { throwIfNoEntry: false });
  if (there?.isDirectory() !== true) return `there is no folder ${folder}`;
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory() === true) return `${file} is a folder`;
  try {
    accessSync(folder, constants.W_OK);
    return undefined;
  } catch {
    return `the folder ${folder} cannot be written to`;
  }
}
