import { readFile } from 'node:fs/promises';

/** Flags of every command that runs a playbook. */
export const playbookFlags = {
  inventory: {
    kind: 'parsed',
    parse: String,
    brief: 'inventory/NAME.ts or .yaml, a path, or lab',
    placeholder: 'INVENTORY',
  },
  limit: {
    kind: 'parsed',
    parse: String,
    brief: 'Only hosts that match this pattern too',
    optional: true,
    placeholder: 'PATTERN',
  },
  extraVar: {
    kind: 'parsed',
    parse: String,
    brief: 'A variable: KEY=TEXT, KEY:=JSON or @FILE.json',
    variadic: true,
    optional: true,
    placeholder: 'VAR',
  },
} as const;

/** Flags of the commands that connect. */
export const runFlags = {
  forks: { kind: 'parsed', parse: positive, brief: 'Most hosts at once', default: '20', placeholder: 'N' },
  diff: { kind: 'boolean', brief: 'Show what stood there and what comes', default: false },
  output: { kind: 'enum', values: ['tty', 'plain', 'json'], brief: 'How to report', optional: true },
  verbose: { kind: 'counter', brief: 'Show every task, output and round trips' },
  strict: { kind: 'boolean', brief: 'check: unknown tasks count as drift', default: false },
} as const;

export const aliases = { i: 'inventory', e: 'extraVar', v: 'verbose' } as const;

function positive(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new Error(`${text} is not a whole number above 0`);
  return number;
}

/** The variables that `-e` gives. */
export async function parseExtraVars(texts: readonly string[]): Promise<Readonly<Record<string, unknown>>> {
  const vars: Record<string, unknown> = {};
  for (const text of texts) {
    if (text.startsWith('@')) {
      Object.assign(vars, JSON.parse(await readFile(text.slice(1), 'utf8')));
      continue;
    }
    const found = /^([A-Za-z_]\w*)(:?=)(.*)$/s.exec(text);
    if (found === null) throw new SyntaxError(`-e ${text}: write KEY=TEXT, KEY:=JSON or @FILE.json`);
    const [, key = '', operator, value = ''] = found;
    vars[key] = operator === ':=' ? JSON.parse(value) : value;
  }
  return vars;
}
