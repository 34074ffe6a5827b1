import {
  builtins,
  entries as entriesStep,
  present,
  query,
  sh,
  type Resource,
  type Sh,
  type SourceEntry,
  type Step,
} from '../../src/steps/index.ts';

/** What is to be on the host. */
export interface Tree {
  readonly root: string;
  /** The root first, folders before what is in them. */
  readonly entries: readonly (SourceEntry & { readonly to: string })[];
  readonly folderMode: string | undefined;
  readonly owner: string | undefined;
}

/** A folder, for the steps that are about what is in it. */
export function resourceOf(folder: string): Resource {
  return `folder:${encodeURI(folder)}`;
}

const parentOf = (path: string): string => path.slice(0, path.lastIndexOf('/'));

/** The folders are there, with their modes. */
export function folderSteps({ root, entries, folderMode, owner }: Tree): readonly Step[] {
  const folders = entries.flatMap((entry) =>
    entry.kind === 'folder'
      ? [{ to: entry.to, mode: (folderMode ?? entry.mode).replace(/^0+(?=\d{3})/, '') }]
      : [],
  );
  if (folders.length === 0) return [];
  return [
    ...folders.map(({ to, mode }) =>
      present(to, {
        ...(to === root ? {} : { inside: resourceOf(parentOf(to)), fresh: { value: '' } }),
        test: folderTest(to),
        create: sh`mkdir -m ${mode} -- ${to}${owner === undefined ? sh`` : sh` && chown -- ${owner} ${to}`}`,
        remove: sh`rmdir -- ${to}`,
        provides: resourceOf(to),
        lifetime: 'disk',
      }),
    ),
    attributes(root, folders, owner),
  ];
}

/** Status 2 where something else is in its place, or nobody can tell. */
function folderTest(path: string): Sh {
  const parent = parentOf(path) || '/';
  return builtins`[ ! -d ${path} ] || return 0
if [ -e ${path} ] || [ -h ${path} ]; then
  echo ${`${path} is there, and is not a folder`} >&2
  return 2
fi
[ -x ${parent} ] || [ ! -d ${parent} ] || return 2
return 1`;
}

/** Modes and owners of all folders, read at once. */
function attributes(
  root: string,
  folders: readonly { readonly to: string; readonly mode: string }[],
  owner: string | undefined,
): Step {
  const paths = folders.map(({ to }) => to);
  const seen = query(
    'copied_folders',
    sh`stat -L -c ${'%n\t%a\t%U:%G\t%u:%g'} -- "$@" 2>/dev/null || [ $? = 1 ]`,
    paths,
  );
  // What nothing was said about is no difference: special bits, which a folder can have from the one above.
  const plain = folders.every(({ mode }) => mode.length === 3);
  const special = plain ? sh`case $1 in ????) ts_mode=\${1#?} ;; esac` : sh`:`;
  const whose =
    owner === undefined
      ? sh`ts_say "$ts_path$TS_TAB$ts_mode"`
      : sh`ts_names=$2 ts_ids=$3
  if ts_owned ${owner}; then ts_names=${owner}; fi
  ts_say "$ts_path$TS_TAB$ts_mode$TS_TAB$ts_names"`;
  return entriesStep(`modes of the folders in ${root}`, {
    inside: resourceOf(root),
    fresh: 'set',
    uses: [seen],
    list: builtins`for ts_path in ${paths}; do
  ts_find "$ts_path" ${seen.output} || continue
  IFS=$TS_TAB
  set -- \${TS_LINE#"$ts_path"}
  unset IFS
  ts_mode=$1
  ${special}
  ${whose}
done`,
    want: folders.map(({ to, mode }) => [to, mode, ...(owner === undefined ? [] : [owner])]),
    exclusive: false,
    add: sh`false`,
    change: sh`{ [ -z "\${3-}" ] || chown -- "$3" "$1"; } && chmod "$2" -- "$1"`,
    remove: sh`false`,
    lifetime: 'disk',
  });
}

/** The symbolic links lead where they lead here. */
export function linkSteps({ root, entries }: Tree): readonly Step[] {
  const links = entries.flatMap((entry) =>
    entry.kind === 'link' ? [[entry.to, entry.target] as const] : [],
  );
  if (links.length === 0) return [];
  const paths = links.map(([to]) => to);
  const seen = query('copied_links', sh`ls -ld -- "$@" 2>/dev/null || [ $? -le 2 ]`, paths);
  return [
    entriesStep(`symbolic links in ${root}`, {
      inside: resourceOf(root),
      fresh: { value: '' },
      uses: [seen],
      list: builtins`ts_seen=${seen.output}$TS_NL
for ts_path in ${paths}; do
  if [ -h "$ts_path" ]; then
    case $ts_seen in *" $ts_path -> "*) ts_to=\${ts_seen#*" $ts_path -> "} ;; *) return 2 ;; esac
    ts_say "$ts_path$TS_TAB\${ts_to%%"$TS_NL"*}"
  elif [ -e "$ts_path" ]; then
    echo "$ts_path is there, and is not a symbolic link" >&2
    return 2
  fi
done`,
      want: links,
      exclusive: false,
      add: sh`ln -s -- "$2" "$1"`,
      change: sh`ln -sfn -- "$2" "$1"`,
      remove: sh`rm -f -- "$1"`,
      lifetime: 'disk',
    }),
  ];
}
