import { action, reading, sh, value, type Sh, type Step } from '../../../src/steps/index.ts';
import { ipvsModule } from './kernel.ts';
import { serversOf, table, tableQuery } from './table.ts';

/**
 * Steps before the removal of servers: all that leave get weight 0, then there is one wait for their active
 * connections to end, at most `limit` seconds. After a run that was cut off the next one goes on waiting.
 *
 * @param keep keys of the servers that stay
 */
export function drainSteps(
  words: readonly string[],
  keep: readonly string[],
  limit: number,
): readonly Step[] {
  const key = words.join(' ');
  const seen = leavingIn(tableQuery.output, key, keep);
  const now = sh`all=$(
${table}
) || exit 2
${leavingIn(sh`"$all"`, key, keep)}`;
  const idle = idleTest(words, now);
  return [
    value(`weights of servers that leave ${key}`, {
      uses: [tableQuery],
      read: reading(sh`${seen} | while read -r server method flag weight rest; do
  [ "$weight" = 0 ] || printf '%s %s %s %s %s\n' "$server" "$method" "$flag" "$weight" "$rest"
done`),
      want: '',
      // Nothing: weight 0 for all that leave. Else what was read before, by an undo.
      write: sh`servers=$1
if [ -z "$1" ]; then
  servers=$(
${now}
  ) || exit 2
fi
printf '%s\n' "$servers" | while read -r server method flag weight rest; do
  [ -n "$1" ] || weight=0
  # shellcheck disable=SC2086 # words of ipvsadm's own list
  [ -z "$server" ] || ipvsadm -e ${words} -r "$server" "$method" "$flag" "$weight" $rest || exit
done`,
      inside: ipvsModule,
      fresh: { value: '' },
    }),
    action(`wait for connections of servers that leave ${key}`, {
      uses: [tableQuery],
      run: sh`waited=0
until (
${idle}
); do
  rc=$?
  [ "$rc" = 1 ] || exit "$rc"
  if [ "$waited" -ge ${limit} ]; then
    printf 'still active after %s s; they are cut off\n' "$waited"
    break
  fi
  sleep 1
  waited=$((waited + 1))
done`,
      guard: { kind: 'unless', command: idleTest(words, seen) },
      undo: sh`:`,
      inside: ipvsModule,
      fresh: 'set',
    }),
  ];
}

/** Prints the servers that are in the table and are not to stay. */
function leavingIn(from: Sh, key: string, keep: readonly string[]): Sh {
  return sh`{
${serversOf(from, key)}
} | while read -r server rest; do
  case ${` ${keep.join(' ')} `} in *" $server "*) ;; *) printf '%s %s\n' "$server" "$rest" ;; esac
done`;
}

/** Status 0: none of the servers that leave has an active connection; 1: says how many they have. */
function idleTest(words: readonly string[], leaving: Sh): Sh {
  return sh`servers=$(
${leaving}
) || exit 2
[ -n "$servers" ] || exit 0
counts=$(ipvsadm -Ln ${words}) || exit 2
printf '%s\n' "$counts" | {
  total=0
  while read -r arrow server _ _ active _; do
    [ "$arrow" = '->' ] || continue
    case "
$servers" in *"
$server "*) total=$((total + active)) ;; esac
  done
  [ "$total" = 0 ]
}`;
}
