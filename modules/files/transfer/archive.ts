import {
  builtins,
  defineModule,
  noFile,
  option,
  requires,
  sh,
  transaction,
  type OptionRules,
} from '../../../src/steps/index.ts';
import { checkAbsent } from '../../absent.ts';
import { filePathProblems, ownerOf, ownerProblems, ownership } from '../ownership.ts';
import { keptName, metaStep, pathClaims, resourceOf } from '../paths.ts';
import { archiveFormats, archiveTools, formatOf, patterns, type ArchiveFormat } from './archive-format.ts';
import { archiveShell } from './archive-shell.ts';
import { packed, packedProblems } from './archive-from.ts';
import { excluding } from './copy-exclude.ts';
import { downloadShell } from './download-shell.ts';
import { replaceable } from './download.ts';

export type { ArchiveFormat } from './archive-format.ts';

interface Present {
  /**
   * What of the host goes into it: a folder, whose contents go in by their names within it; a file; or a list of files
   * and folders, from wherever they are, which go in by their names within `root`. Of what is listed, none may be within another
   * one. Symbolic links stay links, but that a folder alone may be named by one.
   */
  readonly from: string | readonly string[];
  /**
   * The folder in which all of it is, and within which it has its names. No two can have the same one.
   * @defaultValue a folder named alone is its own root; else the deepest folder that has all of it
   * @example archive('/srv/app.tar.gz', { from: '/srv/app', root: '/srv' }) // names begin with app/
   */
  readonly root?: string;
  /** How it is packed. @defaultValue what the end of the archive's name says */
  readonly format?: ArchiveFormat;
  /** What is left out; patterns as those of `copy`. @defaultValue nothing */
  readonly exclude?: readonly string[];
  /** Permissions in octal, such as `'0640'`. @defaultValue those that it has; 0600 for a new one, for it may hold secrets */
  readonly mode?: string;
  /** `user`, `user:group` or `:group`, by name or number. @defaultValue as it is; who runs it, for a new one */
  readonly owner?: string;
  /** Its group, by name or number, where `owner` does not say it. @defaultValue as it is */
  readonly group?: string;
  /** @defaultValue 'present' */
  readonly state?: 'present';
}

interface Absent {
  readonly from?: never;
  readonly root?: never;
  readonly format?: never;
  readonly exclude?: never;
  readonly mode?: never;
  readonly owner?: never;
  readonly group?: never;
  /** No such archive. */
  readonly state: 'absent';
}

/** Options of {@link archive}. */
export type ArchiveOptions = Present | Absent;

const options: OptionRules<ArchiveOptions> = {
  from: (name, value) =>
    Array.isArray(value) ? option.listOf(option.path, 1)(name, value) : option.path(name, value),
  root: option.path,
  format: option.oneOf(...archiveFormats),
  exclude: patterns,
  ...ownership,
  state: option.oneOf('present', 'absent'),
};

/**
 * An archive of files and folders of the host: tar, compressed or not, or zip. It is packed so that the same files give the same
 * bytes: in the order of their names, with numbers for owners, without the time of packing. So a check and a second run
 * pack it again, compare digests, and find nothing to do as long as no file in it has changed, nor its time, mode or
 * owner; a folder of gigabytes costs reading it. A zip is packed in the folder for temporary files, in a check too. The archive is written beside its place and renamed. An undo brings back
 * what was there. It must not stand in what it is of.
 *
 * @example
 * archive('/var/backups/app.tar.gz', { from: '/srv/app', exclude: ['cache', '*.tmp'] })
 * @example
 * archive('/srv/www/docs.zip', { from: '/srv/docs', mode: '0644' })
 * @example
 * archive('/var/backups/web.tar.zst', { from: ['/etc/nginx', '/etc/app.conf', '/srv/www'], exclude: ['srv/www/cache'] })
 * @see https://reproducible-builds.org/docs/archives/
 */
export const archive = defineModule<ArchiveOptions>('archive', {
  options,
  claims: (path, o) =>
    o.state === 'absent'
      ? []
      : pathClaims(path, `an archive of ${[o.from].flat().join(', ')}`, { ...o, owner: ownerOf(o) }),
  check(path, o, problem) {
    filePathProblems(path).forEach(problem);
    if (o.state === 'absent') {
      checkAbsent(o, [], problem);
      return;
    }
    ownerProblems(o).forEach(problem);
    if (o.from === undefined) problem("from is missing (or say state: 'absent')");
    else packedProblems(path, o.from, o.root).forEach(problem);
    if (o.format === undefined && formatOf(path) === undefined)
      problem(
        `the name of the archive does not say what it is: give its format, one of ${archiveFormats.join(', ')}`,
      );
  },
  steps(name, o) {
    if (o.state === 'absent') return [noFile(name)];
    const path = option.plainPath(name);
    const owner = ownerOf(o) ?? '';
    const format = o.format ?? formatOf(name) ?? 'tar';
    const exclude = excluding(o.exclude ?? []);
    const uses = [downloadShell, archiveShell];
    const { base, items } = packed(o.from, o.root);
    const all = [o.from].flat();
    const of = all.length > 3 ? `${all.slice(0, 3).join(', ')}, and others` : all.join(', ');
    return [
      replaceable(`${path} can be written`, path, owner),
      ...archiveTools(format, 'pack', uses),
      requires(`what is to be packed`, {
        uses,
        test: builtins`archive_there ${base} ${items}`,
        otherwise: 'what is to be packed is not there',
        later: true,
      }),
      transaction(path, {
        uses,
        plan: sh`archive_plan ${path} ${of} ${format} ${exclude} ${base} ${items}`,
        run: sh`path=${path} kept=${keptName(path)} mode=${o.mode ?? ''} owner=${owner}
[ -e "$path" ] || mode=\${mode:-600}
archive_make "$1" ${format} ${exclude} ${base} ${items}`,
        undo: sh`download_undo ${path} ${keptName(path)} "$1"`,
        provides: resourceOf('archive', path),
      }),
      ...metaStep(
        path,
        { mode: o.mode, owner: owner === '' ? undefined : owner, link: true },
        { inside: resourceOf('archive', path), fresh: 'set' },
      ),
    ];
  },
});
