import { createHash } from 'node:crypto';
import { sh, type Sh } from '../../../src/steps/index.ts';
import type { GitOptions } from './git.ts';

type Present = Extract<GitOptions, { readonly repository: string }>;

/** A commit by its full name. */
export const isCommit = (ref: string): boolean => /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(ref);

/** What a clone is known by in names of queries and files. */
export function keyOf(path: string): string {
  return createHash('sha256').update(path).digest('hex').slice(0, 16);
}

/** Which commit this run has fetched for the clone. What the remote has by now is another run's matter. */
const markOf = (path: string): Sh => sh`"$TS_DIR"/git-${keyOf(path)}`;

/** Prints the full name of the reference at the remote and its commit. */
export function askRemote(path: string, o: Present): Sh {
  const { repository, ref = 'HEAD' } = o;
  if (isCommit(ref)) return sh`printf '%s %s' - ${ref}`;
  return sh`if [ -n "$TS_DIR" ] && [ -s ${markOf(path)} ]; then cat ${markOf(path)}; exit; fi
${environment(o)}
listed=$(git ls-remote --symref -- ${repository} ${ref} ${`refs/tags/${ref}^{}`}) || exit 2
printf '%s\n' "$listed" | REF=${ref} awk ${`
BEGIN { FS = "[ \\t]+"; ref = ENVIRON["REF"] }
$1 == "ref:" { if ($3 == ref) to = $2; next }
$2 == "refs/heads/" ref { head = $1 }
$2 == "refs/tags/" ref { tag = $1 }
$2 == "refs/tags/" ref "^{}" { peeled = $1 }
$2 == ref { exact = $1 }
END {
  if (head != "") print "refs/heads/" ref, head
  else if (tag != "") print "refs/tags/" ref, peeled != "" ? peeled : tag
  else if (exact != "") print (to != "" ? to : ref), exact
  else exit 1
}`} || { printf '%s has no branch and no tag %s\n' ${repository} ${ref} >&2; exit 2; }`;
}

function environment({ key, acceptNewHostKey = false }: Partial<Present>): Sh {
  if (key === undefined && !acceptNewHostKey) return sh`export GIT_TERMINAL_PROMPT=0`;
  const own = key === undefined ? [] : ['-o', 'IdentitiesOnly=yes', '-i', key];
  const ssh = sh`ssh -o BatchMode=yes ${own}`.text;
  if (!acceptNewHostKey) return sh`export GIT_TERMINAL_PROMPT=0 GIT_SSH_COMMAND=${ssh}`;
  const accepting = `${ssh} -o StrictHostKeyChecking=accept-new`;
  // The first file is the one that is written to, which a check must not do.
  const unwritten = `${accepting} -o 'UserKnownHostsFile=/dev/null ~/.ssh/known_hosts'`;
  return sh`export GIT_TERMINAL_PROMPT=0
case $TS_MODE in check) GIT_SSH_COMMAND=${unwritten} ;; *) GIT_SSH_COMMAND=${accepting} ;; esac
export GIT_SSH_COMMAND`;
}

/** `g`: git in the clone, whose settings are the clone's own and the user's. */
export function inClone(path: string, o: Partial<Present> = {}): Sh {
  const signers =
    o.allowedSigners === undefined ? [] : ['-c', `gpg.ssh.allowedSignersFile=${o.allowedSigners}`];
  return sh`${environment(o)}
# shellcheck disable=SC2317 # not every half calls it
g() { git -C ${path} ${signers} "$@"; }
# What is nowhere but here: changes of files that git knows, commits that no remote and no tag has.
# shellcheck disable=SC2317 # not every half calls it
changes() { g status --porcelain --untracked-files=no --ignore-submodules=all; }
# shellcheck disable=SC2317 # not every half calls it
commits() { # BRANCH
  for one in HEAD "refs/heads/$1"; do
    g rev-parse -q --verify "$one^{commit}" >/dev/null || continue
    g rev-list --max-count=1 "$one" --not --remotes --tags --glob=refs/tsplay || return
  done
}
# shellcheck disable=SC2317 # not every half calls it
lost() { # BRANCH
  files=$(changes) && ahead=$(commits "$1") || return 2
  [ -z "$files" ] || printf 'changed files: %s. ' "$(printf '%s\n' "$files" | cut -c4- | head -n 5 | tr '\n' ' ')"
  [ -z "$ahead" ] || printf 'a commit of its own: %s. ' "$ahead"
  [ -z "$files$ahead" ]
}
# shellcheck disable=SC2317 # not every half calls it
branch() { g symbolic-ref -q --short HEAD || printf -; }`;
}

/** Brings the commit of `$remote`, looks at its signature, and checks it out. Expects {@link inClone}. */
export function fetchAndCheckout(path: string, o: Present): Sh {
  const { ref = 'HEAD', depth } = o;
  const shallow = depth === undefined ? [] : ['--depth', depth];
  const all = ['+refs/heads/*:refs/remotes/origin/*', '+refs/tags/*:refs/tags/*'];
  const commit = isCommit(ref);
  return sh`name=\${remote% *} commit=\${remote##* }
case $name in
  refs/heads/*) to=refs/remotes/origin/\${name#refs/heads/} ;;
  refs/tags/*) to=$name ;;
  *) to=refs/tsplay/fetched ;;
esac
${
  commit
    ? sh`if ! g cat-file -e "$commit^{commit}" 2>/dev/null; then
  # Not every server gives a commit by its name.
  g fetch -q ${shallow} origin "+$commit:$to" 2>/dev/null || g fetch -q origin ${all} || exit
  g cat-file -e "$commit^{commit}" || { printf 'the repository has no commit %s\n' "$commit" >&2; exit 1; }
fi`
    : sh`g fetch -q ${shallow} origin ${depth === undefined ? all : []} "+$name:$to" && commit=$(g rev-parse --verify "$to^{commit}") || exit`
}
${
  o.verify === undefined
    ? sh`:`
    : o.verify === 'tag'
      ? sh`case $name in refs/tags/*) ;; *) printf '%s is no tag\n' ${ref} >&2; exit 1 ;; esac
g verify-tag "\${name#refs/tags/}" || exit`
      : sh`g verify-commit "$commit" || exit`
}
g update-ref refs/tsplay/fetched "$commit" || exit
case $name in
  refs/heads/*) g checkout -q -B "\${name#refs/heads/}" "$commit" && g branch -q --set-upstream-to="origin/\${name#refs/heads/}" ;;
  *) g checkout -q --detach "$commit" ;;
esac || exit
${submodules(o)}
printf '%s %s\n' "$name" "$commit" >${markOf(path)}`;
}

/** Submodules are at the commits that the clone names. */
export function submodules(o: Partial<Present>): Sh {
  if (o.submodules !== true) return sh`:`;
  const shallow = o.depth === undefined ? [] : ['--depth', o.depth];
  return sh`g submodule -q sync --recursive && g submodule -q update --init --recursive ${shallow} || exit`;
}
