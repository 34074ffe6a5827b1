import { recordedRuns } from '../../record/folder.ts';
import { readHead, type RecordHead } from '../../record/read.ts';
import { pathFrom } from '../../report/failure-lines.ts';
import { span, type Span } from '../../report/line.ts';
import { whoText } from '../../report/origin-line.ts';
import { tableLines } from '../../report/table.ts';
import { verdict } from '../../report/verdict.ts';
import { print, printJson } from '../inventory/print.ts';
import { warn } from '../command.ts';
import { projectHere } from './show.ts';

/** Lists the newest runs of the project, the last one last. */
export function listRuns({ count, json }: { readonly count: number; readonly json: boolean }): void {
  const project = projectHere();
  const heads = recordedRuns(project)
    .slice(-count)
    .flatMap((name) => {
      try {
        return [{ name, ...readHead(project, name) }];
      } catch (error) {
        // One that is spoilt does not hide the others.
        warn((error as Error).message);
        return [];
      }
    });
  if (json) printJson(heads.map(plainHead));
  else print(tableLines(heads.map(({ name, ...head }) => row(name, head))));
}

function row(name: string, { run, origin, summary, left }: RecordHead): readonly Span[] {
  const { commit } = origin ?? {};
  const playbook = run.playbook === undefined ? '' : `${pathFrom(process.cwd(), run.playbook)} `;
  return [
    span(name, 'strong'),
    span(`${run.mode} ${playbook}on ${run.inventory}`),
    span(run.hosts.length === 1 ? '1 host' : `${run.hosts.length} hosts`),
    summary === undefined ? span('cut off', 'bad') : verdict(run.mode, summary.hosts, left.length),
    span(origin === undefined ? '' : whoText(origin), 'dim'),
    span(commit === undefined ? '' : `${commit.id.slice(0, 12)}${commit.dirty ? '+' : ''}`, 'dim'),
  ];
}

function plainHead({ name, run, origin, summary }: RecordHead & { readonly name: string }): object {
  return { name, run, origin, summary };
}
