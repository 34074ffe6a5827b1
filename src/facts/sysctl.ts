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
  // A pattern that matches nothing stays as it is; no name in /proc/sys has a star in it.
  return sh`
cd /proc/sys || exit
set +f
for ts_path in ${patterns.reduce((before, one) => sh`${before} ${one}`)}; do
  [ ! -d "$ts_path" ] || continue
  if [ ! -e "$ts_path" ]; then printf 'absent %s\n' "$ts_path"; continue; fi
  {
    printf 'key %s\n' "$ts_path"
    while IFS= read -r ts_line || [ -n "$ts_line" ]; do printf '=%s\n' "$ts_line"; done
  } 2>/dev/null <"$ts_path" || printf 'unreadable %s\n' "$ts_path"
done
set -f`;
}

const joined = (parts: readonly Sh[]): Sh => parts.reduce((before, part) => sh`${before}*${part}`);

function parse(
  printed: string,
  named: ReadonlyMap<string, string>,
): Readonly<Record<string, string | undefined>> {
  const found: Record<string, string | undefined> = {};
  let key = '';
  for (const line of printed.split('\n')) {
    const [, word = '', path = ''] = /^(key|absent|unreadable) (.*)$/.exec(line) ?? [];
    if (word === '' && line.startsWith('=')) {
      found[key] = found[key] === '' ? line.slice(1) : `${found[key]}\n${line.slice(1)}`;
      continue;
    }
    const exact = named.get(path);
    if (word === 'unreadable' && exact !== undefined) throw new Error(`${exact} cannot be read`);
    if (word === 'absent' && exact !== undefined && !exact.includes('*')) found[exact] = undefined;
    if (word === 'key') found[(key = exact ?? sysctlName(path))] = '';
  }
  return found;
}
