import { resolve } from 'node:path';
import { cliError } from '../errors/cli.ts';
import { inventoryError } from '../errors/inventory.ts';
import { TsplayError, TsplayErrors } from '../errors/tsplay-error.ts';
import { inexactNumber, inexactText } from '../secrets/exact-json.ts';
import { readText } from '../inventory/read-text.ts';
import { parseYaml } from '../inventory/yaml-source.ts';

type Vars = Readonly<Record<string, unknown>>;

/**
 * The variables that `-e` gives; of two with the same name the later one wins.
 *
 * @throws TsplayError `bad-extra-var`
 * @example await parseExtraVars(['name=edge', 'mtu:=9000', '@site.yaml'], process.cwd())
 */
export async function parseExtraVars(texts: readonly string[], cwd: string): Promise<Vars> {
  const entries: [string, unknown][] = [];
  for (const text of texts) {
    if (text.startsWith('@')) entries.push(...Object.entries(await readVars(text, cwd)));
    else entries.push(parseOne(text));
  }
  return Object.fromEntries(entries);
}

function parseOne(text: string): [string, unknown] {
  const found = /^([A-Za-z_]\w*)(:?=)(.*)$/s.exec(text);
  if (found === null) {
    throw cliError('bad-extra-var', { text, problem: 'it is neither a variable nor a file' });
  }
  const [, key = '', operator, value = ''] = found;
  return [key, operator === ':=' ? parseJson(value, text) : value];
}

/** The variables of a file. It may be encrypted, or have values in it that are. */
async function readVars(text: string, cwd: string): Promise<Vars> {
  const data = await readData(resolve(cwd, text.slice(1))).catch((cause: unknown) => {
    const errors: readonly unknown[] = cause instanceof TsplayErrors ? cause.errors : [cause];
    const told = errors.map((error) => asBadVariable(error, text));
    throw told.length === 1 ? told[0] : new TsplayErrors(told);
  });
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    throw cliError('bad-extra-var', { text, problem: 'the file holds no mapping of names to values' });
  }
  return data as Vars;
}

async function readData(file: string): Promise<unknown> {
  const { text, hidden } = await readText(file);
  const { data, repeated, inexact } = await parseYaml(text, file, { hidden: hidden ? 'values' : undefined });
  const wrong = [
    ...repeated.map(({ name, where }) => ({ problem: `${name} stands there twice`, where })),
    ...inexact.map(({ number, where }) => ({ problem: inexactText(number), where })),
  ];
  if (wrong.length === 0) return data;
  throw new TsplayErrors(
    wrong.map(({ problem, where }) => inventoryError('inventory-syntax', { problem }, { where })),
  );
}

/** The file is read as one of an inventory is, which it is not. */
function asBadVariable(error: unknown, text: string): TsplayError {
  if (!(error instanceof TsplayError)) throw error;
  if (!error.code.startsWith('inventory-')) return error;
  const problem = error.message.replace(/^the inventory /, 'it ');
  return cliError('bad-extra-var', { text, problem }, { where: error.where, cause: error });
}

function parseJson(content: string, text: string): unknown {
  const inexact = inexactNumber(content);
  if (inexact !== undefined) throw cliError('bad-extra-var', { text, problem: inexactText(inexact) });
  try {
    return JSON.parse(content) as unknown;
  } catch (cause) {
    throw cliError('bad-extra-var', { text, problem: messageOf(cause) }, { cause });
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
