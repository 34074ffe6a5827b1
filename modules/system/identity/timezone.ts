import {
  builtins,
  defineModule,
  didYouMean,
  near,
  option,
  reading,
  requires,
  sh,
  value,
} from '../../../src/steps/index.ts';

/**
 * The time zone of the host: the link `/etc/localtime`, and the name in `/etc/timezone` where the host has that file.
 * The zone must be one that the package tzdata of the host has. Programs that run already keep the old one.
 *
 * @example timezone('Europe/Berlin')
 * @example timezone('Etc/UTC')
 * @see https://man7.org/linux/man-pages/man5/localtime.5.html
 */
export const timezone = defineModule('timezone', {
  options: {},
  claims: (zone) => [{ resource: 'file:/etc/localtime', value: `the time zone ${zone}` }],
  check(zone, _o, problem) {
    if (!/^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+){0,2}$/.test(zone) || zone.length > 100) {
      problem(`the name must be that of a time zone, such as 'Europe/Berlin', not ${option.quoted(zone)}`);
    }
  },
  steps(zone) {
    const file = `/usr/share/zoneinfo/${zone}`;
    return [
      requires(`the time zone ${zone}`, {
        test: builtins`[ -f ${file} ] || {
  [ -d /usr/share/zoneinfo/Etc ] || [ -e /usr/share/zoneinfo/UTC ] || ts_say 'the package tzdata is not installed'
  false
}`,
        otherwise: `this host has no time zone ${zone}${suggestion(zone)}`,
        later: true,
      }),
      value('time zone', {
        read: reading(sh`[ ! -L /etc/localtime ] || {
  target=$(readlink /etc/localtime) || exit
  case $target in ${file} | ../usr/share/zoneinfo/${zone}) printf %s ${file} ;; *) printf %s "$target" ;; esac
  exit
}
if [ -e /etc/localtime ]; then printf 'a file of its own'; else printf 'none, which means UTC'; fi`),
        want: file,
        write: sh`if [ -f /etc/localtime ] && [ ! -L /etc/localtime ]; then
  cp -p /etc/localtime "$TS_DIR"/localtime || exit
fi
case $1 in
  none*) rm -f /etc/localtime ;;
  'a file of its own') cp -p "$TS_DIR"/localtime /etc/.localtime.tsplay~ && mv -f /etc/.localtime.tsplay~ /etc/localtime ;;
  *) ln -sf "$1" /etc/.localtime.tsplay~ && mv -f /etc/.localtime.tsplay~ /etc/localtime ;;
esac`,
        lifetime: 'disk',
      }),
      value('name of the time zone', {
        read: reading(
          builtins`if [ -e /etc/timezone ]; then ts_first_line /etc/timezone; ts_say "$TS_V"; else ts_say ${zone}; fi`,
        ),
        want: zone,
        // In place: of a mount or a link, what stands behind it.
        write: sh`printf '%s\n' "$1" >/etc/timezone`,
        lifetime: 'disk',
      }),
    ];
  },
});

/** Zones that this machine knows and that are written much like it. */
function suggestion(zone: string): string {
  const zones = Intl.supportedValuesOf('timeZone');
  return zones.includes(zone) ? '' : didYouMean(near(zone, zones).slice(0, 1));
}
