import { isSysctlPath, sysctlPath, type Resource } from '../../../src/steps/index.ts';

/** What is wrong with a key. */
export function keyProblems(key: string): readonly string[] {
  return isSysctlPath(sysctlPath(key))
    ? []
    : [
        'the key must be like net.ipv4.ip_forward (or with slashes, where an interface has a dot in its name)',
      ];
}

/** What a key appears with: an interface or a kernel module. */
export function keyResource(path: string): Resource | undefined {
  const [, link] = /^net\/ipv[46]\/(?:conf|neigh)\/([^/]+)\//.exec(path) ?? [];
  if (link !== undefined && link !== 'all' && link !== 'default') return `link:${link}`;
  const module = modules.find(([prefix]) => path.startsWith(prefix));
  return module && `module:${module[1]}`;
}

const modules: readonly (readonly [string, string])[] = [
  ['net/ipv4/vs/', 'ip_vs'],
  ['net/bridge/', 'br_netfilter'],
  ['net/netfilter/nf_conntrack_', 'nf_conntrack'],
];

/** Keys of which the kernel takes values that mean nothing: `ip_forward = 99` is accepted and reads back. */
const ranges: readonly (readonly [RegExp, number, number])[] = [
  [/\/rp_filter$/, 0, 2],
  [/\/(ip_forward|forwarding|accept_redirects|send_redirects|log_martians|src_valid_mark)$/, 0, 1],
  [/\/arp_ignore$/, 0, 8],
  [/\/arp_announce$/, 0, 2],
];

/** What is wrong with a value, for keys that the kernel does not look after itself. */
export function rangeProblems(path: string, value: string): readonly string[] {
  const [, low, high] = ranges.find(([pattern]) => pattern.test(path)) ?? [];
  if (low === undefined || high === undefined) return [];
  const sound = /^\d+$/.test(value) && Number(value) >= low && Number(value) <= high;
  return sound ? [] : [`the value must be a whole number from ${low} to ${high}, not '${value}'`];
}
