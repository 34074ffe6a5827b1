import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  absent,
  action,
  edit,
  entries,
  file,
  present,
  reading,
  sh,
  stdout,
  value,
  type Step,
} from '../../src/steps/index.ts';
import { FolderHost } from '../support/folder-host.ts';
import { Hostile } from '../support/hostile.ts';
import { shellNames, type ShellRun } from '../support/shells.ts';

const canary = 'tsplay-canary';
const hostile = new Hostile(canary);
const many = 6;

let host: FolderHost;
beforeEach(() => {
  host = new FolderHost();
});
afterEach(() => host.close(canary));

/** Writes what stands on the host: a file of its own for each of these. */
function stands(name: string, contents: readonly Buffer[]): readonly string[] {
  return contents.map((content, n) => {
    host.write(`${name}${n}`, content);
    return host.at(`${name}${n}`);
  });
}

const some = (count = many): readonly Buffer[] =>
  Array.from({ length: count }, (_, n) =>
    Buffer.concat([hostile.bytes({}, n % 2 === 0 ? 4 : 30), Buffer.from('.')]),
  );

const setting = (path: string): Step =>
  value(path, { read: reading(sh`cat ${path}`), want: 'new', write: sh`printf '%s' "$1" >${path}` });

/** Steps that take away or replace what stands there, by each kind. */
function steps(): readonly Step[] {
  const long = Buffer.from(hostile.long({ value: true }));
  const any = [...some(), long, Buffer.from('a\0b\n\0\n\n'), Buffer.from('\n'), Buffer.alloc(0)];
  return [
    ...stands('value', [...some(3 * many), long]).map(setting),
    ...stands('absent', [...some(), long]).map((path) =>
      absent(path, {
        test: sh`[ -e ${path} ]`,
        save: sh`cat ${path}`,
        remove: sh`rm ${path}`,
        create: sh`printf '%s' "$1" >${path}`,
      }),
    ),
    ...stands('file', any).map((path) => file(path, { content: 'new\n' })),
    ...stands('edit', any.slice(0, -1)).map((path) =>
      edit(path, { filter: sh`tr '\001-\377' x | tr '\000' x` }),
    ),
  ];
}

/** A set of entries, each in a file of its own; the first one is changed, and the others go. */
function set(): Step {
  const first = `0:${hostile.text({ field: true })}`;
  const lines = Array.from({ length: 40 }, (_, n) =>
    Buffer.concat([
      Buffer.from(`${n}:${hostile.text({ line: true })}`),
      hostile.bytes({ line: true }),
      Buffer.from('\n'),
    ]),
  );
  stands('entry', [Buffer.from(`${first}\t'old'\t\t\n`), ...lines.slice(1)]);
  return entries('entries', {
    list: sh`set +f
for entry in ${host.at('entry')}*; do
  { IFS= read -r line <"$entry"; } 2>/dev/null && printf '%s\n' "$line"
done
:`,
    want: [[first, 'new', '-']],
    add: sh`file=${host.at('entry')}"\${1%%:*}"
{ printf '%s' "$1"; shift; [ $# = 0 ] || printf '\t%s' "$@"; echo; } >"$file"`,
    remove: sh`rm ${host.at('entry')}"\${1%%:*}"`,
  });
}

const stepsOf = ({ events }: ShellRun) => events.flatMap((event) => (event.type === 'step' ? [event] : []));
const statuses = (run: ShellRun): readonly string[] => stepsOf(run).map(({ status }) => status);

describe(`what a host says, TSPLAY_SEED=${hostile.seed}`, () => {
  describe.each(shellNames)('in %s', { timeout: 600_000 }, (shell) => {
    it('goes through frames and the journal and comes back, ten thousand strings of it', async () => {
      const blobs = Array.from({ length: 50 }, () =>
        Buffer.from(hostile.texts(200).join('\n').replace(/\n+$/, '')),
      );
      const all = stands('blob', blobs).map(setting);
      const before = host.snapshot();
      const run = await host.run(shell, [{ steps: all }]);
      expect(statuses(run)).toEqual(all.map(() => 'changed'));
      expect(stepsOf(run).filter((step, n) => step.before !== blobs[n]?.toString())).toEqual([]);
      host.undo(shell);
      expect(host.since(before)).toEqual([]);
    });

    it('is shown, replaced and put back by each kind of step, byte for byte', async () => {
      const all = [...steps(), set()];
      const before = host.snapshot();
      const changed = all.map(() => 'changed');
      const tasks = all.map((step) => ({ steps: [step] }));
      expect(statuses(await host.run(shell, tasks, { mode: 'check' }))).toEqual(changed);
      expect(host.since(before)).toEqual([]);
      const run = await host.run(shell, tasks);
      expect(statuses(run)).toEqual(changed);
      expect(statuses(await host.run(shell, tasks, { name: 'again' }))).toEqual(all.map(() => 'ok'));
      host.undo(shell);
      expect(host.since(before)).toEqual([]);
    });

    it('comes as the output of commands as it is', async () => {
      const contents = [...some(), Buffer.from(hostile.long())];
      const all = stands('output', contents).flatMap((path) => [
        { steps: [action(path, { run: sh`cat ${path}; cat ${path} >&2` })] },
        { steps: [action(path, { run: sh`cat ${path}`, changed: stdout.matches('x') })] },
      ]);
      const run = await host.run(shell, all);
      expect(run.finished).toBe(true);
      const said = contents.flatMap((content) => [content.toString(), content.toString()]);
      expect(said.filter((text, n) => run.outcomes.get(n + 1)?.stdout !== text)).toEqual([]);
    });

    it('may stand in the path of the journal', async () => {
      for (const [n, name] of hostile.mixed(many, { name: true }).entries()) {
        const state = `${n}${name}`;
        const flag = (flagged: string): Step =>
          present(flagged, {
            test: sh`[ -e ${host.at(flagged)} ]`,
            create: sh`: >${host.at(flagged)}`,
            remove: sh`rm ${host.at(flagged)}`,
          });
        host.write('conf', hostile.bytes());
        const before = host.snapshot();
        const run = await host.run(
          shell,
          [
            { steps: [flag('a'), file(host.at('conf'), { content: 'new' })] },
            { steps: [flag('b')], network: n % 3 === 0 },
          ],
          { state },
        );
        expect([name, run.statuses]).toEqual([name, ['changed', 'changed']]);
        host.undo(shell, { state });
        expect([name, host.since(before)]).toEqual([name, []]);
      }
    });
  });
});
