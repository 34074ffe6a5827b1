import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { near } from '../errors/near.ts';
import { recordError } from '../errors/record.ts';
import { ignoredByGit } from '../playbook/load/project.ts';

/** Records that a project keeps. */
const kept = 100;

const ending = '.jsonl';

/** Where the records of a project are. */
export function recordsOf(project: string): string {
  return join(project, '.tsplay', 'runs');
}

/** Makes that folder, for nobody else to look into: records tell much of the hosts. */
export function makeRecords(project: string): string {
  const folder = recordsOf(project);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  ignoredByGit(dirname(folder));
  return folder;
}

/** The file of a run. */
export function recordFile(project: string, run: string): string {
  return join(recordsOf(project), `${run}${ending}`);
}

/** The names of all runs that are kept, the newest last. */
export function recordedRuns(project: string): readonly string[] {
  try {
    return readdirSync(recordsOf(project))
      .filter((name) => name.endsWith(ending))
      .map((name) => name.slice(0, -ending.length))
      .toSorted();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw recordError('unreadable', { file: recordsOf(project), problem: (error as Error).message });
  }
}

/**
 * The run that somebody means: its name, a part of it that no other has, `last`, or `last~2`, the second before it.
 *
 * @throws TsplayError `no-record`, `ambiguous-record`
 */
export function findRun(project: string, wanted: string): string {
  const runs = recordedRuns(project);
  const back = /^last(?:~(\d+))?$/.exec(wanted);
  if (back !== null) {
    const found = runs.at(-1 - Number(back[1] ?? 0));
    if (found !== undefined) return found;
    throw recordError('no-record', { wanted, folder: recordsOf(project), count: runs.length, near: [] });
  }
  const found = runs.filter((run) => run.includes(wanted));
  const [one] = found;
  if (one === undefined) {
    throw recordError('no-record', {
      wanted,
      folder: recordsOf(project),
      count: runs.length,
      near: near(wanted, runs),
    });
  }
  if (found.length > 1) throw recordError('ambiguous-record', { wanted, runs: found });
  return one;
}

/** Takes away the oldest records, beyond those that are kept. */
export function removeOld(project: string): void {
  for (const run of recordedRuns(project).slice(0, -kept)) rmSync(recordFile(project, run), { force: true });
}
