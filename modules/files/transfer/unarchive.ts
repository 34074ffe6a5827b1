import { createHash } from 'node:crypto';
import {
  builtins,
  declaredPaths,
  defineModule,
  lazily,
  option,
  query,
  requires,
  sh,
  transaction,
  type LocalFile,
  type ModuleCall,
  type OptionRules,
  type Secret,
  type Step,
} from '../../../src/steps/index.ts';
import { checkAbsent } from '../../absent.ts';
import { archiveFormats, archiveTools, formatOf, patterns, type ArchiveFormat } from './archive-format.ts';
import { excluding } from './copy-exclude.ts';
import { folderSteps } from '../directory.ts';
import { downloadShell } from './download-shell.ts';
import {
  addressProblems,
  differs,
  fetcher,
  fetching,
  fetchRules,
  secretHeaderProblems,
  sha256Rule,
} from './download.ts';
import { accountName, octalMode, ownerOf, ownerProblems, ownership } from '../ownership.ts';
import { placeProblems } from '../paths.ts';
import { unarchiveShell } from './unarchive-shell.ts';

interface Unpacked {
  /** How it is packed. @defaultValue what the end of the archive's name says */
  readonly format?: ArchiveFormat;
  /** So many folders at the top of the archive are left out. Each must stand alone there. @defaultValue 0 */
  readonly strip?: number;
  /** What is left out, once stripped; patterns as those of `copy`. @defaultValue nothing */
  readonly exclude?: readonly string[];
  /** What is unpacked, once stripped, likewise; with a folder goes what is in it. @defaultValue all of it */
  readonly only?: readonly string[];
  /**
   * Which symbolic links it may have. `'any'`: those, too, that are absolute or lead out of the folder, as those of an image
   * of a system do; they are unpacked as links, and nothing of the archive is ever written through one. `'inside'`: an archive
   * that has others is refused, so that a task which writes to what was unpacked cannot be led elsewhere either.
   * @defaultValue 'any'
   */
  readonly links?: 'any' | 'inside';
  /** Owner of all that is unpacked: `user`, `user:group` or `:group`. @defaultValue who runs it */
  readonly owner?: string;
  /** Group of all that is unpacked, where `owner` does not say it. @defaultValue that of who runs it */
  readonly group?: string;
  /** Permissions of all files, in octal. @defaultValue those of the archive, less what the umask 022 takes away */
  readonly fileMode?: string;
  /** Permissions of folders that are made, in octal. @defaultValue likewise */
  readonly dirMode?: string;
  /** Tells apart several archives that are unpacked into one folder. @defaultValue there is only one */
  readonly id?: string;
  /** @defaultValue 'present' */
  readonly state?: 'present';
}

interface FromHere extends Unpacked {
  /** An archive of the project, relative to the file in which this is written. It is sent only where something differs. */
  readonly source: string;
  readonly remote?: never;
  readonly url?: never;
  readonly sha256?: never;
  readonly headers?: never;
  readonly timeout?: never;
}

interface FromHost extends Unpacked {
  /** An archive on the host. Another one of that name is unpacked in place of the one before. */
  readonly remote: string;
  /** Its SHA-256. With it the archive need not be there once it is unpacked. @defaultValue any; it is read in each run */
  readonly sha256?: string;
  readonly source?: never;
  readonly url?: never;
  readonly headers?: never;
  readonly timeout?: never;
}

interface FromWeb extends Unpacked {
  /** Where the host fetches it from when something differs, as `download` does. It does not stay on the host. */
  readonly url: string;
  /** Its SHA-256: 64 hexadecimal digits. */
  readonly sha256: string;
  /** Headers of the request, as those of `download`. @defaultValue none */
  readonly headers?: Readonly<Record<string, string | Secret>>;
  /** Seconds in which nothing comes, as that of `download`. @defaultValue 30 */
  readonly timeout?: number;
  readonly source?: never;
  readonly remote?: never;
}

