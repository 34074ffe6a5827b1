/**
 * Path of a key below /proc/sys, without that. As sysctl(8) has it: the first separator says which one it is, and the
 * other stands for itself, so that `net.ipv4.conf.eth0/10.rp_filter` and `net/ipv4/conf/eth0.10/rp_filter` are the same.
 */
export function sysctlPath(key: string): string {
  const [first] = /[./]/.exec(key) ?? [];
  return first === '.' ? key.replaceAll(/[./]/g, (one) => (one === '.' ? '/' : '.')) : key;
}

/** The key of a path below /proc/sys, with dots. */
export function sysctlName(path: string): string {
  return path.replaceAll(/[./]/g, (one) => (one === '/' ? '.' : '/'));
}

/** Is this a path that can stand below /proc/sys? */
export function isSysctlPath(path: string): boolean {
  const parts = path.split('/');
  return parts.length > 1 && parts.every((part) => /^[^\s/]{1,64}$/.test(part) && !/^\.{1,2}$/.test(part));
}
