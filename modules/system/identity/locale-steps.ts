import {
  absent,
  builtins,
  present,
  query,
  reading,
  requires,
  sh,
  tool,
  value,
  type Query,
  type Sh,
  type Step,
} from '../../../src/steps/index.ts';

/** What programs of the host can use: one process for all tasks. */
const known: Query = query('locales', sh`exec locale -a`);

/** The name as the host lists it, with the encoding in small letters and without dashes. */
function listed(name: string): string {
  const [, before = '', encoding = '', after = ''] = /^([^.]*)\.([^@]*)(.*)$/.exec(name) ?? [];
  return `${before}.${encoding.toLowerCase().replaceAll('-', '')}${after}`;
}

const glibc = 'needs glibc: musl, which Alpine has, knows no locales';
const tools = tool(['localedef'], {
  debian: 'libc-bin',
  fedora: 'glibc-common',
  suse: 'glibc-i18ndata',
  arch: 'glibc',
});

/** The locale is there, and perhaps the default. */
export function localePresentSteps(name: string, isDefault: boolean): readonly Step[] {
  const [language = '', charset = '', modifier = ''] = partsOf(name);
  return [
    requires('glibc', {
      test: builtins`! [ -e /etc/alpine-release ]`,
      otherwise: `a locale ${glibc}`,
    }),
    tools,
    requires(`the sources of ${name}`, {
      uses: [known],
      test: builtins`ts_has ${listed(name)} ${known.output} || [ -e ${`/usr/share/i18n/locales/${language}${modifier}`} ] || {
  [ -d /usr/share/i18n/locales ] || ts_say 'the package with the sources of locales is not installed (Debian: locales, Fedora: glibc-locale-source, or the glibc-langpack of the language)'
  false
}`,
      otherwise: `this host cannot make the locale ${name}`,
      later: true,
    }),
    line(name, charset, true),
    present(`locale ${name}`, {
      uses: [known],
      test: builtins`ts_has ${listed(name)} ${known.output}`,
      create: made(name, `${language}${modifier}`, charset),
      remove: sh`localedef --delete-from-archive ${listed(name)}`,
      lifetime: 'disk',
    }),
    ...(isDefault
      ? [
          value('default locale', {
            read: reading(builtins`${readDefault}
ts_say "\${ts_locale:-none}"`),
            want: name,
            write: sh`${defaultFile}
[ -f "$file" ] || printf '' >"$file" || exit
new=$(LANG_=$1 awk 'BEGIN { want = ENVIRON["LANG_"] }
/^LANG=/ { if (want != "none" && !done) print "LANG=" want; done = 1; next }
{ print }
END { if (!done && want != "none") print "LANG=" want }' "$file" && printf .) || exit
printf '%s' "\${new%.}" >"$file"`,
            lifetime: 'disk',
          }),
        ]
      : []),
  ];
}

/** The locale is not there, and not made again. */
export function localeAbsentSteps(name: string): readonly Step[] {
  const [language = '', charset = '', modifier = ''] = partsOf(name);
  return [
    requires('not the default', {
      test: builtins`${readDefault}
[ "$ts_locale" != ${name} ]`,
      otherwise: `${name} is the default locale of this host; make another one that first`,
      later: true,
    }),
    line(name, charset, false),
    absent(`locale ${name}`, {
      uses: [known],
      test: builtins`ts_has ${listed(name)} ${known.output}`,
      remove: sh`localedef --delete-from-archive ${listed(name)}`,
      create: made(name, `${language}${modifier}`, charset),
      lifetime: 'disk',
    }),
  ];
}

function partsOf(name: string): readonly string[] {
  return /^([^.]*)\.([^@]*)(.*)$/.exec(name)?.slice(1) ?? [];
}

/** `file` is where the host has the default. */
const defaultFile: Sh = sh`file=/etc/locale.conf
if [ -e /etc/default/locale ] || [ -e /usr/sbin/update-locale ]; then file=/etc/default/locale; fi`;

/** `ts_locale` is the default, without a process. */
const readDefault: Sh = sh`ts_locale_file=/etc/locale.conf ts_locale=''
if [ -e /etc/default/locale ] || [ -e /usr/sbin/update-locale ]; then ts_locale_file=/etc/default/locale; fi
if [ -f "$ts_locale_file" ]; then
  [ -r "$ts_locale_file" ] || return 2
  while IFS= read -r ts_locale_line || [ -n "$ts_locale_line" ]; do
    case $ts_locale_line in
      LANG=*) ts_locale=\${ts_locale_line#LANG=} ts_locale=\${ts_locale%\"} ts_locale=\${ts_locale#\"} ;;
    esac
  done <"$ts_locale_file"
fi`;

function made(name: string, source: string, charset: string): Sh {
  return sh`set -- -i ${source} -f ${charset}
[ ! -e /usr/share/locale/locale.alias ] || set -- "$@" -A /usr/share/locale/locale.alias
[ -d /usr/lib/locale ] || mkdir -p /usr/lib/locale || exit
localedef "$@" ${name}`;
}

/** What the host makes again when glibc is updated: each line behind its locale, with a + where it counts, and a tab. */
const generated: Query = query(
  'locale_gen',
  sh`[ ! -e /etc/locale.gen ] ||
  exec sed -n -e "s/^[a-z].*[^ ]/+&$TS_TAB&/p" -e "s/^[# ]*#[# ]*\([a-z].*[^ ]\) *$/\1$TS_TAB&/p" /etc/locale.gen`,
);

/** The line of a locale in /etc/locale.gen, where there is such a file: as it stands, in a comment or not. */
function line(name: string, charset: string, wanted: boolean): Step {
  const active = `${name} ${charset}`;
  const want = wanted ? active : `# ${active}`;
  // In whatever comment it stands, it does not count.
  const commented = wanted ? sh`` : sh`case $ts_found_ in none | '#'*) ts_found_=${want} ;; esac`;
  return value(`${name} in /etc/locale.gen`, {
    uses: [generated],
    read: reading(builtins`[ -e /etc/locale.gen ] || { ts_say ${want}; return 0; }
ts_find ${`+${active}`} ${generated.output} || ts_find ${active} ${generated.output} || :
ts_found_=\${TS_LINE#*"$TS_TAB"} ts_found_=\${ts_found_:-none}
${commented}
ts_say "$ts_found_"`),
    want,
    write: sh`new=$(want=$1 line=${active} awk '{ bare = $0; sub(/^[# ]*/, "", bare) }
bare == ENVIRON["line"] { if (!done && ENVIRON["want"] != "none") print ENVIRON["want"]; done = 1; next }
{ print }
END { if (!done && ENVIRON["want"] != "none") print ENVIRON["want"] }' /etc/locale.gen && printf .) || exit
printf '%s' "\${new%.}" >/etc/locale.gen`,
    lifetime: 'disk',
  });
}
