import { createHash } from 'node:crypto';
import { Secret, withSecrets } from '../secrets/secret.ts';
import type { Place } from '../errors/tsplay-error.ts';
import { currentBuild, type BuildContext, type TaskDraft } from './build-context.ts';
import { noControl } from './control.ts';
import {
  asModule,
  draftOf,
  type Claim,
  type Handle,
  type ModuleDefinition,
  type TaskResult,
} from './module.ts';
import type { OptionRules } from './option.ts';
import { plainPath } from './path.ts';
import { builtins, sh } from './sh.ts';
import { action } from './kinds/action.ts';
import { edit, type EditStep } from './kinds/edit.ts';
import { requires } from './kinds/requires.ts';
import type { Step } from './step.ts';
import type { TaskOptions } from './task-options.ts';

/** A module that has to see a file before it can say what it should be. */
export interface EditorDefinition<O extends object> {
  readonly options: OptionRules<O>;
  claims(path: string, options: O): readonly Claim[];
  /** As that of other modules. */
  check(path: string, options: O, problem: (text: string) => void): void;
  /** What the file should be, from what it is, or what is wrong with that. Undefined: there is none. */
  edited(
    text: string | undefined,
    options: O,
  ): Promise<{ readonly text: string | Secret } | { readonly problem: string }>;
  /** How the file is written. */
  written(options: O): Pick<EditStep, 'missing' | 'mode' | 'owner' | 'validate' | 'backup'>;
}

/** Such a module as playbooks call it. */
export type EditorModule<O extends object> = (
  path: string,
  ...options: [options: O & TaskOptions]
) => Promise<Handle>;

/** Calls that are not done yet, by the file that they are about. */
const waiting = new WeakMap<BuildContext, Map<string, Promise<void>>>();

/** Of a file that was read: what it holds, or why that is of no use. */
type Seen = { readonly text: string | undefined } | { readonly problem: string } | { readonly unknown: true };

/**
 * Makes a module whose call is a barrier: the file is fetched, changed here, and written if it is still what was fetched.
 * Calls that begin together, as in `Promise.all`, share one barrier. What it gives is the handle of the task that
 * writes.
 */
export function defineEditor<O extends object>(
  module: string,
  definition: EditorDefinition<O>,
): EditorModule<O> {
  const asTask = (steps: readonly Step[]): ModuleDefinition<O, TaskResult> => ({
    options: definition.options,
    claims: (name, o) => [
      ...definition.claims(name, o),
      { resource: `file:${plainPath(name)}`, value: 'edited in place' },
    ],
    check: (name, o, problem) => definition.check(name, o, problem),
    steps: () => steps,
  });
  const edited = async (
    context: BuildContext,
    first: TaskDraft<TaskResult>,
    path: string,
    options: O & TaskOptions,
    where: Place | undefined,
  ): Promise<Handle> => {
    const { stdout } = await context.ask(
      {
        ...first,
        module: 'fetch',
        steps: [
          action(`the text of ${path}`, {
            run: sh`ts_file_now ${plainPath(path)}`,
            guard: { kind: 'reads' },
          }),
        ],
        claims: [],
        when: undefined,
        ...noControl,
        become: first.become,
        gathers: () => undefined,
        momentary: true,
        where,
      },
      module,
    );
    const steps = await stepsFor(path, seen(path, stdout), definition, options);
    return context.register({ ...draftOf(module, asTask(steps), path, options, context), where });
  };
  const call = async (path: string, options: O & TaskOptions): Promise<Handle> => {
    const context = currentBuild(module);
    const where = context.where();
    const first = draftOf(module, asTask([]), path, options, context);
    if (first.problems.length > 0) {
      const handle = context.register(first);
      await context.flush();
      return handle;
    }
    // Of two calls about one file, the second is to see what the first has made of it.
    const file = plainPath(path);
    const pending = waiting.get(context) ?? new Map<string, Promise<void>>();
    waiting.set(context, pending);
    let done = (): void => {};
    const before = pending.get(file);
    pending.set(file, new Promise((resolve) => (done = resolve)));
    try {
      if (before !== undefined) await before;
      return await edited(context, first, path, options, where);
    } finally {
      done();
    }
  };
  return asModule(
    (path: string, ...[options]: [options: O & TaskOptions]) => {
      const handle = call(path, options);
      // Whoever does not wait for it is told by the play.
      handle.catch(() => {});
      return handle;
    },
    { module, options: definition.options },
  );
}

async function stepsFor<O extends object>(
  path: string,
  file: Seen,
  definition: EditorDefinition<O>,
  options: O,
): Promise<readonly Step[]> {
  const fails = (otherwise: string, later = false): readonly Step[] => [
    requires(path, { test: builtins`false`, otherwise, later }),
  ];
  if ('unknown' in file) return fails(`an earlier task would change ${path}, and what to is not known`, true);
  if ('problem' in file) return fails(file.problem);
  const { missing, ...writing } = definition.written(options);
  if (file.text === undefined && missing === 'fail') {
    return fails(`${path} does not exist, so it cannot be edited (create: true would make it)`, true);
  }
  const made = await definition.edited(file.text, options);
  if ('problem' in made) return fails(`${path} ${made.problem}`);
  return [writes(path, file.text ?? '', made.text, { missing, ...writing })];
}

/** Compare and swap: the filter prints the new text for what was fetched, and for what it has made of it. */
function writes(
  path: string,
  old: string,
  text: string | Secret,
  writing: Pick<EditStep, 'missing' | 'mode' | 'owner' | 'validate' | 'backup'>,
): Step {
  const input = withSecrets((reveal) => {
    const plain = text instanceof Secret ? reveal(text) : text;
    return `${sha256(old)} ${sha256(plain)}\n${plain}`;
  });
  return edit(path, {
    ...writing,
    input,
    text: true,
    filter: sh`ts_sum=$(sha256sum) && ts_sum=\${ts_sum%% *} || exit
case \${ts_input%%"$TS_NL"*} in
  *"$ts_sum"*) printf '%s' "\${ts_input#*"$TS_NL"}" ;;
  *)
    echo 'it has been changed by somebody else since it was read; run again' >&2
    exit 3
    ;;
esac`,
  });
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const reasons: Readonly<Record<string, string>> = {
  nowhere: 'is a symbolic link that leads nowhere',
  unreadable: 'cannot be read',
  other: 'is not a regular file',
  large: 'is too large to be edited here: it has more than 900 kB',
};

function seen(path: string, printed: string): Seen {
  const end = printed.indexOf('\n');
  const word = printed.slice(0, end);
  const text = printed.slice(end + 1);
  if (word === 'absent') return { text: undefined };
  if (word === 'unknown') return { unknown: true };
  if (word !== 'text') return { problem: `${path} ${reasons[word] ?? 'could not be read'}` };
  return text.includes('\uFFFD') ? { problem: `${path} is not text in UTF-8` } : { text };
}
