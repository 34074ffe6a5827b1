import {
  builtins,
  defineModule,
  file,
  noFile,
  option,
  procFile,
  release,
  requires,
  sh,
  sysctlPath,
  value,
  type OptionRules,
  type Step,
} from '../../../src/steps/index.ts';
import { checkAbsent } from '../../absent.ts';
import { laterFiles } from './sysctl-files.ts';
import { keyProblems, keyResource, rangeProblems } from './sysctl-key.ts';

interface Present {
  /** The value wanted. White space between words counts as one blank. */
  readonly value: string | number;
  /**
   * Keep it over a reboot, in `/etc/sysctl.d/60-tsplay-KEY.conf`; `false` takes that file away. @defaultValue true
   */
  readonly persist?: boolean;
  /** @defaultValue 'present' */
  readonly state?: 'present';
}

interface Absent {
  readonly value?: never;
  readonly persist?: never;
  /**
   * Takes the file away. The value goes back to what it was before tsplay first set it in this boot, unless another
   * task needs it or somebody else has set it since; then it is left, which is said.
   */
  readonly state: 'absent';
}

/** Options of {@link sysctl}. */
export type SysctlOptions = Present | Absent;

const options: OptionRules<SysctlOptions> = {
  value: option.rule('a whole number, or a text of one line that is not empty', (given) =>
    typeof given === 'number'
      ? Number.isSafeInteger(given)
      : typeof given === 'string' && given.trim() !== '' && !/[^\t\P{Cc}]|\p{Cs}/u.test(given),
  ),
  persist: option.flag,
  state: option.oneOf('present', 'absent'),
};

/**
 * A kernel parameter, now and after a reboot. Writes only its own file below `/etc/sysctl.d`; where a file that is read
 * after that one, such as `/etc/sysctl.conf`, has another value, the task fails and names it.
 *
 * @example sysctl('net.ipv4.ip_forward', { value: 1 })
 * @example sysctl('net/ipv4/conf/eth0.10/rp_filter', { value: 2 }) // the dot belongs to the interface
 * @example sysctl('net.ipv4.ip_forward', { state: 'absent' })
 * @see https://docs.kernel.org/admin-guide/sysctl/
 */
export const sysctl = defineModule<SysctlOptions>('sysctl', {
  options,
  claims: (key, o) => [
    { resource: `sysctl:${sysctlPath(key)}`, value: o.state === 'absent' ? 'absent' : wanted(o.value) },
  ],
  check(key, o, problem) {
    keyProblems(key).forEach(problem);
    if (o.state === 'absent') checkAbsent(o, [], problem);
    else if (o.value === undefined) problem('value is missing');
    else rangeProblems(sysctlPath(key), wanted(o.value)).forEach(problem);
  },
  steps(key, o) {
    const name = sysctlPath(key);
    const path = `/proc/sys/${name}` as const;
    const inside = keyResource(name);
    const persisted = `/etc/sysctl.d/60-tsplay-${name.replaceAll('/', '-')}.conf`;
    const halves = { read: procFile(path), write: sh`printf '%s\n' "$1" >${path}` };
    const shared = { resource: `sysctl:${name}`, owner: `sysctl:${name}` } as const;
    if (o.state === 'absent') return [noFile(persisted), release(`sysctl ${key}`, { ...halves, shared })];
    const want = wanted(o.value);
    return [
      ...(o.persist === false ? [] : [keptStep(key, name, want)]),
      requires(`the parameter ${key}`, {
        test: builtins`[ -e ${path} ]`,
        otherwise: `the kernel of this host has no parameter ${key}${origin(inside)}`,
        later: true,
        inside,
      }),
      value(`sysctl ${key}`, {
        ...halves,
        want,
        inside,
        shared,
      }),
      o.persist === false
        ? noFile(persisted)
        : file(persisted, { content: `# Managed by tsplay.\n${name} = ${want}\n`, mode: '644' }),
    ];
  },
});

/** No other file has another value and is read after ours at boot. */
function keptStep(key: string, name: string, want: string): Step {
  return requires(`${key} at boot`, {
    uses: [laterFiles],
    test: builtins`ts_find ${name} ${laterFiles.output} || return 0
ts_found=\${TS_LINE#*"$TS_TAB"}
[ "\${ts_found%%"$TS_TAB"*}" != ${want} ] || return 0
ts_say "\${ts_found#*"$TS_TAB"} says \${ts_found%%"$TS_TAB"*}"
return 1`,
    otherwise: `a reboot would bring another value of ${key} by a file that is read after ours; take it out there, or say persist: false`,
    later: true,
  });
}

/** What to do about a key that is not there. */
function origin(inside: string | undefined): string {
  const [kind, what] = inside?.split(/:(.*)/) ?? [];
  if (kind === 'link') return `: there is no interface ${what}`;
  if (kind === 'module') return `: load the kernel module ${what} first, by kernelModule('${what}')`;
  return ': is its name right, or is a kernel module missing (kernelModule)?';
}

function wanted(value: string | number): string {
  return String(value)
    .trim()
    .replaceAll(/[ \t]+/g, ' ');
}
