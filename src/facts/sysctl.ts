import { factsError } from '../errors/facts.ts';
import { sh, type Sh } from '../steps/sh.ts';
import { isSysctlPath, sysctlName, sysctlPath } from '../steps/sysctl-path.ts';
import { customFacts, type CustomFacts } from './source.ts';

/** Kernel parameters by key; undefined where this kernel has no such key. */
export type SysctlFacts<K extends string> = {
  // What a * stands for is known only on the host.
  readonly [P in K extends `${string}*${string}` ? string : K]: string | undefined;
};

/**
 * Kernel parameters as facts, under the name `sysctl`: those that are named, and no others. `*` stands for any name
 * between two dots; what cannot be read is then left out. A key that is named in full and cannot be read is an error.
 *
 * @param keys - such as `net.ipv4.ip_forward`, `net.ipv4.conf.*.rp_filter`, `net.ipv4.conf.eth0/10.rp_filter`
 * @example
 * play('Routers', { hosts: 'all', facts: [sysctlFacts('net.ipv4.ip_forward')] }, ({ facts }) => {
 *   if (facts.sysctl['net.ipv4.ip_forward'] === '1') …
 * });
 * @see https://docs.kernel.org/admin-guide/sysctl/
 */
export function sysctlFacts<const K extends string>(
  ...keys: readonly [K, ...K[]]
): CustomFacts<'sysctl', SysctlFacts<K>> {
  for (const key of keys) {
    const problem = isSysctlPath(sysctlPath(key)) ? undefined : 'this is no name of a kernel parameter';
    if (problem !== undefined) throw factsError('bad-sysctl-facts', { key, problem });
  }
  const named = new Map(keys.map((key) => [sysctlPath(key), key]));
  return customFacts('sysctl', {
    probe: probeFor([...named.keys()]),
    parse: (printed) => parse(printed, named) as SysctlFacts<K>,
  });
}

function probeFor(paths: readonly string[]): Sh {
  const patterns = paths.map((path) => path.split('*').map((part) => sh`${part}`)).map(joined);
  // A pattern that matches nothing stays as it is; no name in /proc/sys has a star in it. The files are read by a
  // process: dash and busybox ash read by single bytes, and these files answer one read only.
  return sh`
cd /proc/sys || exit
set +f
set -- ${patterns.reduce((before, one) => sh`${before} ${one}`)}
set -f
for ts_path do
  shift
  if [ ! -e "$ts_path" ]; then printf 'absent %s\n' "$ts_path"
  elif [ -d "$ts_path" ]; then :
  elif [ ! -r "$ts_path" ]; then printf 'unreadable %s\n' "$ts_path"
  else
    printf 'key %s\n' "$ts_path"
    set -- "$@" "$ts_path"
  fi
done
[ $# = 0 ] || grep -Hs '' -- "$@" || :`;
}

const joined = (parts: readonly Sh[]): Sh => parts.reduce((before, part) => sh`${before}*${part}`);

function parse(
  printed: string,
  named: ReadonlyMap<string, string>,
): Readonly<Record<string, string | undefined>> {
  const found: Record<string, string | undefined> = {};
  const values = new Map<string, string[]>();
  for (const line of printed.split('\n')) {
    const [, word = '', path = ''] = /^(key|absent|unreadable) (.*)$/.exec(line) ?? [];
    if (word === 'key') values.set(path, []);
    else if (word !== '') {
      const exact = named.get(path);
      if (word === 'unreadable' && exact !== undefined) throw new Error(`${exact} cannot be read`);
      if (word === 'absent' && exact !== undefined && !exact.includes('*')) found[exact] = undefined;
    } else {
      const [of, value] = valueIn(line, values);
      values.get(of)?.push(value);
    }
  }
  for (const [path, lines] of values) found[named.get(path) ?? sysctlName(path)] = lines.join('\n');
  return found;
}

/** A line of grep's: a path, which may have colons itself, and a value behind a colon. */
function valueIn(line: string, known: ReadonlyMap<string, unknown>): readonly [string, string] {
  let colon = line.indexOf(':');
  while (colon >= 0 && !known.has(line.slice(0, colon))) colon = line.indexOf(':', colon + 1);
  return [line.slice(0, Math.max(colon, 0)), line.slice(colon + 1)];
}
