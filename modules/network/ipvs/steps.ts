import { entries, sh, type Sh, type Step } from '../../../src/steps/index.ts';
import { ipvsModule } from './kernel.ts';
import { serversIn, serviceIn, tableQuery } from './table.ts';

/** The service itself. Without settings: that there is none. */
export function serviceStep(words: readonly string[], settings: readonly string[] | undefined): Step {
  const key = words.join(' ');
  return entries(`IPVS service ${key}`, {
    uses: [tableQuery],
    list: serviceIn(tableQuery.output, key),
    want: settings === undefined ? [] : [[key, ...settings]],
    unwanted: settings === undefined ? [key] : [],
    add: sh`shift
ipvsadm -A ${words} "$@"`,
    // What is not said again is cleared, and the servers stay.
    change: sh`shift
ipvsadm -E ${words} "$@"`,
    remove: sh`ipvsadm -D ${words}`,
    exclusive: false,
    inside: ipvsModule,
    fresh: { value: '' },
  });
}

/** The real servers, exactly these: the key and the settings of each. */
export function serversStep(words: readonly string[], want: readonly (readonly string[])[]): Step {
  const set = (operation: string): Sh => sh`server=$1
shift
ipvsadm ${operation} ${words} -r "$server" "$@"`;
  return entries(`real servers of ${words.join(' ')}`, {
    uses: [tableQuery],
    list: serversIn(tableQuery.output, words.join(' ')),
    want,
    add: set('-a'),
    // All that is not said again is cleared, so all of it is said.
    change: set('-e'),
    remove: sh`ipvsadm -d ${words} -r "$1"`,
    inside: ipvsModule,
    fresh: { value: '' },
  });
}
