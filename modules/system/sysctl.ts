import { defineModule, file, procFile, sh, value, type Resource } from '../../src/steps/index.ts';

/** Options of {@link sysctl}. */
export interface SysctlOptions {
  /** The value wanted. White space between words counts as one blank. */
  readonly value: string | number;
  /** Keep it over a reboot, in `/etc/sysctl.d/60-tsplay-KEY.conf`. @defaultValue true */
  readonly persist?: boolean;
}

/** Path of a key below /proc/sys. In `net/ipv4/conf/eth0.10/rp_filter` dots belong to the interface's name. */
function sysctlPath(key: string): `/proc/sys/${string}` {
  return `/proc/sys/${key.includes('/') ? key : key.replaceAll('.', '/')}`;
}

/** Keys of which the kernel takes values that mean nothing: `ip_forward = 99` is accepted and reads back. */
const ranges: readonly (readonly [RegExp, number, number])[] = [
  [/(^|[./])rp_filter$/, 0, 2],
  [/(^|[./])(ip_forward|forwarding|accept_redirects|send_redirects|log_martians|src_valid_mark)$/, 0, 1],
  [/(^|[./])arp_ignore$/, 0, 8],
  [/(^|[./])arp_announce$/, 0, 2],
];

// A key of an interface or of a kernel module appears with it.
function inside(key: string): Resource | undefined {
  const link = /^net[./]ipv[46][./](?:conf|neigh)[./](.+)[./][a-z_0-9]+$/.exec(key)?.[1];
  if (link !== undefined && link !== 'all' && link !== 'default') return `link:${link}`;
  return /^net[./]ipv4[./]vs[./]/.test(key) ? 'module:ip_vs' : undefined;
}

/**
 * A kernel parameter, now and after a reboot. Writes only its own file below `/etc/sysctl.d`.
 *
 * @example sysctl('net.ipv4.ip_forward', { value: 1 })
 * @see https://docs.kernel.org/admin-guide/sysctl/
 */
export const sysctl = defineModule<SysctlOptions>('sysctl', {
  claims: (key, o) => [{ resource: `sysctl:${sysctlPath(key).slice(10)}`, value: wanted(o.value) }],
  check(key, o, problem) {
    if (!/^[a-z0-9_]+([./][A-Za-z0-9_.:@-]+)+$/.test(key) || key.includes('..')) {
      problem(
        'the key must be like net.ipv4.ip_forward (with slashes where an interface has a dot in its name)',
      );
    }
    const text = wanted(o.value);
    if (text === '' || /[\n\0]/.test(text)) problem('the value must be one line that is not empty');
    const range = ranges.find(([pattern]) => pattern.test(key));
    if (
      range !== undefined &&
      !(/^\d+$/.test(text) && Number(text) >= range[1] && Number(text) <= range[2])
    ) {
      problem(`the value must be a whole number from ${range[1]} to ${range[2]}, not '${text}'`);
    }
  },
  steps(key, o) {
    const path = sysctlPath(key);
    const name = path.slice('/proc/sys/'.length);
    const want = wanted(o.value);
    return [
      value(`sysctl ${key}`, {
        read: procFile(path),
        want,
        write: sh`printf '%s\n' "$1" >${path}`,
        inside: inside(key),
      }),
      ...(o.persist === false
        ? []
        : [
            file(`/etc/sysctl.d/60-tsplay-${name.replaceAll('/', '-')}.conf`, {
              content: `# Managed by tsplay.\n${name} = ${want}\n`,
              mode: '644',
            }),
          ]),
    ];
  },
});

function wanted(value: string | number): string {
  return String(value)
    .trim()
    .replaceAll(/[ \t]+/g, ' ');
}
