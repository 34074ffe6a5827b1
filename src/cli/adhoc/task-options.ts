import { cliError } from '../../errors/cli.ts';
import { TsplayError } from '../../errors/tsplay-error.ts';
import { makeCondition } from '../../steps/condition.ts';
import { isPlain, type OptionRule } from '../../steps/option.ts';
import { taskRules } from '../../steps/task-options.ts';
import { Sh } from '../../steps/sh.ts';
import { parseExtraVars } from '../extra-vars.ts';

type Rules = Readonly<Record<string, OptionRule>>;
type Options = Readonly<Record<string, unknown>>;

/**
 * The options that the words of a command line give to a module; of two with the same name the later one wins.
 *
 * @param rules - those of the module, which say what the text of KEY=VALUE stands for
 * @example await taskOptions(['mode=802.3ad', 'slaves=eth1,eth2', '{ miimon: 100 }'], rules, process.cwd())
 */
export async function taskOptions(
  words: readonly string[],
  rules: Rules | undefined,
  cwd: string,
): Promise<Options> {
  const all: Rules = { ...rules, ...taskRules };
  const entries: [string, unknown][] = [];
  for (const word of words) {
    if (word.startsWith('@')) entries.push(...Object.entries(await fromFile(word, cwd)));
    else if (word.trimStart().startsWith('{')) entries.push(...Object.entries(await mapping(word)));
    else entries.push(await single(word, all));
  }
  return Object.fromEntries(entries);
}

async function single(word: string, rules: Rules): Promise<[string, unknown]> {
  const [, key = '', operator = '', text = ''] = /^([A-Za-z_]\w*)(:?=)(.*)$/s.exec(word) ?? [];
  if (key === '') throw cliError('bad-task-option', { text: word, problem: 'this gives no option a value' });
  if (operator === ':=') return [key, json(text, word)];
  const rule = Object.hasOwn(rules, key) ? rules[key] : undefined;
  const meanings = await meaningsOf(text);
  if (rule === undefined) return [key, meanings[1]];
  const fit = meanings.find((value) => rule(key, value).length === 0);
  // Of what none fits, that is told which was meant most likely.
  return [key, fit ?? meanings.slice(0, 2).find((value) => typeof value !== 'string') ?? text];
}

/** What a text may stand for: itself, what it is in YAML, a list by commas. */
async function meaningsOf(text: string): Promise<readonly unknown[]> {
  const { parse } = await import('yaml');
  const read = (part: string): unknown => {
    try {
      const value: unknown = parse(part, { logLevel: 'error' });
      return value ?? part;
    } catch {
      return part;
    }
  };
  const whole = read(text);
  // Where both would do, such as the name of a user, it is no text that is meant.
  const first = typeof whole === 'boolean' ? [whole, text] : [text, whole];
  if (text === '' || /\s/.test(text)) return first;
  const parts = text.split(',');
  return [...first, parts, parts.map(read)];
}

function json(text: string, word: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw cliError('bad-task-option', { text: word, problem: (cause as Error).message }, { cause });
  }
}

/** JSON is YAML too. */
async function mapping(word: string): Promise<Options> {
  const { parse } = await import('yaml');
  let value: unknown;
  try {
    value = parse(word, { logLevel: 'error', prettyErrors: false });
  } catch (cause) {
    throw cliError('bad-task-option', { text: word, problem: (cause as Error).message }, { cause });
  }
  if (isPlain(value)) return value;
  throw cliError('bad-task-option', { text: word, problem: 'this is no mapping of names to values' });
}

/** A file may be encrypted, or have values in it that are. */
async function fromFile(word: string, cwd: string): Promise<Options> {
  try {
    return await parseExtraVars([word], cwd);
  } catch (error) {
    if (!(error instanceof TsplayError) || error.code !== 'bad-extra-var') throw error;
    const problem = error.message.slice(`-e ${word}: `.length);
    throw cliError('bad-task-option', { text: word, problem }, { where: error.where, cause: error });
  }
}

/** Options that were given something that will not do, where code would: that only a playbook can give. */
export function onlyInPlaybooks(options: Options, rules: Rules | undefined): readonly string[] {
  const condition = makeCondition({ op: 'scope', scope: 0 }, '', undefined, {});
  const code: readonly unknown[] = [new Sh(':'), () => true, condition];
  return Object.entries(options).flatMap(([name, value]) => {
    const all: Rules = { ...rules, ...taskRules };
    const rule = Object.hasOwn(all, name) ? all[name] : undefined;
    const isWrong = rule !== undefined && rule(name, value).length > 0;
    const takesCode = name === 'notify' || code.some((one) => rule?.(name, one).length === 0);
    return isWrong && takesCode ? [name] : [];
  });
}