interface Absent {
  readonly id?: string;
  /** What was unpacked goes, also what somebody has changed since; folders only once they are empty. */
  readonly state: 'absent';
  readonly source?: never;
  readonly remote?: never;
  readonly url?: never;
  readonly sha256?: never;
  readonly headers?: never;
  readonly timeout?: never;
  readonly format?: never;
  readonly strip?: never;
  readonly links?: never;
  readonly exclude?: never;
  readonly only?: never;
  readonly owner?: never;
  readonly group?: never;
  readonly fileMode?: never;
  readonly dirMode?: never;
}

/** Options of {@link unarchive}. */
export type UnarchiveOptions = FromHere | FromHost | FromWeb | Absent;

type Present = Exclude<UnarchiveOptions, Absent>;

const options: OptionRules<UnarchiveOptions> = {
  ...fetchRules,
  source: option.line(),
  remote: option.path,
  sha256: sha256Rule,
  format: option.oneOf(...archiveFormats),
  strip: option.whole(0, 100),
  links: option.oneOf('any', 'inside'),
  exclude: patterns,
  only: patterns,
  owner: ownership.owner,
  group: accountName,
  fileMode: octalMode,
  dirMode: octalMode,
  id: option.line(/^[\w.-]+$/, 'a word of letters, digits and . _ -'),
  state: option.oneOf('present', 'absent'),
};

/**
 * What is in an archive, in a folder, which is made where it is not there. Each file, link and folder that was unpacked is
 * known to the host with its mode, owner and digest, so that one that somebody has changed or removed is found and put back.
 * Other things in the folder are not touched; what a former archive had and this one has not goes, unless somebody has
 * changed it. Of folders only that they are there is looked at. A file of it that another task of this play declares, such as a
 * `template` or a `line`, belongs to that task as soon as it is there; another archive brings its own of it once more.
 *
 * All of it is unpacked into a private folder within the folder and looked at before anything is moved to its place. An
 * archive with absolute names, `..`, devices, hard links that lead out, or members that would be written through one of its links
 * is refused. An undo brings back what was there.
 *
 * @example
 * unarchive('/opt/app', { url: 'https://example.net/app-1.4.tar.gz', sha256: '9f86d0…', strip: 1, owner: 'app' })
 * @example
 * unarchive('/srv/site', { source: 'build/site.zip', exclude: ['*.map'] })
 * @example
 * unarchive('/opt/app', { state: 'absent' })
 * @see https://www.gnu.org/software/tar/manual/html_section/Security.html
 */
export const unarchive = defineModule<UnarchiveOptions>('unarchive', {
  options,
  claims: (path, o) => [{ resource: `unarchive:${keyOf(path, o.id)}`, value: JSON.stringify(o) }],
  check(path, o, problem) {
    placeProblems(path).forEach(problem);
    if (o.state === 'absent') {
      checkAbsent(o, ['id'], problem);
      return;
    }
    ownerProblems(o).forEach(problem);
    const sources = [o.source, o.remote, o.url].filter((one) => one !== undefined);
    if (sources.length === 0) problem('one of source, remote and url is needed');
    if (sources.length > 1) problem('only one of source, remote and url makes sense');
    if (o.url !== undefined) {
      addressProblems(o.url).forEach(problem);
      if ((o.sha256 as string | undefined) === undefined) problem('url needs the sha256 of the archive');
    }
    if (o.source !== undefined && o.sha256 !== undefined)
      problem('sha256 makes no sense with source: it is known here');
    for (const key of ['headers', 'timeout'] as const)
      if (o[key] !== undefined && o.url === undefined) problem(`${key} makes no sense without url`);
    if (sources.length === 1 && o.format === undefined && formatOf(sources[0] ?? '') === undefined)
      problem(
        `the name of the archive does not say what it is: give its format, one of ${archiveFormats.join(', ')}`,
      );
  },
  steps(name, o, call) {
    const folder = option.plainPath(name);
    if (o.state === 'absent') return [goneStep(folder, keyOf(folder, o.id))];
    const problems = secretHeaderProblems(o.headers);
    problems.forEach((one) => call.problem(one));
    const body = o.source === undefined ? undefined : sourceOf(o.source, call);
    if (problems.length > 0 || (o.source !== undefined && body === undefined)) return [];
    return present(folder, o, body);
  },
});

