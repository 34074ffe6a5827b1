import {
  absent,
  builtins,
  defineModule,
  option,
  present,
  query,
  reading,
  requires,
  sh,
  value,
  type OptionRules,
  type Query,
  type Resource,
  type Sh,
  type Step,
} from '../../../src/steps/index.ts';
import { checkAbsent } from '../../absent.ts';
import { sameName } from '../../tools.ts';
import { folderOf, folders } from '../folders.ts';
import { cloneFiles } from './git-files.ts';
import { askRemote, fetchAndCheckout, inClone, isCommit, keyOf, submodules } from './git-shell.ts';

interface Present {
  /** Where it is cloned from: `https://…`, `ssh://…`, `user@host:path`, `file:///…` or an absolute path on the host. */
  readonly repository: string;
  /** A branch, a tag, or a whole commit (40 hexadecimal digits). @defaultValue the remote's default branch */
  readonly ref?: string;
  /** Follow `ref`; `false` leaves a clone that is there at the commit that it has. @defaultValue true */
  readonly update?: boolean;
  /** Only so many commits of history, and only of `ref`. @defaultValue all, of all branches */
  readonly depth?: number;
  /** Submodules too, those within them included. @defaultValue false */
  readonly submodules?: boolean;
  /**
   * Check out nothing whose commit, or tag, has no good signature by a key that the user who runs git on the host trusts.
   * @defaultValue no verification
   */
  readonly verify?: 'commit' | 'tag';
  /** The file, on the host, of SSH keys that may sign; for signatures made by SSH. @defaultValue git's own setting */
  readonly allowedSigners?: string;
  /** The private key, on the host, for `ssh`. @defaultValue as ssh chooses */
  readonly key?: string;
  /**
   * Over SSH, take the key of a server that is seen for the first time for good, and note it in `~/.ssh/known_hosts`; one
   * that has changed is refused all the same. @defaultValue false: the server must be known
   */
  readonly acceptNewHostKey?: boolean;
  /**
   * Changed files and commits that are nowhere but in the clone are put aside instead of being an error: files by
   * `git stash`, commits as branch `tsplay/RUN`. Files count as a difference then. @defaultValue false
   */
  readonly force?: boolean;
  /** @defaultValue 'present' */
  readonly state?: 'present';
}

interface Absent {
  readonly repository?: never;
  readonly ref?: never;
  readonly update?: never;
  readonly depth?: never;
  readonly submodules?: never;
  readonly verify?: never;
  readonly allowedSigners?: never;
  readonly key?: never;
  readonly acceptNewHostKey?: never;
  readonly force?: never;
  /** The folder goes, unless it has changed files or commits of its own. Files that git does not know go with it. */
  readonly state: 'absent';
}

/** Options of {@link git}. */
export type GitOptions = Present | Absent;

