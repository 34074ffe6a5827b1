import type { Outcome } from '../record/last-run.ts';
import type { TransportName } from '../transport/index.ts';
import type { FlagParametersForType, TypedPositionalParameter } from '@stricli/core';

/** What opens what Ansible Vault has encrypted; `command` takes it for all commands. */
export interface VaultFlags {
  readonly vaultId?: readonly string[];
}

/** What names an inventory. */
export interface InventoryFlags extends VaultFlags {
  readonly inventory: readonly string[];
}

/** What names the hosts. */
export interface HostFlags extends InventoryFlags {
  readonly limit?: string;
}

/** What a playbook is built with. */
export interface PlaybookFlags extends HostFlags {
  readonly extraVar?: readonly string[];
}

/** How hosts are gone through, and how that is shown. */
export interface ReportFlags {
  readonly forks: number;
  readonly output?: 'tty' | 'plain' | 'json';
  readonly verbose?: number;
  readonly report?: readonly string[];
  readonly record: boolean;
  readonly askBecomePass?: boolean;
  readonly askPass?: boolean;
  readonly transport?: TransportName;
}

/** The same where differences can be shown. */
export interface RunFlags extends ReportFlags, FactFlags {
  readonly diff: boolean;
}

/** How old facts of former runs may be. */
export interface FactFlags {
  readonly factCache?: number;
}

/** What of a playbook is run, and whether it is only listed. */
export interface SelectionFlags {
  readonly tags?: readonly string[];
  readonly skipTags?: readonly string[];
  readonly startAt?: string;
  readonly step: boolean;
  readonly resume: boolean;
  readonly rerun?: Outcome;
  readonly listHosts: boolean;
  readonly listTasks: boolean;
  readonly listTags: boolean;
}

export const vaultFlags: FlagParametersForType<VaultFlags> = {
  vaultId: {
    kind: 'parsed',
    parse: String,
    variadic: true,
    optional: true,
    placeholder: '[LABEL@]SOURCE',
    brief: 'Password of Ansible Vault: a file, a program that prints it, env:NAME, or prompt',
  },
};

export const inventoryFlags: FlagParametersForType<InventoryFlags> = {
  inventory: {
    kind: 'parsed',
    parse: String,
    variadic: true,
    placeholder: 'INVENTORY',
    brief: 'A file or folder, a name in inventory/, or lab; of several, the last wins',
  },
  ...vaultFlags,
};

export const hostFlags: FlagParametersForType<HostFlags> = {
  inventory: inventoryFlags.inventory,
  limit: {
    kind: 'parsed',
    parse: String,
    optional: true,
    placeholder: 'PATTERN',
    brief: 'Of these hosts only those that match, such as web*:!web3',
  },
  ...vaultFlags,
};

export const playbookFlags: FlagParametersForType<PlaybookFlags> = {
  ...hostFlags,
  extraVar: {
    kind: 'parsed',
    parse: String,
    variadic: true,
    optional: true,
    placeholder: 'VAR',
    brief: 'Variable that wins over the inventory: KEY=TEXT, KEY:=JSON, @FILE.json, @FILE.yaml',
  },
};

export const reportFlags: FlagParametersForType<ReportFlags> = {
  forks: {
    kind: 'parsed',
    parse: atLeastOne,
    default: '20',
    placeholder: 'N',
    brief: 'Most hosts at once',
  },
  output: {
    kind: 'enum',
    values: ['tty', 'plain', 'json'],
    optional: true,
    brief: 'Live, as lines, or as events for programs; by default what fits standard output',
  },
  verbose: {
    kind: 'counter',
    optional: true,
    brief: 'Show every task, live output and traffic; -vv every step too',
  },
  report: {
    kind: 'parsed',
    parse: String,
    variadic: true,
    optional: true,
    placeholder: 'FILE',
    brief: 'Write a report too: audit.html, junit.xml, events.jsonl, log.txt, KIND:FILE, or github',
  },
  record: {
    kind: 'boolean',
    default: true,
    brief: 'Keep what happens for tsplay history and tsplay show',
  },
  askBecomePass: {
    kind: 'boolean',
    optional: true,
    withNegated: false,
    brief: 'Ask for the password of sudo, su or doas; else TSPLAY_BECOME_PASSWORD, if set',
  },
  askPass: {
    kind: 'boolean',
    optional: true,
    withNegated: false,
    brief: 'Ask for the password of the login; else TSPLAY_PASSWORD, if set',
  },
  transport: {
    kind: 'enum',
    values: ['ssh2', 'openssh', 'local'],
    optional: true,
    placeholder: 'WAY',
    brief: "The way to every host; by default ssh2, or the system's ssh where that cannot go",
  },
};