/** An archive of the project. */
function sourceOf(source: string, call: ModuleCall): LocalFile | undefined {
  const [first] = call.entries(source) ?? [];
  if (first?.kind === 'file') return first.file();
  if (first !== undefined) call.problem(`${source} is no file`);
  return undefined;
}

/** By what the host knows what was unpacked. */
const keyOf = (folder: string, id = ''): string =>
  createHash('sha256')
    .update(`${option.plainPath(folder)}\n${id}`)
    .digest('hex')
    .slice(0, 16);

function present(folder: string, o: Present, body: LocalFile | undefined): readonly Step[] {
  const key = keyOf(folder, o.id);
  const from = o.source ?? o.remote ?? o.url ?? '';
  const format = o.format ?? formatOf(from) ?? 'tar';
  const owner = ownerOf(o) ?? '';
  const digest = body?.sha256 ?? o.sha256?.toLowerCase() ?? '';
  const rest = [format, o.strip ?? 0, o.exclude, o.only, owner, o.fileMode, o.dirMode];
  // Without it, what earlier versions have unpacked is still known.
  if (o.links === 'inside') rest.push(o.links);
  const spec = createHash('sha256').update(JSON.stringify(rest)).digest('hex').slice(0, 16);
  const remote = o.remote === undefined ? '' : option.plainPath(o.remote);
  const uses = [
    unarchiveShell,
    downloadShell,
    declaredPaths,
    known(key),
    ...(digest === ''
      ? [lazily(query('unarchive_remotes', sh`download_sums sha256sum "$@"`, [remote]))]
      : []),
  ];
  const plan = builtins`unarchive_plan ${key} ${spec} ${digest} ${remote} ${from}`;
  const fetched =
    o.url === undefined ? undefined : fetching({ ...o, algorithm: 'sha256', digest, resume: true });
  const get =
    fetched !== undefined
      ? sh`${fetched.settings} part=$folder/.tsplay-$key.part~ archive=$work/archive
download_fetch && mv -f -- "$part" "$archive"`
      : body !== undefined
        ? sh`archive=$work/archive
ts_body >"$archive"`
        : sh`archive=${remote}`;
  return [
    ...folderSteps(folder, { mode: undefined, owner: ownerOf(o), parents: true }),
    ...archiveTools(format, 'unpack', uses, differs(plan)),
    ...(o.url === undefined ? [] : [fetcher(uses, differs(plan))]),
    requires(`${folder} can be written`, {
      test: builtins`[ ! -d ${folder} ] || [ -w ${folder} ]`,
      otherwise: `nothing can be made in ${folder}: its permissions or its file system forbid it`,
    }),
    transaction(`what is unpacked in ${folder}`, {
      uses,
      plan,
      run: sh`folder=${folder} key=${key} spec=${spec} digest=${digest} format=${format} strip=${o.strip ?? 0} links=${o.links ?? 'any'}
exclude=${excluding(o.exclude ?? [])} only=${excluding(o.only ?? [])} owner=${owner} file_mode=${o.fileMode ?? ''} folder_mode=${o.dirMode ?? ''}
unarchive_begin || exit
${get} && unarchive_all
unarchive_end "$?"`,
      undo: sh`folder=${folder} key=${key}
unarchive_undo`,
      ...(fetched === undefined ? {} : { input: fetched.input }),
      ...(body === undefined ? {} : { body }),
    }),
  ];
}

/** How it is with all that was unpacked on this host, asked once. */
const known = (key: string): ReturnType<typeof query> =>
  lazily(query('unarchive', sh`unarchive_look "$@"`, [key]));

function goneStep(folder: string, key: string): Step {
  return transaction(`what is unpacked in ${folder}`, {
    uses: [unarchiveShell, declaredPaths, known(key)],
    plan: builtins`unarchive_gone_plan ${key}`,
    run: sh`folder=${folder} key=${key} new='' root=''
unarchive_put all`,
    undo: sh`folder=${folder} key=${key}
unarchive_undo`,
  });
}
