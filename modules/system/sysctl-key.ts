import type { Resource } from '../../src/steps/index.ts';

/**
 * Path of a key below /proc/sys, without that. As sysctl(8) has it: the first separator says which one it is, and the
 * other stands for itself, so that `net.ipv4.conf.eth0/10.rp_filter` and `net/ipv4/conf/eth0.10/rp_filter` are the same.
 */
export function sysctlPath(key: string): string {
  const [first] = /[./]/.exec(key) ?? [];
  return first === '.' ? key.replaceAll(/[./]/g, (one) => (one === '.' ? '/' : '.')) : key;
}

/** What is wrong with a key. */
export function keyProblems(key: string): readonly string[] {
  const parts = sysctlPath(key).split('/');
  const sound =
    parts.length > 1 && parts.every((part) => /^[^\s/]{1,64}$/.test(part) && !/^\.{1,2}$/.test(part));
  return sound
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
