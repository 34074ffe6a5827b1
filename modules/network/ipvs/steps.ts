import { entries, sh, type Step } from '../../../src/steps/index.ts';
import { ipvsModule } from './kernel.ts';
import { entriesOf, tableQuery } from './table.ts';

/** The service and its real servers, exactly these: the key and the settings of each. Without any: that there is none. */
export function serviceStep(
  words: readonly string[],
  settings: readonly string[] | undefined,
  servers: readonly (readonly string[])[],
): Step {
  const key = words.join(' ');
  return entries(`IPVS service ${key}`, {
    uses: [tableQuery],
    // Those that are too many are removed in this order.
    list: entriesOf(tableQuery.output, key),
    // Those that are missing are added in this order.
    want: settings === undefined ? [] : [['service', ...settings], ...servers],
    add: sh`entry=$1
shift
case $entry in
  service) ipvsadm -A ${words} "$@" ;;
  *) ipvsadm -a ${words} -r "$entry" "$@" ;;
esac`,
    // What is not said again is cleared, so all of it is said; the servers of a service stay.
    change: sh`entry=$1
shift
case $entry in
  service) ipvsadm -E ${words} "$@" ;;
  *) ipvsadm -e ${words} -r "$entry" "$@" ;;
esac`,
    remove: sh`case $1 in
  service) ipvsadm -D ${words} ;;
  *) ipvsadm -d ${words} -r "$1" ;;
esac`,
    inside: ipvsModule,
    fresh: { value: '' },
  });
}
