import { declaredPaths, entries as entriesStep, sh, type Step } from '../../../src/steps/index.ts';
import { excluding } from './copy-exclude.ts';
import type { Placed } from './copy-tree.ts';
import { keptName, resourceOf } from '../paths.ts';

/**
 * Paths that the source has, an empty line, those that tasks of the play declare, an empty line, then those that are there; it
 * prints what is too many. Of a folder that is, it prints the folder, unless something in it is excluded or declared: then what
 * else is in it. What is in something declared, which the source has not, stays with it.
 */
const extras = `BEGIN { root = ENVIRON["root"] "/" }
ended < 2 && $0 == "" { ended++; next }
!ended { known[$0]; source[$0]; next }
ended == 1 {
  if (index($0, root) != 1) next
  path = substr($0, length(root) + 1)
  if (!(path in source)) whole[path]
  for (; path != ""; path = sub("/[^/]*$", "", path) ? path : "") known[path]
  next
}
$0 == "" { next }
{ sub(/^\\.\\//, ""); paths[++count] = $0 }
END {
  exclude = ENVIRON["exclude"]
  for (n = 1; n <= count; n++) if (exclude != "" && paths[n] ~ exclude)
    for (path = paths[n]; path != ""; path = sub("/[^/]*$", "", path) ? path : "") known[path]
  for (n = 1; n <= count; n++) {
    path = paths[n]
    if (path in known) continue
    above = path
    while (sub("/[^/]*$", "", above)) if (above in gone || above in whole) break
    if (above in whole && above != path) continue
    gone[path]
    if (!(above in gone) || above == path) print path
  }
}`;

/** Nothing is there that the source does not have. What goes is kept with the journal of the run. */
export function purgeStep(root: string, entries: readonly Placed[], exclude: readonly string[]): Step {
  const known = entries.flatMap(({ path }) => (path === '' ? [] : [path]));
  const kept = keptName(root);
  return entriesStep(`what the source has not, in ${root}`, {
    uses: [declaredPaths],
    inside: resourceOf('folder', root),
    fresh: 'set',
    list: sh`cd ${root} || exit 2
found=$(find . -xdev ! -name .) || exit 2
export exclude=${excluding(exclude)} root=${root}
{ printf '%s\n' ${known} '' ${declaredPaths.output} '' "$found"; } | awk ${extras}`,
    want: [],
    add: sh`ts_back ${root}/"$1" ${kept}/"$1"`,
    remove: sh`cd -P ${root} || exit
if ts_mounted "$PWD/$1"; then
  echo "$TS_SAID" >&2
  exit 1
fi
case $1 in */*) mkdir -p -- "$TS_DIR/"${kept}/"\${1%/*}" ;; *) mkdir -p -- "$TS_DIR/"${kept} ;; esac &&
  ts_away ${root}/"$1" ${kept}/"$1"`,
    lifetime: 'disk',
  });
}
