import { sh } from '../steps/sh.ts';
import type { FactGroupDefinition } from './group.ts';
import { fileReading } from './cells.ts';
import { timeLimited } from './time-limit.ts';
import { Told } from './told.ts';

/** Facts of the group `time`. They are as old as the facts of a play are. */
export interface TimeFacts {
  /** Seconds since 1970 by the host's clock, when it was asked. */
  readonly epoch: number;
  /** `Europe/Berlin`, by /etc/localtime, else /etc/timezone; undefined where the host knows its zone by rules alone. */
  readonly timezone: string | undefined;
  /** `CET`, as `date` says it. */
  readonly abbreviation: string;
  /** East of UTC in seconds, at the time of asking: 3600 for `+0100`. */
  readonly utcOffset: number;
  /** In seconds, with the time in suspend. */
  readonly uptime: number;
  /** Seconds since 1970, by the clock of today: it moves when the clock is set. */
  readonly bootedAt: number;
  /**
   * The kernel takes its clock for right within 16 s, since something such as chrony, ntpd or systemd-timesyncd keeps it
   * right. Undefined where neither busybox's `adjtimex` nor `timedatectl` can be asked.
   */
  readonly synchronized: boolean | undefined;
}

// It asks a service, which may not come.
const timedatectl = timeLimited(3, sh`timedatectl show -p NTPSynchronized --value 2>/dev/null`);

// The zone of the user's own environment is not that of the host.
const probe = sh`
${fileReading}
unset TZ
date '+epoch=%s%noffset=%z%nabbreviation=%Z' || exit
tell uptime /proc/uptime
while read -r ts_key ts_v; do
  case $ts_key in btime) printf 'boot=%s\n' "$ts_v"; break ;; esac
done </proc/stat
if [ -e /etc/localtime ] || [ -h /etc/localtime ]; then
  ts_v=$(readlink /etc/localtime 2>/dev/null)
  set -- $ts_v
  printf 'localtime=%s\n' "$1"
elif [ ! -e /etc/timezone ] && [ ! -e /etc/TZ ]; then
  echo noZone=1
fi
tell zoneFile /etc/timezone
ts_v=$(busybox adjtimex 2>/dev/null)
case $ts_v in
  *maxerror:*)
    set -- \${ts_v#*maxerror:}
    printf 'maxerror=%s\n' "$1"
    ;;
  *)
    if [ -d /run/systemd/system ] && command -v timedatectl >/dev/null 2>&1; then
      printf 'timedatectl='
      ( ${timedatectl} )
      echo
    fi
    ;;
esac`;

/** The kernel's word for `wrong by an unknown time`, in microseconds; it is what systemd goes by, too. */
const unsynchronized = 16_000_000;

/** See {@link TimeFacts}. */
export const time: FactGroupDefinition<TimeFacts> = {
  probe,
  parse(printed) {
    const told = new Told(printed);
    const [, sign, hours, minutes] = /^([+-])(\d\d)(\d\d)$/.exec(told.word('offset')) ?? [];
    if (sign === undefined) throw new Error(`an offset from UTC is not understood: ${told.word('offset')}`);
    const offset = Number(hours) * 3600 + Number(minutes) * 60;
    const [, uptime] = /^(\d+(?:\.\d+)?)\s/.exec(told.word('uptime')) ?? [];
    if (uptime === undefined) throw new Error(`an uptime is not understood: ${told.word('uptime')}`);
    const [, linked] = /\/zoneinfo\/(?:posix\/|right\/)?(.+)$/.exec(told.maybe('localtime') ?? '') ?? [];
    const none = told.maybe('noZone') === undefined ? undefined : 'UTC';
    return {
      epoch: told.count('epoch'),
      timezone: linked ?? told.maybe('zoneFile') ?? none,
      abbreviation: told.word('abbreviation'),
      utcOffset: sign === '-' && offset !== 0 ? -offset : offset,
      uptime: Number(uptime),
      bootedAt: told.count('boot'),
      synchronized: synchronized(told),
    };
  },
};

function synchronized(told: Told): boolean | undefined {
  const error = told.maybeCount('maxerror');
  if (error !== undefined) return error < unsynchronized;
  const said = told.maybe('timedatectl');
  return said === 'yes' ? true : said === 'no' ? false : undefined;
}
