import { Secret } from '../secrets/secret.ts';
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

/**
 * Says what is wrong with a value. These are written down here and not with a library of schemas: every command line
 * that reads an inventory would wait for that.
 */
type Check = (value: unknown) => readonly Problem[];
type Checks<T> = Readonly<Record<keyof T, Check>>;

const wrong = (problem: string): readonly Problem[] => [{ path: [], problem }];
const at = (key: string | number, problems: readonly Problem[]): readonly Problem[] =>
  problems.map(({ path: inner, problem }) => ({ path: [String(key), ...inner], problem }));

/** Text that keeps to all of these rules; each says what is wrong with it, or nothing. */
function text(...rules: readonly ((value: string) => string | undefined)[]): Check {
  return (value) =>
    typeof value === 'string'
      ? rules.flatMap((rule) => wrong(rule(value) ?? '')).filter(({ problem }) => problem !== '')
      : wrong(`must be text, not ${words(value)}`);
}

const rule =
  (isRight: (value: string) => boolean, problem: string) =>
  (value: string): string | undefined =>
    isRight(value) ? undefined : problem;

const oneWord = rule(
  (one) => /^[^\s\p{Cc}-][^\s\p{Cc}]*$/u.test(one),
  'must be one word that does not begin with a dash',
);
const word = text(oneWord);
const address = text(
  oneWord,
  rule((one) => !one.includes('@'), "must be without a user, which stands in 'user'"),
  rule((one) => !/^\[.*\]/.test(one), 'must be without brackets'),
  rule((one) => !/^[^:]*:\d*$/.test(one), "must be without a port, which stands in 'port'"),
);
const port: Check = (one) =>
  typeof one === 'number' && Number.isInteger(one) && one >= 1 && one <= 65_535
    ? []
    : wrong(`must be a whole number from 1 to 65535, not ${words(one)}`);
const path = text(
  rule((one) => one !== '', 'must not be empty'),
  rule((one) => /^(?:~\/|[^~]|$)/.test(one), "must not begin with ~NAME; only '~/' is known"),
);
const name = text(
  nameProblem,
  rule(
    (one) => one !== 'all',
    "is the group of all hosts, which is always there; its variables stand in the outermost 'vars'",
  ),
);
const vars: Check = (value) =>
  isMapping(value) ? [] : wrong(`must map names to values, but is ${words(value)}`);
const password: Check = (value) =>
  value instanceof Secret
    ? []
    : wrong('must be a secret: what `tsplay secret encrypt` prints, or secret(…) of a TypeScript inventory');

const host: Checks<HostData> = {
  address,
  port,
  user: word,
  identityFiles: list(path),
  knownHostsFiles: list(path),
  hostKeyAlias: word,
  proxyJump: text(
    oneWord,
    rule((one) => parseJumps(one) !== undefined, "must be [user@]host[:port], several by commas, or 'none'"),
  ),
  sshConfigFile: path,
  password,
  connection: choice(['ssh', 'local', 'lab']),
  becomeMethod: choice(['sudo', 'su', 'doas']),
  becomePassword: password,
  vars,
};

const group: Checks<GroupData> = { hosts: list(name), children: list(name), vars };

const inventory = closed({
  hosts: named(closed(host)),
  groups: named(closed(group)),
  vars,
} satisfies Checks<InventoryData>);

/** Checks the data of an inventory part by part. Gives it, or all that is wrong. */
export function checkShape(
  data: unknown,
):
  | { readonly data: InventoryData; readonly problems?: never }
  | { readonly data?: never; readonly problems: readonly Problem[] } {
  const problems = inventory(data);
  if (problems.length > 0) return { problems };
  // Of a host or a group there need not be more than its name.
  const { hosts, groups, ...rest } = data as InventoryData;
  return {
    data: {
      ...rest,
      ...(hosts !== undefined && { hosts: filled(hosts) }),
      ...(groups !== undefined && { groups: filled(groups) }),
    },
  };
}

function filled<T extends object>(named: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  const entries = Object.entries(named) as [string, T | null | undefined][];
  return Object.fromEntries(entries.map(([one, value]) => [one, value ?? ({} as T)]));
}

/** Why a setting of a host cannot be so; undefined where it can. */
export function settingProblem(setting: keyof HostData, value: unknown): string | undefined {
  return value === undefined ? undefined : host[setting](value)[0]?.problem;
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A mapping without other keys: a typing mistake must not be overlooked. All of them are reported. */
function closed(checks: Readonly<Record<string, Check>>): Check {
  const known = Object.keys(checks);
  return (value) => {
    if (!isMapping(value)) return vars(value);
    const inside = Object.entries(checks).flatMap(([key, check]) =>
      value[key] === undefined ? [] : at(key, check(value[key])),
    );
    const unknown = Object.keys(value).filter((key) => !known.includes(key));
    return [
      ...inside,
      ...unknown.flatMap((key) => at(key, wrong(`is not known here${didYouMean(near(key, known))}`))),
    ];
  };
}

/** A mapping of names, each to what may be missing. */
function named(check: Check): Check {
  return (value) =>
    isMapping(value)
      ? Object.entries(value).flatMap(([key, one]) =>
          at(key, [...name(key), ...(one === undefined || one === null ? [] : check(one))]),
        )
      : vars(value);
}

function list(check: Check): Check {
  return (value) =>
    Array.isArray(value)
      ? value.flatMap((one: unknown, index) => at(index, check(one)))
      : wrong(`must be a list, not ${words(value)}`);
}

function choice(options: readonly string[]): Check {
  return (value) => {
    if (options.includes(value as string)) return [];
    const close = typeof value === 'string' ? near(value, options) : [];
    return wrong(
      `must be ${options.slice(0, -1).join(', ')} or ${options.at(-1)}, not ${words(value)}${didYouMean(close)}`,
    );
  };
}

/** A value as a message shows it. */
function words(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (value instanceof Secret) return 'a secret';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  return typeof value === 'string' ? JSON.stringify(value) : String(value as number | boolean);
}
