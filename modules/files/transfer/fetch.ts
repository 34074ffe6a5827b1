import {
  defineModule,
  fetched,
  option,
  type OptionRules,
  type TaskResult,
} from '../../../src/steps/index.ts';

/** Options of {@link fetch}. */
export interface FetchOptions {
  /**
   * Where it goes, relative to the file in which this is written. A play of several hosts needs a name for each, such as
   * `` `keys/${host.name}.pub` ``. @defaultValue `fetched/HOST/PATH`
   */
  readonly to?: string;
}

/** What came of a {@link fetch}. */
export interface FetchResult extends TaskResult {
  /** The file here, as an absolute path. */
  readonly path: string;
}

const options: OptionRules<FetchOptions> = { to: option.line() };

/** Where a file goes, for want of something better. */
function usual(path: string, host: string): string {
  const folder = host.replaceAll('/', '%2f').replace(/^\.+$/, (dots) => dots.replaceAll('.', '%2e'));
  return `fetched/${folder}${option.plainPath(path)}`;
}

/**
 * Brings a file of the host here, where it differs. It is replaced whole, once its digest is right, and only its owner
 * can read it; folders are made. An undo does not take it back. A check says whether it would be fetched.
 *
 * @example
 * fetch('/etc/ssh/ssh_host_ed25519_key.pub')
 * @example
 * const { path } = await fetch('/var/backups/db.sql.gz', { to: `backups/${host.name}.sql.gz` }).result();
 * @see https://man7.org/linux/man-pages/man1/sha256sum.1.html for the digest that decides
 */
export const fetch = defineModule<FetchOptions, FetchResult>('fetch', {
  options,
  check(path, o, problem) {
    for (const wrong of option.pathProblems(path)) problem(`the path ${wrong}`);
    if (/(^|\/)\.{0,2}$/.test(path)) problem(`the path names a folder, not a file: '${path}'`);
    if (o.to !== undefined && o.to !== '' && /(^|\/)\.{0,2}$/.test(o.to))
      problem(`to names a folder, not a file: '${o.to}'`);
  },
  result: (raw, [step]) => ({ ...raw, path: step?.kind === 'fetch' ? step.to : '' }),
  steps(path, { to }, call) {
    const local = call.local(to ?? usual(path, call.host));
    return local === undefined ? [] : [fetched(path, { to: local.path, sha256: local.file?.sha256 })];
  },
});