export const factFlags: FlagParametersForType<FactFlags> = {
  factCache: {
    kind: 'parsed',
    parse: duration,
    optional: true,
    placeholder: 'AGE',
    brief: 'Keep facts, and take those of former runs that are not older, such as 10m; s, m, h, d',
  },
};

export const runFlags: FlagParametersForType<RunFlags> = {
  ...reportFlags,
  ...factFlags,
  diff: {
    kind: 'boolean',
    default: false,
    withNegated: false,
    brief: 'Show what stands there and what comes in its place',
  },
};

const list = { kind: 'boolean', default: false, withNegated: false } as const;

export const selectionFlags: FlagParametersForType<SelectionFlags> = {
  tags: {
    kind: 'parsed',
    parse: String,
    variadic: ',',
    optional: true,
    placeholder: 'TAGS',
    brief: 'Only tasks with one of these tags, and those that are always; all, tagged, untagged',
  },
  skipTags: {
    kind: 'parsed',
    parse: String,
    variadic: ',',
    optional: true,
    placeholder: 'TAGS',
    brief: 'No task with one of these tags',
  },
  startAt: {
    kind: 'parsed',
    parse: String,
    optional: true,
    placeholder: 'TASK',
    brief: 'On each host nothing before this task: its id, or its name; * is anything',
  },
  step: {
    kind: 'boolean',
    default: false,
    withNegated: false,
    brief: 'Ask before each task on each host; each is a program of its own then',
  },
  resume: {
    kind: 'boolean',
    default: false,
    withNegated: false,
    brief: 'Go on with the last run of this playbook: leave out what it has done, task by task',
  },
  rerun: {
    kind: 'enum',
    values: ['failed', 'unreachable', 'left'],
    optional: true,
    placeholder: 'OUTCOME',
    brief: 'Only hosts of the last run of this playbook that failed, were unreachable, or were not come to',
  },
  listHosts: { ...list, brief: 'Print which hosts take part, and run nothing' },
  listTasks: { ...list, brief: 'Print which tasks would run, as far as they are known, and run nothing' },
  listTags: { ...list, brief: 'Print which tags there are, and run nothing' },
};

export const hostAliases = { i: 'inventory', l: 'limit' } as const;
export const playbookAliases = { ...hostAliases, e: 'extraVar' } as const;
export const reportAliases = {
  f: 'forks',
  o: 'output',
  v: 'verbose',
  K: 'askBecomePass',
  k: 'askPass',
} as const;
export const runAliases = { ...reportAliases, d: 'diff' } as const;

export const playbookArgument: TypedPositionalParameter<string> = {
  parse: String,
  placeholder: 'PLAYBOOK',
  brief: 'The playbook, a .ts file',
};

/** A whole number from 1. */
export function atLeastOne(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new Error(`${text} is not a whole number from 1`);
  return Number(text);
}

const units: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A time such as `10m`, in ms. */
export function duration(text: string): number {
  const [, count = '', unit = ''] = /^([1-9]\d{0,5})([smhd])$/.exec(text) ?? [];
  if (count === '') throw new Error(`${text} is no time such as 30s, 10m, 2h or 1d`);
  return Number(count) * (units[unit] ?? 0);
}
