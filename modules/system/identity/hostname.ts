import {
  builtins,
  defineModule,
  edit,
  file,
  option,
  procFile,
  requires,
  sh,
  value,
  type OptionRules,
  type Sh,
} from '../../../src/steps/index.ts';

/** Options of {@link hostname}. */
export interface HostnameOptions {
  /** The host knows its own name without DNS: `/etc/hosts` has it for 127.0.1.1. @defaultValue false */
  readonly hosts?: boolean;
}

const options: OptionRules<HostnameOptions> = { hosts: option.flag };

/**
 * The name of the host, now and after a reboot (`/etc/hostname`). With a domain, the line that `hosts` writes has the
 * short name, too. Programs that run already keep the old name until they ask again.
 *
 * @example hostname('web1')
 * @example hostname('web1.example.org', { hosts: true })
 * @see https://man7.org/linux/man-pages/man5/hostname.5.html
 */
export const hostname = defineModule<HostnameOptions>('hostname', {
  options,
  claims: (name) => [{ resource: 'sysctl:kernel/hostname', value: name }],
  check: (name, _o, problem) => hostnameProblems(name).forEach(problem),
  steps: (name, { hosts = false }) => [
    value('host name', {
      read: procFile('/proc/sys/kernel/hostname'),
      want: name,
      write: sh`printf '%s\n' "$1" >/proc/sys/kernel/hostname`,
    }),
    file('/etc/hostname', { content: `${name}\n`, mode: '644' }),
    ...(hosts
      ? [
          requires('/etc/hosts', {
            test: builtins`[ -f /etc/hosts ]`,
            otherwise: 'there is no /etc/hosts on this host to write the name in',
            later: true,
          }),
          edit('/etc/hosts', { filter: ownAddress(name) }),
        ]
      : []),
  ],
});

/** What is wrong with a name. */
function hostnameProblems(name: string): readonly string[] {
  // As many as the kernel has place for.
  if (name.length > 64)
    return ['the name must be at most 64 characters long, which is what the kernel holds'];
  const sound = name.split('.').every((label) => /^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/.test(label));
  return sound
    ? []
    : [
        `the name must be letters, digits and dashes, at most 63 between two dots, and neither begin nor end with a dash, not ${option.quoted(name)}`,
      ];
}

/** The line of 127.0.1.1 has these names; where there is none it comes behind those of 127.0.0.1. */
function ownAddress(name: string): Sh {
  const [short = ''] = name.split('.');
  const names = short === name ? name : `${name} ${short}`;
  return sh`awk -v names=${names} '
function put() { if (!done) print "127.0.1.1\t" names; done = 1 }
$1 == "127.0.1.1" { put(); next }
seen && $1 != "127.0.0.1" { put() }
$1 == "127.0.0.1" { seen = 1 }
{ print }
END { put() }'`;
}
