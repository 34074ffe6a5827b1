import { entries as entriesStep, sh, type Step } from '../../src/steps/index.ts';
import { excluding } from './copy-exclude.ts';
import { resourceOf, type Tree } from './copy-tree.ts';

/**
 * Paths that the source has, an empty line, then those that are there; it prints what is too many. Of a folder that is,
 * it prints the folder, unless something in it is excluded: then what else is in it.
 */
const extras = `!ended && $0 == "" { ended = 1; next }
!ended { known[$0]; next }
$0 == "" { next }
{ sub(/^\\.\\//, ""); paths[++count] = $0 }
END {
  exclude = ENVIRON["exclude"]
  for (n = 1; n <= count; n++) if (exclude != "" && paths[n] ~ exclude)
    for (path = paths[n]; path != ""; path = sub(/\\/[^\\/]*$/, "", path) ? path : "") known[path]
  for (n = 1; n <= count; n++) {
    path = paths[n]
    if (path in known) continue
    above = path
    while (sub(/\\/[^\\/]*$/, "", above)) if (above in gone) break
    gone[path]
    if (!(above in gone) || above == path) print path
  }
}`;

/** Nothing is there that the source does not have. What goes is kept with the journal of the run. */
export function purgeStep({ root, entries }: Tree, exclude: readonly string[]): Step {
  const known = entries.flatMap(({ path }) => (path === '' ? [] : [path]));
  const kept = sh`"$TS_DIR/purged"${root}`;
  return entriesStep(`what the source has not, in ${root}`, {
    inside: resourceOf(root),
    fresh: 'set',
    list: sh`cd ${root} || exit 2
found=$(find . ! -name .) || exit 2
export exclude=${excluding(exclude)}
{ printf '%s\n' ${known} '' "$found"; } | awk ${extras}`,
    want: [],
    add: sh`mv -- ${kept}/"$1" ${root}/"$1"`,
    remove: sh`case $1 in */*) above=/\${1%/*} ;; *) above='' ;; esac
( umask 077; mkdir -p -- ${kept}"$above" ) && mv -- ${root}/"$1" ${kept}/"$1"`,
    lifetime: 'disk',
  });
}
