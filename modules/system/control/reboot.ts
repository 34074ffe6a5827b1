import {
  action,
  defineModule,
  option,
  poll,
  sh,
  type OptionRules,
  type Sh,
} from '../../../src/steps/index.ts';
import { commandLine, type CommandLine } from '../commands/command.ts';
import { placed } from '../commands/command-shell.ts';

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
      action(name, {
        run: rebooting(o.run && placed({}, o.run), message, timeout),
        onlyIf: onlyIf(o),
        returns: timeout,
      }),
      ...(o.test === undefined
        ? []
        : [
            poll('the host is ready', {
              // Whatever keeps it from being one: it is early in a boot.
              until: sh`( ${placed({}, o.test)} ) >&2 || exit 1`,
              limit: timeout,
              lifetime: 'disk',
            }),
          ]),
    ];
  },
});

/** The file, among those of the run, that says from which boot this task wants the host to go away. It stays. */
const markFile = sh`"$TS_HOME/runs/$TS_RUN/reboot-$TS_TASK"`;

/** Whether to reboot. A host that is back need not be asked again, and would answer otherwise. */
function onlyIf(o: RebootOptions): Sh | undefined {
  if (o.onlyIf === undefined && o.unless === undefined) return undefined;
  return sh`ts_home
[ ! -s ${markFile} ] || exit 0
${
  o.unless === undefined
    ? sh`:`
    : sh`( ${placed({}, o.unless)} )
rc=$?
[ "$rc" != 0 ] || exit 1`
}
${o.onlyIf === undefined ? sh`:` : placed({}, o.onlyIf)}`;
}

function rebooting(run: Sh | undefined, message: string, timeout: number): Sh {
  const usual = sh`if command -v shutdown >/dev/null; then shutdown -r now ${message}
elif command -v systemctl >/dev/null; then systemctl reboot
else reboot
fi`;
  return sh`mark=${markFile}
read -r boot </proc/sys/kernel/random/boot_id || exit
if [ -s "$mark" ]; then
  read -r before <"$mark"
  # The host is back.
  [ "$before" = "$boot" ] || exit 0
elif [ -n "$TS_RESUMED" ] && [ "$TS_TASK" = "$TS_FROM" ]; then
  printf 'whether the host was rebooted cannot be told: %s has gone, as if it was kept in memory\n' "$mark" >&2
  exit 1
else
  ts_put "$mark" "$boot" || exit
  sync
  ( ${run ?? usual} ) >&2
  rc=$?
  if [ "$rc" != 0 ]; then rm -f "$mark"; exit "$rc"; fi
fi
# Who ends this shell ends the one above it, too; the connection goes then, or is cut.
trap 'sleep 1; exit 141' HUP INT TERM
ts_uptime
until=$((TS_NOW + ${timeout}))
while [ "$TS_NOW" -lt "$until" ]; do
  sleep 1
  ts_uptime
  read -r now </proc/sys/kernel/random/boot_id
  [ "$now" = "$boot" ] || exit 141
done
rm -f "$mark"
printf 'it was told to reboot %s s ago and is still up\n' ${timeout} >&2
exit 1`;
}
