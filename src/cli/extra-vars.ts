import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { cliError } from '../errors/cli.ts';

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

async function readVars(text: string, cwd: string): Promise<Vars> {
  const file = resolve(cwd, text.slice(1));
  let content: string;
  try {
    content = await readFile(file, 'utf8');
  } catch (cause) {
    throw cliError('bad-extra-var', { text, problem: messageOf(cause) }, { cause });
  }
  const data = /\.ya?ml$/.test(file) ? await parseYaml(content, text) : parseJson(content, text);
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    throw cliError('bad-extra-var', { text, problem: 'the file holds no mapping of names to values' });
  }
  return data as Vars;
}

async function parseYaml(content: string, text: string): Promise<unknown> {
  const { parse } = await import('yaml');
  try {
    return parse(content) as unknown;
  } catch (cause) {
    throw cliError('bad-extra-var', { text, problem: messageOf(cause) }, { cause });
  }
}

function parseJson(content: string, text: string): unknown {
  try {
    return JSON.parse(content) as unknown;
  } catch (cause) {
    throw cliError('bad-extra-var', { text, problem: messageOf(cause) }, { cause });
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
