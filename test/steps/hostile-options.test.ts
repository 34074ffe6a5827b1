import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  absent,
  action,
  edit,
  entries,
  file,
  poll,
  present,
  reading,
  requires,
  secret,
  sh,
  stdout,
  tool,
  value,
  type Step,
} from '../../src/steps/index.ts';
import type { ProgramScope } from '../../src/steps/program.ts';
import { FolderHost } from '../support/folder-host.ts';
import { Hostile } from '../support/hostile.ts';
import { shellNames, type ShellRun, type TestTask } from '../support/shells.ts';

const canary = 'tsplay-canary';
const hostile = new Hostile(canary);
const many = 6;

let host: FolderHost;
beforeEach(() => {
  host = new FolderHost();
});
afterEach(() => host.close(canary));

/** A step, and the file that it makes. */
interface Made {
  readonly step: Step;
  readonly name: string;
  readonly content: string;
}

const print = (text: string, name: string) => sh`printf '%s' ${text} >${host.at(name)}`;
const names = (before: string): readonly string[] =>
  hostile.mixed(many, { name: true }).map((name, n) => `${before}${n}${name}`);

/** Hostile texts by each kind of step, in each place where it can have a text. */
function steps(): readonly Made[] {
  const values = [...hostile.mixed(3 * many, { value: true }), hostile.long({ value: true })];
  const contents = [...hostile.mixed(many), hostile.long(), `${hostile.text()}\0${hostile.text()}\0\\0`];
  return [
    ...values.map((want, n): Made => {
      host.write(`value${n}`, 'old');
      const read = reading(sh`cat ${host.at(`value${n}`)}`);
      const write = sh`printf '%s' "$1" >${host.at(`value${n}`)}`;
      return { step: value(hostile.text(), { read, want, write }), name: `value${n}`, content: want };
    }),
    ...contents.map((content, n): Made => {
      return { step: file(host.at(`file${n}`), { content }), name: `file${n}`, content };
    }),
    ...contents.map((content, n): Made => {
      const step = file(host.at(`secret${n}`), { content: secret(content), mode: '600' });
      return { step, name: `secret${n}`, content };
    }),
    ...names('path').map((name): Made => ({
      step: file(host.at(name), { content: name }),
      name,
      content: name,
    })),
    ...names('present').map((name): Made => {
      const halves = {
        test: sh`[ -e ${host.at(name)} ]`,
        create: print(name, name),
        remove: sh`rm ${host.at(name)}`,
      };
      return { step: present(hostile.text(), halves), name, content: name };
    }),
    ...names('absent').map((name): Made => {
      host.write(name, name);
      const step = absent(hostile.text(), {
        test: sh`[ "$(cat ${host.at(name)})" != '' ]`,
        save: sh`printf '%s' ${name}.`,
        remove: sh`: >${host.at(name)}`,
        create: sh`[ "$1" = ${name}. ] && ${print(name, name)}`,
      });
      return { step, name, content: '' };
    }),
    ...names('edit').map((name): Made => {
      host.write(name, 'first\nsecond\n');
      const step = edit(host.at(name), { filter: sh`sed 1q && printf '%s' ${name}` });
      return { step, name, content: `first\n${name}` };
    }),
    ...names('action').map((name, n): Made => {
      const path = host.at(name);
      const step = action(hostile.text(), {
        run: print(name, name),
        guard: n % 2 === 0 ? { kind: 'creates', path } : { kind: 'unless', command: sh`test -e ${path}` },
        undo: sh`rm ${path}`,
      });
      return { step, name, content: name };
    }),
  ];
}

/** A set of entries, each of which stands in a file of its own. */
function set(fields: readonly string[]): Step {
  return entries(hostile.text(), {
    list: sh`set +f
for entry in ${host.at('entry-')}*; do
  { IFS= read -r line <"$entry"; } 2>/dev/null && printf '%s\n' "$line"
done
:`,
    want: fields.map((field, n) => [`${n}:${field}`, field, fields[n - 1] ?? '-']),
    add: sh`printf '%s\t%s\t%s\n' "$@" >${host.at('entry-')}"\${1%%:*}"`,
    remove: sh`rm ${host.at('entry-')}"\${1%%:*}"`,
  });
}

const stepsOf = ({ events }: ShellRun) => events.flatMap((event) => (event.type === 'step' ? [event] : []));
const statuses = (run: ShellRun): readonly string[] => stepsOf(run).map(({ status }) => status);

