import { openInventory } from '../../playbook/open-inventory.ts';
import { selectHosts } from '../../inventory/pattern.ts';
import { warningTexts } from '../../inventory/inventory.ts';
import { KeptConnections } from '../../runner/session/kept-connections.ts';
import { modulesOf } from '../adhoc/find-module.ts';
import { becomeOf } from '../adhoc/flags.ts';
import { passwordsOf } from '../adhoc/run-play.ts';
import type { Flags } from '../commands/console.ts';
import { showError, warn } from '../command.ts';
import type { Completable } from './complete.ts';
import { Completer } from './completer.ts';
import { entryOf, goesOn, type Exported } from './entry.ts';
import { readHistory, writeHistory } from './history.ts';
import { interrupted, Lines } from './lines.ts';
import { runEntry, type Surroundings } from './run-entry.ts';
import { commands, obey, type State } from './state.ts';

/** Reads lines and does what they say, until there are no more; gives the exit status. */
export async function openConsole(flags: Flags, pattern: string): Promise<number> {
  const cwd = process.cwd();
  const inventory = await openInventory(flags.inventory, cwd);
  for (const message of warningTexts(inventory, cwd)) warn(message);
  selectHosts(inventory, pattern, cwd);
  const passwords = await passwordsOf(flags);
  const modules = await modulesOf(undefined, cwd);
  const exported = await exportedNames(modules.keys());
  const connections = new KeptConnections();
  const write = (text: string): void => void process.stdout.write(text);
  const around: Surroundings = { flags, inventory, exported, connections, passwords, cwd, write };
  const state: State = { pattern, check: flags.check, diff: false, become: becomeOf(flags), kept: [] };
  const hosts = [...inventory.hosts.keys(), ...inventory.groups.keys()];
  const all: Completable = {
    modules,
    names: () => namesOf(state, exported),
    commands: Object.keys(commands),
    hosts,
  };
  const completer = new Completer(all, state, exported, cwd);
  const lines = new Lines((text) => completer.complete(text), readHistory(cwd));
  let status = 0;
  try {
    for (let text = await read(lines, state); text !== undefined; text = await read(lines, state)) {
      if (text.trim() === '') continue;
      const came = await lines.aside(() => attempted(text ?? '', state, around));
      if (came === 'exit') break;
      if (!lines.isTerminal && status === 0) status = came;
    }
  } finally {
    lines.close();
    completer.close();
    if (lines.isTerminal) writeHistory(cwd, lines.history);
    await connections.close();
  }
  return status;
}

/** Reads as many lines as belong together. */
async function read(lines: Lines, state: State): Promise<string | undefined> {
  const { pattern, check, become } = state;
  const mode = [check ? 'check' : '', become === false ? '' : become === true ? 'root' : become].filter(
    Boolean,
  );
  const prompt = `${pattern}${mode.length === 0 ? '' : ` (${mode.join(', ')})`}> `;
  let text = '';
  for (;;) {
    lines.before = text === '' ? '' : `${text}\n`;
    const line = await lines.next(text === '' ? prompt : '... ');
    if (line === undefined) return text === '' ? undefined : text;
    if (line === interrupted) {
      text = '';
      continue;
    }
    text = text === '' ? line : `${text}\n${line}`;
    if (/^\s*\./.test(text) || !goesOn(text)) return text;
  }
}

/** Does what was typed. What is wrong with it is told, and is not the end. */
async function attempted(text: string, state: State, around: Surroundings): Promise<number | 'exit'> {
  try {
    if (!/^\s*\./.test(text)) return await runEntry(entryOf(text, around.cwd), state, around);
    const told = obey(text, state, around.inventory, around.cwd);
    if (told === undefined) return 'exit';
    around.write(told);
    return 0;
  } catch (error) {
    return showError(error);
  }
}

/** All that can be used without an import, and where it is from. Modules win: they are what is called here. */
async function exportedNames(modules: Iterable<string>): Promise<Exported> {
  const own = Object.keys(await import('../../index.ts')).map((name) => [name, 'tsplay'] as const);
  return new Map([
    ['sh', 'tsplay/steps'],
    ...own,
    ...[...modules].map((name) => [name, 'tsplay/modules'] as const),
  ]);
}

/** All names that a line can use. */
function namesOf({ kept }: State, exported: Exported): readonly string[] {
  const declared = kept.flatMap((one) => ('names' in one ? one.names : []));
  return [...exported.keys(), ...declared, 'host', 'vars', 'factsOf', 'await', 'const', 'import'];
}
