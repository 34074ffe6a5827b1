import { defineModule, file, option, type OptionRules, type SourceEntry } from '../../src/steps/index.ts';
import { chosen, patternProblem } from './copy-exclude.ts';
import { purgeStep } from './copy-purge.ts';
import { folderSteps, linkSteps, resourceOf, type Tree } from './copy-tree.ts';
import { filePathProblems, ownership, type Ownership } from './ownership.ts';

/** Options of {@link copy}. */
export interface CopyOptions extends Pick<Ownership, 'owner'> {
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
   * Remove from the folder what the source does not have, but for what is excluded. It can be taken back: it is kept with
   * the undo journal of the run. @defaultValue false
   */
  readonly purge?: boolean;
}

const options: OptionRules<CopyOptions> = {
  source: option.line(),
  mode: ownership.mode,
  folderMode: ownership.mode,
  owner: ownership.owner,
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
 * their size; the host tells by their digest.
 *
 * Of special bits only those that `mode` and `folderMode` name are set. The folder above must be there.
 *
 * @example
 * copy('/usr/local/bin/agent', { source: 'files/agent', mode: '0755', owner: 'root:root' })
 * @example
 * copy('/srv/site', { source: 'site', exclude: ['.git', '*.map'], owner: 'www-data', purge: true })
 */
export const copy = defineModule<CopyOptions>('copy', {
  options,
  check(path, o, problem) {
    filePathProblems(path).forEach(problem);
    if (o.source === undefined) problem('source is missing');
  },
  steps(path, { source, exclude = [], mode, folderMode, owner, purge = false }, call) {
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
    problems.forEach(call.problem);
    if (problems.length > 0) return [];
    const tree: Tree = { root, entries, folderMode, owner };
    const files = entries.flatMap((entry) =>
      entry.kind === 'file' ? [{ ...entry, local: entry.file() }] : [],
    );
    const isSmall = files.reduce((sum, { local }) => sum + local.size, 0) <= inProgram;
    return [
      ...folderSteps(tree),
      ...linkSteps(tree),
      ...files.map(({ to, local, mode: own }) =>
        file(to, {
          content: isSmall || local.size === 0 ? (call.bytes(local.path) ?? '') : local,
          mode: mode ?? own,
          owner,
          ...(isTree ? { inside: resourceOf(to.slice(0, to.lastIndexOf('/'))), fresh: { value: '' } } : {}),
        }),
      ),
      ...(purge && isTree ? [purgeStep(tree, exclude)] : []),
    ];
  },
});

/** Why something of the source cannot be on a host. */
function unfit(entry: SourceEntry & { readonly to: string }): readonly string[] {
  const texts = entry.kind === 'link' ? [entry.to, entry.target] : [entry.to];
  return [
    ...option.pathProblems(entry.to).map((problem) => `the path ${problem}`),
    ...texts
      .filter((text) => /\p{Cc}/u.test(text))
      .map((text) => `a name must have no newlines or other control characters: ${option.quoted(text)}`),
  ];
}
