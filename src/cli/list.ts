import { relative } from 'node:path';
import { concealed } from '../secrets/conceal.ts';
import { visible } from '../report/visible.ts';
import { listPlays, type PlayInList, type TaskInList } from '../runner/planning/list.ts';
import { warn } from './command.ts';

/** What is listed in place of a run. */
export type ListKind = 'hosts' | 'tasks' | 'tags';

type Wanted = Parameters<typeof listPlays>[0];

/** Prints what would run, for a person or as JSON. Gives the exit status. */
export async function list(kinds: readonly ListKind[], wanted: Wanted, json: boolean): Promise<number> {
  const { plays, warnings } = await listPlays(wanted);
  for (const message of warnings) warn(message);
  const text = json
    ? `${JSON.stringify(plays, undefined, 2)}\n`
    : plays.map((play) => `${linesOf(play, kinds, wanted.cwd).join('\n')}\n`).join('');
  process.stdout.write(concealed(text));
  return 0;
}

function linesOf(play: PlayInList, kinds: readonly ListKind[], cwd: string): readonly string[] {
  const hosts = play.batches.flat();
  const tags = play.tags.length === 0 ? '' : `, tags: ${play.tags.join(', ')}`;
  return [
    `play ${visible(play.play)}: ${count(hosts.length, 'host')}${tags}`,
    ...(kinds.includes('hosts') ? hostLines(play) : []),
    ...(kinds.includes('tasks') ? taskLines(play, cwd) : []),
    ...(kinds.includes('tags') ? [`  tags: ${tagsOf(play).join(', ') || 'none'}`] : []),
    ...(kinds.some((kind) => kind !== 'hosts') && play.open.length > 0
      ? [`  more behind a barrier, not known yet: ${those(play.open, hosts)}`]
      : []),
  ];
}

function hostLines({ batches }: PlayInList): readonly string[] {
  if (batches.length <= 1) return batches.flat().map((host) => `  ${host}`);
  return batches.map((hosts, index) => `  batch ${index + 1} of ${batches.length}: ${hosts.join(', ')}`);
}

function taskLines({ tasks, batches }: PlayInList, cwd: string): readonly string[] {
  const hosts = batches.flat();
  return tasks.map((task) =>
    [
      `  ${visible(task.id)}`,
      ...(task.tags.length === 0 ? [] : [`tags: ${task.tags.join(', ')}`]),
      those(task.hosts, hosts),
      ...placeOf(task, cwd),
    ].join('  '),
  );
}

function placeOf({ where }: TaskInList, cwd: string): readonly string[] {
  return where === undefined ? [] : [`${relative(cwd, where.file)}:${where.line}`];
}

function those(some: readonly string[], all: readonly string[]): string {
  const isAll = all.length > 1 && some.length === all.length && all.every((host) => some.includes(host));
  return isAll ? `all ${all.length} hosts` : some.join(',');
}

function tagsOf({ tasks, tags }: PlayInList): readonly string[] {
  return [...new Set([...tags, ...tasks.flatMap((task) => task.tags)])].toSorted();
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}
