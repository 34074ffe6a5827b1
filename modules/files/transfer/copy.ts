import { defineModule, option, type OptionRules } from '../../../src/steps/index.ts';
import { chosen, patternProblem } from './copy-exclude.ts';
import { purgeStep } from './copy-purge.ts';
import { treeSteps, type Placed } from './copy-tree.ts';
import { octalMode, ownerOf } from '../ownership.ts';
import { protectedProblems } from '../paths.ts';
import { purgeClaims } from '../purge.ts';
import { wholeFile, wholeFileOptions, wholeFileProblems, type WholeFile } from '../whole-file.ts';

interface FromHere extends WholeFile {
  /**
   * A file or a folder of the project, relative to the file in which this is written. What is in a folder comes into the
   * folder that the task names.
   */
  readonly source: string;
  /** Permissions of files in octal, such as `'0640'`. @defaultValue those that each has here */
  readonly mode?: string;
  /** Permissions of folders, likewise. @defaultValue those that each has here */
  readonly folderMode?: string;
  /**
   * What of the source is left out: `*` and `?` stand for what is not a slash, `**` for anything. A pattern with a slash
   * is about the path in the source, one without about names in any folder of it. With a folder goes what is in it.
   *
   * @defaultValue nothing
   */
  readonly exclude?: readonly string[];
  /**
   * Remove from the folder what the source does not have, but for what is excluded, and what a task of this play declares there,
   * with what is in it. An undo brings it back: it is kept with the journal of the run. Other file systems are not entered.
   *
   * Tasks behind an `await` on a result are not known when the folder is purged, so declare what is in it before.
   * @defaultValue false
   */
  readonly purge?: boolean;
  readonly remote?: never;
}

interface FromHost extends WholeFile {
  /** A file of the host, which it is a copy of: an absolute path. In place of `source`. */
  readonly remote: string;
  /** Permissions in octal. @defaultValue as they are; 0644 for a new file */
  readonly mode?: string;
  readonly source?: never;
  readonly folderMode?: never;
  readonly exclude?: never;
  readonly purge?: never;
}

/** Options of {@link copy}. */
export type CopyOptions = FromHere | FromHost;

const options: OptionRules<CopyOptions> = {
  ...wholeFileOptions,
  source: option.line(),
  remote: option.path,
  folderMode: octalMode,
  exclude: option.listOf((name, value) => {
    const wrong = option.line()(name, value);
    return wrong.length > 0 ? wrong : patternProblem(String(value)).map((problem) => `${name} ${problem}`);
  }, 1),
  purge: option.flag,
};

/** Bytes that go along in the program. What is more is sent where it differs, and only then. */
const inProgram = 1 << 16;

/**
 * A file, or a folder with all that is in it, as it is in the project: files byte for byte, folders, also empty ones,
 * and symbolic links as links. Each file is replaced whole, as by `file`. Only those that differ are sent, whatever
 * their size; the host tells by their digest. The folder above must be there. With `remote` it is a file of the host that
 * is copied there: symbolic links are followed, and folders are refused.
 *
 * Of the modes that files and folders have here, the bits for set-user-ID, set-group-ID and the like do not count.
 *
 * @example
 * copy('/usr/local/bin/agent', { source: 'files/agent', mode: '0755', owner: 'root:root' })
 * @example
 * copy('/srv/site', { source: 'site', exclude: ['.git', '*.map'], owner: 'www-data', purge: true })
 * @example
 * copy('/etc/app/app.conf', { remote: '/usr/share/app/app.conf.dist', overwrite: false, mode: '0640' })
 * @see https://man7.org/linux/man-pages/man1/cp.1.html
 */
export const copy = defineModule<CopyOptions>('copy', {
  options,
  claims: (path, o) => purgeClaims(path, o.purge),
  check(path, o, problem) {
    wholeFileProblems(path, o).forEach(problem);
    if (o.remote !== undefined) {
      if (option.plainPath(o.remote) === option.plainPath(path)) problem('remote is the path itself');
      for (const key of ['source', 'folderMode', 'exclude', 'purge'] as const)
        if (o[key] !== undefined) problem(`${key} makes no sense with remote`);
    } else if (o.source === undefined) problem('source is missing (or remote, for a file of the host)');
    if (o.purge === true) protectedProblems(path).forEach(problem);
  },
  steps(path, options, call) {
    if (options.remote !== undefined)
      return [wholeFile(path, { from: option.plainPath(options.remote) }, options)];
    const { source, exclude = [], folderMode, purge = false, mode, ...o } = options;
    const all = call.entries(source);
    if (all === undefined) return [];
    const root = option.plainPath(path);
    const entries = chosen(all, exclude).map((entry) => ({
      ...entry,
      to: entry.path === '' ? root : `${root}/${entry.path}`,
    }));
    const isTree = entries[0]?.kind === 'folder';
    const given = { folderMode, exclude: exclude[0], purge: purge || undefined };
    const problems = [
      ...(isTree ? [] : Object.entries(given).filter(([, value]) => value !== undefined)).map(
        ([key]) => `${source} is a file, so ${key} makes no sense`,
      ),
      ...entries.flatMap(unfit).map((problem) => `in ${source}: ${problem}`),
    ];
    for (const problem of problems) call.problem(problem);
    if (problems.length > 0) return [];
    const files = entries.flatMap((entry) =>
      entry.kind === 'file' ? [{ ...entry, local: entry.file() }] : [],
    );
    const isSmall = files.reduce((sum, { local }) => sum + local.size, 0) <= inProgram;
    return [
      ...treeSteps(entries, { folderMode, owner: ownerOf(o) }),
      ...files.map(({ to, local, mode: own }) => {
        const content = isSmall || local.size === 0 ? (call.bytes(local.path) ?? '') : local;
        return wholeFile(to, content, { ...o, mode: mode ?? own });
      }),
      ...(purge && isTree ? [purgeStep(root, entries, exclude)] : []),
    ];
  },
});

/** Why something of the source cannot be on a host. */
function unfit(entry: Placed): readonly string[] {
  const texts = entry.kind === 'link' ? [entry.to, entry.target] : [entry.to];
  return [
    ...option.pathProblems(entry.to).map((problem) => `the path ${problem}`),
    ...texts
      .filter((text) => /\p{Cc}/u.test(text))
      .map((text) => `a name must have no newlines or other control characters: ${option.quoted(text)}`),
  ];
}