const options: OptionRules<GitOptions> = {
  repository: option.line(
    /^[^-\s]\S*$/,
    'an address such as https://git.example.net/app.git, or an absolute path',
  ),
  ref: option.line(
    /^(?![-/.])(?!.*(\.\.|\/\/|@\{|\/\.|\.lock(\/|$)))[^\s~^:?*[\\]+(?<![/.])$/,
    'the name of a branch or tag, or a commit',
  ),
  update: option.flag,
  depth: option.whole(1, 1_000_000),
  submodules: option.flag,
  verify: option.oneOf('commit', 'tag'),
  allowedSigners: option.path,
  key: option.path,
  acceptNewHostKey: option.flag,
  force: option.flag,
  state: option.oneOf('present', 'absent'),
};

/**
 * A clone of a Git repository at a path, kept at a branch, a tag or a commit. The remote is asked in check mode too;
 * where it cannot be reached, and an earlier task may change that, a check says _unknown_. What is nowhere but in the clone
 * is never lost: see `force`. The clone belongs to whom the task runs as: `become: 'app'`.
 *
 * @example git('/srv/app', { repository: 'https://git.example.net/app.git', ref: 'v1.4.2', depth: 1, become: 'app' })
 * @example git('/etc/site', { repository: 'git@git.example.net:site.git', key: '/root/.ssh/deploy', verify: 'commit' })
 * @example git('/srv/old', { state: 'absent' })
 * @see https://git-scm.com/docs/git-clone
 */
export const git = defineModule<GitOptions>('git', {
  options,
  claims: (path, o) => [{ resource: resourceOf(option.plainPath(path)), value: JSON.stringify(o) }],
  check(path, o, problem) {
    for (const wrong of option.pathProblems(path)) problem(`the path ${wrong}`);
    if (/^\/*$/.test(path)) problem('the root of the host cannot be a clone');
    if (o.state === 'absent') {
      checkAbsent(o, [], problem);
      return;
    }
    if (o.repository === undefined) {
      problem("repository is missing (or say state: 'absent')");
      return;
    }
    if (!/^[a-z+]+:\/\/.|^[^/:]+:.|^\//.test(o.repository)) {
      problem(`repository must be an address or an absolute path, not '${o.repository}'`);
    }
    if (/^[a-z]+:\/\/[^/@]*:[^/@]+@/.test(o.repository)) {
      problem(
        'repository has a password in it, which would stand in process lists: use a key or a credential helper',
      );
    }
    if (/^https?:\/\/(gh[opsu]_|github_pat_|glpat-|ATBB)[^/]*@/.test(o.repository)) {
      problem(
        'repository has a token in it, which would stand in process lists: use a key or a credential helper',
      );
    }
    if (o.verify === 'tag' && (o.ref === undefined || isCommit(o.ref)))
      problem("verify: 'tag' needs the name of a tag as ref");
    if (o.allowedSigners !== undefined && o.verify === undefined)
      problem('allowedSigners makes no sense without verify');
  },
  steps(name, o) {
    const path = option.plainPath(name);
    return [gitTool, ...(o.state === 'absent' ? gone(path) : cloned(path, o))];
  },
});

const gitTool = sameName('git');

const resourceOf = (path: string): Resource => `git:${path.replaceAll(' ', '%20')}`;

function cloned(path: string, o: Present): readonly Step[] {
  const { repository, ref = 'HEAD' } = o;
  const resource = resourceOf(path);
  const there = builtins`[ -e ${`${path}/.git`} ]`;
  const remote = remoteOf(path, o);
  const inside = { inside: resource, fresh: 'set', lifetime: 'disk' } as const;
  return [
    ...folders(folderOf(path)),
    requires(`a place for the clone`, {
      test: builtins`${there} || [ ! -e ${path} ] || { [ -d ${path} ] && [ -z "$(ls -A ${path})" ]; }`,
      otherwise: `${path} is there, is not empty and is no clone`,
      lifetime: 'disk',
    }),
    ...(o.update === false
      ? []
      : [
          requires(`${ref} of ${repository}`, {
            uses: remote.uses,
            test: builtins`:`,
            otherwise: `${repository} could not be asked for ${ref}`,
            later: true,
            lifetime: 'disk',
          }),
        ]),
    present(`the clone ${path}`, {
      test: there,
      create: sh`${inClone(path, o)}
# An empty folder stays, whatever comes of it.
was=yes
[ -e ${path} ] || was=no
(
  remote=$( ${askRemote(path, o)} ) || exit
  git init -q ${path} && g remote add origin ${repository} || exit
  ${fetchAndCheckout(path, o)}
)
rc=$?
[ "$rc" != 0 ] || exit 0
if [ "$was" = no ]; then rm -rf ${path}; else find ${path} -mindepth 1 -delete; fi
exit "$rc"`,
      remove: sh`${inClone(path)}
lost "$(branch)" >&2 || exit
rm -rf ${path}`,
      provides: resource,
      lifetime: 'disk',
    }),
    value(`the origin of ${path}`, {
      uses: [cloneFiles],
      read: reading(builtins`clones_say_origin ${path} ${repository}`, [1]),
      want: repository,
      write: sh`clones_set_origin ${path} "$1" "$TS_DIR"/${`git-origin-${keyOf(path)}`}`,
      ...inside,
    }),
    ...(o.update === false ? [] : followed(path, o, remote, inside)),
  ];
}

/** What the remote has: a name and a commit behind it. Of a whole commit nobody has to be asked. */
interface Remote {
  readonly uses: readonly Query[];
  readonly output: Sh;
}

function remoteOf(path: string, o: Present): Remote {
  if (o.ref !== undefined && isCommit(o.ref)) return { uses: [], output: sh`${`- ${o.ref}`}` };
  const asked = query(`git_${keyOf(path)}`, askRemote(path, o));
  return { uses: [asked], output: asked.output };
}

/** What a remote once had stays known for that, also when its branch is another one by now. */
const known = sh`if before=$(g rev-parse -q --verify 'HEAD^{commit}') &&
  [ -z "$(g rev-list --max-count=1 HEAD --not --remotes --tags --glob=refs/tsplay)" ]; then
  g update-ref refs/tsplay/before "$before" || exit
fi`;

function followed(
  path: string,
  o: Present,
  remote: Remote,
  inside: { readonly inside: Resource; readonly fresh: 'set'; readonly lifetime: 'disk' },
): readonly Step[] {
  const { ref = 'HEAD', force = false } = o;
  const want = ref === 'HEAD' ? 'as the default branch' : `as ${ref}`;
  return [
    ...(force
      ? []
      : [
          requires(`nothing of ${path} is lost`, {
            uses: [...remote.uses, cloneFiles],
            test: builtins`if clones_at ${path} ${remote.output}; then return 0; fi
ts_clone_said=$(
  ${inClone(path, o)}
  remote=${remote.output}
  name=\${remote% *} commit=\${remote##* }
  [ "$(g rev-parse -q --verify 'HEAD^{commit}')" != "$commit" ] || exit 0
  lost "\${name#refs/heads/}"
)
ts_clone_rc=$?
[ -z "$ts_clone_said" ] || ts_say "$ts_clone_said"
return "$ts_clone_rc"`,
            otherwise: `${path} has what would be lost by an update; push it, or say force: true to put it aside`,
            ...inside,
          }),
        ]),
    value(`the commit of ${path}`, {
      uses: [...remote.uses, cloneFiles],
      read: reading(builtins`${
        // Changed files and submodules are for git to tell.
        force || o.submodules === true
          ? sh``
          : sh`if clones_at ${path} ${remote.output}; then ts_say ${want}; return 0; fi`
      }
ts_clone_said=$(
${inClone(path, o)}
remote=${remote.output}
now=$(g rev-parse -q --verify 'HEAD^{commit}') || now=none
state=''
${force ? sh`[ -z "$(changes)" ] || state=' with changed files'` : sh`:`}
${o.submodules === true ? sh`if g submodule status --recursive | grep -q '^[-+U]'; then state="$state with other submodules"; fi` : sh`:`}
if [ "$now$state" = "\${remote##* }" ]; then printf '%s' ${want}
else printf '%s %s%s' "$now" "$(branch)" "$state"
fi
) || return
ts_say "$ts_clone_said"`),
      want,
      write: sh`${inClone(path, o)}
if [ "$1" != ${want} ]; then
  # As it was: commit, branch, and what was put aside.
  state=$1
  set -- $1
  lost "$2" >&2 || exit
  if [ "$2" = - ]; then g checkout -q --detach "$1"; else g checkout -q -B "$2" "$1"; fi || exit
  ${submodules(o)}
  case $state in *' with changed files'*) ;; *) exit 0 ;; esac
  case $(g stash list -n 1) in *"before tsplay $TS_RUN") g stash pop -q ;; esac
  exit
fi
remote=${remote.output}
name=\${remote% *}
${known}
${
  force
    ? sh`if [ -n "$(changes)" ]; then
  g -c user.name=tsplay -c user.email=tsplay@localhost stash push -q -m "before tsplay $TS_RUN" || exit
fi
aside=tsplay/$TS_RUN
for one in HEAD "refs/heads/\${name#refs/heads/}"; do
  g rev-parse -q --verify "$one^{commit}" >/dev/null || continue
  [ -n "$(g rev-list --max-count=1 "$one" --not --remotes --tags --branches='tsplay/*' --glob=refs/tsplay)" ] || continue
  g branch "$aside" "$one" && aside=$aside- || exit
done`
    : sh`lost "\${name#refs/heads/}" >&2 || exit`
}
${fetchAndCheckout(path, o)}`,
      ...inside,
    }),
  ];
}

function gone(path: string): readonly Step[] {
  return [
    requires(`${path} can go`, {
      test: sh`[ -e ${path} ] || exit 0
[ -e ${`${path}/.git`} ] || { printf 'it is no clone'; exit 1; }
${inClone(path)}
lost "$(branch)"`,
      otherwise: `${path} is left as it is`,
      lifetime: 'disk',
    }),
    absent(`the clone ${path}`, {
      test: builtins`[ -e ${path} ]`,
      remove: sh`rm -rf ${path}`,
      save: sh`${inClone(path)}
printf '%s %s %s' "$(g rev-parse -q --verify 'HEAD^{commit}')" "$(branch)" "$(g config --get remote.origin.url)"`,
      create: sh`${inClone(path)}
set -- $1
git clone -q --no-checkout -- "$3" ${path} || exit
g cat-file -e "$1^{commit}" 2>/dev/null || g fetch -q origin "$1" || exit
if [ "$2" = - ]; then g checkout -q --detach "$1"; else g checkout -q -B "$2" "$1"; fi`,
      lifetime: 'disk',
    }),
  ];
}
