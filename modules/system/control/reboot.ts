import {
  defineModule,
  option,
  poll,
  rebooted,
  sh,
  type OptionRules,
  type Sh,
} from '../../../src/steps/index.ts';
import { commandLine, type CommandLine } from '../commands/command.ts';
import { placed } from '../commands/command-shell.ts';
import { look } from './look.ts';

/** Options of {@link reboot}. */
export interface RebootOptions {
  /**
   * Reboot only if this command succeeds, such as `['test', '-e', '/var/run/reboot-required']` on Debian and its like. It
   * is asked in check mode too. @defaultValue it is not asked for
   */
  readonly onlyIf?: CommandLine;
  /**
   * Do not reboot if this command succeeds, such as `['needs-restarting', '-r']` on Fedora and RHEL.
   * @defaultValue none is asked
   */
  readonly unless?: CommandLine;
  /** Seconds in which the host must have gone down and be back. @defaultValue 600 */
  readonly timeout?: number;
  /** What those who are logged in are told, where `shutdown` does that. @defaultValue that tsplay reboots the host */
  readonly message?: string;
  /**
   * What must succeed before the play goes on, rebooted or not; tried every second, for `timeout` seconds.
   * sshd answers before a boot has ended. @defaultValue nothing
   */
  readonly test?: CommandLine;
  /**
   * The command that reboots the host. @defaultValue `shutdown -r now`, where that is missing `systemctl reboot`, else
   * `reboot`
   */
  readonly run?: CommandLine;
}

const options: OptionRules<RebootOptions> = {
  onlyIf: commandLine,
  unless: commandLine,
  timeout: option.whole(10, 86_400),
  message: option.line(),
  test: commandLine,
  run: commandLine,
};

/**
 * Reboots the host and waits until it is back, which its new boot id shows; then the play goes on there, in the
 * same run. Without `when`, `onlyIf` or `unless` it does so in every run. Not for the machine that tsplay runs on.
 *
 * In a check, what a reboot may change is _unknown_ after it: all but files and what else is on disks. A rollback takes
 * back what is on disks; what was changed before for that boot alone went with it.
 *
 * @example reboot('new kernel', { when: upgraded.changed, test: ['systemctl', 'is-system-running', '--wait'] })
 * @example reboot('when due', { onlyIf: ['test', '-e', '/var/run/reboot-required'], timeout: 900 })
 * @see https://man7.org/linux/man-pages/man8/shutdown.8.html
 */
export const reboot = defineModule<RebootOptions>('reboot', {
  options,
  steps(name, o) {
    const { timeout = 600, message = 'tsplay reboots this host' } = o;
    return [
      rebooted(name, {
        run: o.run === undefined ? rebooting(message) : placed({}, o.run),
        onlyIf: onlyIf(o),
        limit: timeout,
      }),
      ...(o.test === undefined
        ? []
        : [
            poll('the host is ready', {
              // Whatever keeps it from being one: it is early in a boot.
              until: sh`${look(placed({}, o.test), timeout)}
[ "$rc" = 0 ] || exit 1`,
              limit: timeout,
              lifetime: 'disk',
            }),
          ]),
    ];
  },
});

/** Whether to reboot. */
function onlyIf(o: RebootOptions): Sh | undefined {
  if (o.unless === undefined) return o.onlyIf && placed({}, o.onlyIf);
  return sh`( ${placed({}, o.unless)} )
rc=$?
[ "$rc" != 0 ] || exit 1
${o.onlyIf === undefined ? sh`:` : placed({}, o.onlyIf)}`;
}

function rebooting(message: string): Sh {
  return sh`if command -v shutdown >/dev/null; then shutdown -r now ${message}
elif command -v systemctl >/dev/null; then systemctl reboot
else reboot
fi`;
}