describe(`hostile options, TSPLAY_SEED=${hostile.seed}`, () => {
  describe.each(shellNames)('in %s', { timeout: 600_000 }, (shell) => {
    it('arrive as the words they are, ten thousand of them', async () => {
      const words = Array.from({ length: 50 }, (_, n) => [
        ...(n % 10 === 0 ? [hostile.long()] : []),
        ...hostile.texts(200),
      ]);
      const tasks = words.map((some, n) => ({
        steps: [action(hostile.text(), { run: sh`printf '%s\0' ${some} >${host.at(`words${n}`)}` })],
      }));
      expect(await host.run(shell, tasks)).toMatchObject({ finished: true, code: 0 });
      for (const [n, some] of words.entries()) {
        const arrived = host.read(`words${n}`).toString().split('\0').slice(0, -1);
        expect(arrived).toHaveLength(some.length);
        expect(some.filter((word, index) => arrived[index] !== word)).toEqual([]);
      }
    });

    it('are what each kind of step makes, shows, finds again, and takes back', async () => {
      const made = steps();
      const fields = hostile.mixed(40, { field: true });
      const all = [...made.map(({ step }) => step), set(fields)];
      const before = host.snapshot();
      const tasks = all.map((step) => ({
        steps: [step],
        id: hostile.text(),
        where: { file: hostile.text(), line: 1, column: 1 },
      }));
      const changed = all.map(() => 'changed');

      expect(statuses(await host.run(shell, tasks, { mode: 'check' }))).toEqual(changed);
      expect(host.since(before)).toEqual([]);

      const run = await host.run(shell, tasks);
      expect(statuses(run)).toEqual(changed);
      expect(stepsOf(run).map(({ what }) => what)).toEqual(all.map(({ what }) => what));
      const wrong = made.filter(({ name, content }) => host.read(name).toString() !== content);
      expect(wrong).toEqual([]);
      const shown = stepsOf(run).filter(({ after }, n) => {
        const step = all[n];
        const want = step?.kind === 'value' ? step.want : step?.kind === 'file' ? step.content : undefined;
        return typeof want === 'string'
          ? !want.includes('\0') && (after ?? '') !== want
          : want !== undefined && after !== undefined;
      });
      expect(shown).toEqual([]);
      for (const [n, field] of fields.entries()) {
        expect(host.read(`entry-${n}`).toString()).toBe(`${n}:${field}\t${field}\t${fields[n - 1] ?? '-'}\n`);
      }

      expect(statuses(await host.run(shell, tasks, { name: 'again' }))).toEqual(all.map(() => 'ok'));
      host.undo(shell);
      expect(host.since(before)).toEqual([]);
    });

    it('are waited for, demanded and judged as they are', async () => {
      const texts = hostile.mixed(2 * many, { value: true });
      const same = (text: string) => sh`[ "$(printf '%s.' ${text})" = ${`${text}.`} ]`;
      let scope = 0;
      // What fails ends its own scope only.
      const attempt = (...steps: readonly Step[]): (TestTask | ProgramScope)[] => [
        { kind: 'attempt', scope: (scope += 1) },
        { steps },
        { kind: 'attempt-end', scope },
      ];
      const tasks = texts.flatMap((text) => [
        ...attempt(
          poll(text, { until: same(text), limit: 1 }),
          requires(text, { test: same(text), otherwise: text }),
        ),
        // As a regular expression it may be a bad one.
        ...attempt(
          action(text, {
            run: sh`printf '%s' ${text}`,
            changed: stdout.matches(text),
            failed: stdout.lacks('$'),
          }),
        ),
        ...attempt(requires(text, { test: sh`false`, otherwise: text })),
        ...attempt(tool(`no-${text}`, { debian: 'the-package' })),
      ]);
      const run = await host.run(shell, tasks);
      expect(run).toMatchObject({ finished: true, code: 0 });
      const ends = run.events.flatMap((event) => (event.type === 'task' ? [event] : []));
      for (const [n, text] of texts.entries()) {
        const [waited, judged, demanded, missing] = ends.slice(4 * n);
        expect(waited).toMatchObject({ status: 'ok' });
        expect(judged?.status).toMatch(/^(ok|changed|failed)$/);
        expect(run.outcomes.get(4 * n + 2)?.stdout).toBe(text);
        expect(demanded).toMatchObject({ status: 'failed', error: { message: text } });
        expect(missing).toMatchObject({
          error: {
            message: `the program no-${text} is not installed on this host`,
            hint: expect.stringContaining('the-package'),
          },
        });
      }
    });
  });
});
