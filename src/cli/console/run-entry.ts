import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TsplayError, TsplayErrors } from '../../errors/tsplay-error.ts';
import type { Inventory } from '../../inventory/inventory.ts';
import { findProject } from '../../playbook/load/project.ts';
import { declarationFiles } from '../../playbook/declaration-files.ts';
import { loadModules } from '../../playbook/load/index.ts';
import { isPlay, type Play } from '../../playbook/play.ts';
import { recorder } from '../../record/recorder.ts';
import type { KeptConnections } from '../../runner/session/kept-connections.ts';
import { runPlays } from '../../runner/run.ts';
import type { Passwords } from '../adhoc/run-play.ts';
import { askingWith } from '../asking.ts';
import type { Flags } from '../commands/console.ts';
import { warn } from '../command.ts';
import { reported } from '../reported.ts';
import { recording } from '../reports.ts';
import { sourceOf, withoutNames, type Entry, type Exported, type Source } from './entry.ts';
import { consoleFolder } from './folder.ts';
import { results } from './results.ts';
import type { State } from './state.ts';

/** What all entries of a console share. */
export interface Surroundings {
  readonly flags: Flags;
  readonly inventory: Inventory;
  readonly exported: Exported;
  readonly connections: KeptConnections;
  readonly passwords: Passwords;
  readonly cwd: string;
  readonly write: (text: string) => void;
}

/** Does what was typed; gives the exit status that a run would have. Throws what is wrong with it. */
export async function runEntry(entry: Entry, state: State, around: Surroundings): Promise<number> {
  const source = sourceOf(entry, state.kept, around.exported);
  const file = written(source, around.cwd);
  try {
    const [module] = await loadModules([file], { declarations: declarationFiles(file, undefined) });
    if (entry.kind === 'import' || entry.kind === 'declaration') {
      state.kept.splice(0, state.kept.length, ...withoutNames(state.kept, entry), entry);
      return 0;
    }
    const { default: made, values } = module?.exports ?? {};
    if (!isPlay(made)) throw new Error('the module of an entry has no play');
    return await runOn(made, values as ReadonlyMap<string, unknown>, state, around);
  } catch (error) {
    throw placed(error, file, source, entry);
  }
}

async function runOn(
  made: Play,
  values: ReadonlyMap<string, unknown>,
  { pattern, become, check, diff }: State,
  { flags, inventory, connections, passwords, cwd, write }: Surroundings,
): Promise<number> {
  const play = { ...made, where: undefined, options: { hosts: pattern, become } };
  const shown = await results({ write }, diff, check, cwd);
  const within = `${cwd}/any`;
  const record = flags.record ? recorder(findProject(within), warn) : undefined;
  const status = await reported(
    { ...flags, diff },
    { strict: false, within, only: recording(shown, record) },
    ({ emit, signal, quietly }) =>
      runPlays(
        { plays: [play], inventory },
        {
          inventory: flags.inventory,
          mode: check ? 'check' : 'run',
          forks: flags.forks,
          diff,
          extraVars: {},
          becomePassword: passwords.become,
          transport: flags.transport,
          asking: askingWith(passwords.login, quietly, signal),
          supervisor: { connect: connections.connect.bind(connections), review: () => Promise.resolve() },
          cwd,
          emit,
          signal,
        },
      ),
  );
  write(shown.table(values));
  return status;
}

/** The file is in the project, so that it imports what the project's own files do. */
function written({ text }: Source, cwd: string): string {
  const file = join(consoleFolder(cwd), 'entry.ts');
  writeFileSync(file, text, { mode: 0o600 });
  return file;
}

/** Errors with their places in what was typed, and not in the file that was made of it. */
function placed(error: unknown, file: string, source: Source, { text }: Entry): unknown {
  const typed = text.split('\n');
  const lineOf = ({ where }: TsplayError): string | undefined =>
    where?.file === file ? typed[where.line - source.before - 1] : undefined;
  if (error instanceof TsplayErrors) {
    // One in the text can be the reason for others behind it.
    const inside = error.errors.filter((one) => lineOf(one) !== undefined);
    const all = inside.length > 0 ? inside : error.errors;
    return new TsplayErrors(all.map((one) => withLine(one, lineOf(one))));
  }
  return error instanceof TsplayError ? withLine(error, lineOf(error)) : error;
}

/** The error with the line that it is about. */
function withLine(error: TsplayError, line: string | undefined): TsplayError {
  const { code, exit, message, host, task, cause, where } = error;
  const frame = line === undefined ? '' : `\n  ${line}\n  ${' '.repeat((where?.column ?? 1) - 1)}^`;
  const hint =
    code === 'outside-play'
      ? 'What is declared is kept for later lines and belongs to no host. Call modules in a line that declares nothing.'
      : error.hint;
  const place = line === undefined ? where : undefined;
  return new TsplayError(code, exit, message + frame, hint, { host, task, cause, where: place });
}
