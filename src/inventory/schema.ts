import { Secret } from '../secrets/secret.ts';
import * as v from 'valibot';
import { didYouMean, near } from '../errors/near.ts';
import { parseJumps } from './jump.ts';
import { nameProblem } from './name.ts';
import type { GroupData, HostData, InventoryData } from './shape.ts';

/** Something in the data of an inventory that cannot be so. */
export interface Problem {
  /** Keys and indexes that lead to it. */
  readonly path: readonly string[];
  readonly problem: string;
}

type Entries<T> = Readonly<Record<keyof T, v.GenericSchema<unknown, unknown>>>;

const text = v.string((issue) => `must be text, not ${words(issue.input)}`);
const word = v.pipe(
  text,
  v.regex(/^[^\s\p{Cc}-][^\s\p{Cc}]*$/u, 'must be one word that does not begin with a dash'),
);
const address = v.pipe(
  word,
  v.check((one) => !one.includes('@'), "must be without a user, which stands in 'user'"),
  v.check((one) => !/^\[.*\]/.test(one), 'must be without brackets'),
  v.check((one) => !/^[^:]*:\d*$/.test(one), "must be without a port, which stands in 'port'"),
);
const port = v.custom<number>(
  (one) => typeof one === 'number' && Number.isInteger(one) && one >= 1 && one <= 65_535,
  (issue) => `must be a whole number from 1 to 65535, not ${words(issue.input)}`,
);
const path = v.pipe(
  text,
  v.nonEmpty('must not be empty'),
  v.regex(/^(?:~\/|[^~]|$)/, "must not begin with ~NAME; only '~/' is known"),
);
const name = v.pipe(
  text,
  v.rawCheck(({ dataset, addIssue }) => {
    const problem = dataset.typed ? nameProblem(dataset.value) : undefined;
    if (problem !== undefined) addIssue({ message: problem });
  }),
  v.check(
    (one) => one !== 'all',
    "is the group of all hosts, which is always there; its variables stand in the outermost 'vars'",
  ),
);
/** What maps names to values. For a schema of records or objects, a list would do as well. */
const mapping = v.custom<object>(
  (one) => typeof one === 'object' && one !== null && !Array.isArray(one),
  (issue) => `must map names to values, but is ${words(issue.input)}`,
);
const vars = v.pipe(mapping, v.record(v.string(), v.unknown()));

const password = v.instance(
  Secret,
  'must be a secret: what `tsplay secret encrypt` prints, or secret(…) of a TypeScript inventory',
);

const host = {
  address: v.optional(address),
  port: v.optional(port),
  user: v.optional(word),
  identityFiles: v.optional(list(path)),
  knownHostsFiles: v.optional(list(path)),
  hostKeyAlias: v.optional(word),
  proxyJump: v.optional(
    v.pipe(
      word,
      v.check(
        (one) => parseJumps(one) !== undefined,
        "must be [user@]host[:port], several by commas, or 'none'",
      ),
    ),
  ),
  sshConfigFile: v.optional(path),
  password: v.optional(password),
  connection: v.optional(choice(['ssh', 'local', 'lab'])),
  becomeMethod: v.optional(choice(['sudo', 'su', 'doas'])),
  becomePassword: v.optional(password),
  vars: v.optional(vars),
} satisfies Entries<HostData>;

const group = {
  hosts: v.optional(list(name)),
  children: v.optional(list(name)),
  vars: v.optional(vars),
} satisfies Entries<GroupData>;

const inventory = closed({
  hosts: v.optional(v.pipe(mapping, v.record(name, v.nullish(closed(host), {})))),
  groups: v.optional(v.pipe(mapping, v.record(name, v.nullish(closed(group), {})))),
  vars: v.optional(vars),
} satisfies Entries<InventoryData>);

/** Checks the data of an inventory part by part. Gives it, or all that is wrong. */
export function checkShape(
  data: unknown,
):
  | { readonly data: InventoryData; readonly problems?: never }
  | { readonly data?: never; readonly problems: readonly Problem[] } {
  const result = v.safeParse(inventory, data);
  if (result.success) return { data: result.output };
  return {
    problems: result.issues.map(({ path, message }) => ({
      path: (path ?? []).map((item) => String(item.key)),
      problem: message,
    })),
  };
}

/** Why a setting of a host cannot be so; undefined where it can. */
export function settingProblem(setting: keyof HostData, value: unknown): string | undefined {
  const { success, issues } = v.safeParse(host[setting], value);
  return success ? undefined : issues[0].message;
}

/** A mapping without other keys: a typing mistake must not be overlooked. All of them are reported. */
function closed<const E extends v.ObjectEntries>(entries: E) {
  const known = Object.keys(entries);
  return v.pipe(
    mapping,
    v.looseObject(entries),
    v.rawCheck(({ dataset, addIssue }) => {
      const input = dataset.value as Record<string, unknown>;
      for (const [key, value] of Object.entries(input)) {
        if (known.includes(key)) continue;
        const message = `is not known here${didYouMean(near(key, known))}`;
        addIssue({ message, path: [{ type: 'object', origin: 'key', input, key, value }] });
      }
    }),
  );
}

function list(item: v.GenericSchema<unknown, string>) {
  return v.array(item, (issue) => `must be a list, not ${words(issue.input)}`);
}

function choice<const T extends readonly string[]>(options: T) {
  return v.picklist(options, (issue) => {
    const close = typeof issue.input === 'string' ? near(issue.input, options) : [];
    return `must be ${options.slice(0, -1).join(', ')} or ${options.at(-1)}, not ${words(issue.input)}${didYouMean(close)}`;
  });
}

/** A value as a message shows it. */
function words(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (value instanceof Secret) return 'a secret';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  return typeof value === 'string' ? JSON.stringify(value) : String(value as number | boolean);
}
