import {
  action,
  defineModule,
  option,
  sh,
  type OptionRules,
  type TaskResult,
} from '../../src/steps/index.ts';

/** What something in a file system is. */
export type FileKind = 'file' | 'directory' | 'symlink' | 'fifo' | 'socket' | 'block' | 'char';

/** Options of {@link stat}. */
export interface StatOptions {
  /** Of a symbolic link, tell of what it leads to. One that leads nowhere is not there then. @defaultValue false */
  readonly follow?: boolean;
  /** Read the whole file, too, and tell its SHA-256. @defaultValue false */
  readonly sha256?: boolean;
}

/** What is known of a path. All but `exists` is undefined where nothing of that name is there. */
export interface StatResult extends TaskResult {
  /** Whether anything of that name is there. */
  readonly exists: boolean;
  /** What it is. */
  readonly kind: FileKind | undefined;
  /** Four octal digits, such as `'0644'`. */
  readonly mode: string | undefined;
  /** Name of the owner, or the number where that has no name. */
  readonly owner: string | undefined;
  /** Name of the group, or the number where that has no name. */
  readonly group: string | undefined;
  /** Number of the owner. */
  readonly uid: number | undefined;
  /** Number of the group. */
  readonly gid: number | undefined;
  /** Bytes. */
  readonly size: number | undefined;
  /** When its content was changed last, to the second. */
  readonly mtime: Date | undefined;
  /** How many names the file has. */
  readonly links: number | undefined;
  /** What a symbolic link leads to, as it stands in it. */
  readonly to: string | undefined;
  /** Digest of the content in hexadecimal digits, if it was asked for and this is a file. */
  readonly sha256: string | undefined;
}

const options: OptionRules<StatOptions> = { follow: option.flag, sha256: option.flag };

const kinds: Readonly<Record<number, FileKind>> = {
  0o10: 'file',
  0o04: 'directory',
  0o12: 'symlink',
  0o01: 'fifo',
  0o14: 'socket',
  0o06: 'block',
  0o02: 'char',
};

/**
 * Tells what a path is, in a check as well. It never changes anything. What cannot be read is an error, and not taken for
 * absent.
 *
 * @example
 * const conf = await stat('/etc/app.conf').result();
 * if (conf.exists && conf.mode !== '0600') …
 * @see https://man7.org/linux/man-pages/man1/stat.1.html
 */
export const stat = defineModule<StatOptions, StatResult>('stat', {
  options,
  check(path, _o, problem) {
    for (const wrong of option.pathProblems(path)) problem(`the path ${wrong}`);
  },
  steps(name, { follow = false, sha256 = false }) {
    const path = option.plainPath(name);
    return [
      action(`look at ${path}`, {
        run: sh`ts_look ${path} ${follow ? 'yes' : 'no'} ${sha256 ? 'yes' : 'no'}`,
        guard: { kind: 'reads' },
      }),
    ];
  },
  result: (raw) => ({ ...raw, ...parsed(raw.stdout) }),
});

/** What `ts_look` printed: a line of numbers and names, the digest, and, up to the end, what a link leads to. */
function parsed(text: string): Omit<StatResult, keyof TaskResult> {
  const [, fields, digest = '', to = ''] = /^(.*)\n(.*)\n([^]*)$/.exec(text) ?? [];
  const known = fields?.split(' ') ?? [];
  const number = (index: number): number | undefined =>
    known[index] === undefined ? undefined : Number(known[index]);
  const raw = known[0] === undefined ? undefined : Number.parseInt(known[0], 16);
  const name = (index: number, id: number): string | undefined =>
    known[index] === 'UNKNOWN' ? known[id] : known[index];
  const kind = raw === undefined ? undefined : kinds[raw >> 12];
  return {
    exists: raw !== undefined,
    kind,
    mode: raw === undefined ? undefined : (raw & 0o7777).toString(8).padStart(4, '0'),
    owner: name(6, 1),
    group: name(7, 2),
    uid: number(1),
    gid: number(2),
    size: number(3),
    mtime: known[4] === undefined ? undefined : new Date(Number(known[4]) * 1000),
    links: number(5),
    to: kind === 'symlink' ? to : undefined,
    sha256: digest === '' ? undefined : digest,
  };
}
