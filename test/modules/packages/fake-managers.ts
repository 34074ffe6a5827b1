import { onlyOnOverlay } from './local-repository.ts';

/**
 * Package managers that cannot be had here, as small programs that print what these have been seen to print. What is
 * installed are lines of NAME VERSION in /fake/installed, what can be had in /fake/available; `postfix` provides
 * `sendmail`, and `app` brings `lib`. Each call is written down in /fake/log.
 */
const common = `
log() { printf '%s\\n' "$*" >>/fake/log; }
version() { while read -r n v; do [ "$n" != "$1" ] || printf '%s' "$v"; done <"/fake/$2"; }
plain() { name=$1; case $name in *=*|*~*) name=\${name%%[=~]*} ;; esac; name=\${name%.noarch}; }
put() { drop "$1"; printf '%s %s\\n' "$1" "$2" >>/fake/installed; }
drop() { grep -v "^$1 " /fake/installed >/fake/new; mv /fake/new /fake/installed; }
get() { for one in "$@"; do plain "$one"; v=$(version "$name" available); [ -n "$v" ] || { echo "no such package: $name" >&2; exit 1; }; put "$name" "$v"; [ "$name" != app ] || put lib 1.0-1; done; }
lock() { [ ! -e /fake/lock ] || { rm /fake/lock; echo "$1" >&2; exit 1; }; }
log "\${0##*/} $*"
`;

const rpm = `
case $1 in
  -qa) while read -r n v; do printf '%s.noarch\\t%s\\tinstalled\\n' "$n" "$v"; done </fake/installed; exit ;;
  -e)
    shift
    [ "$1" != --test ] || { shift; case " $* " in *' lib '*) case " $* " in *' app '*) ;; *) ! grep -q '^app ' /fake/installed || { printf 'error: Failed dependencies:\\n\\tlib is needed by (installed) app-1.0-1.noarch\\n' >&2; exit 1; } ;; esac ;; esac; exit 0; }
    for n in "$@"; do drop "\${n%.noarch}"; done; exit ;;
esac
what=name
[ "$2" != --whatprovides ] || { what=provides; shift; }
shift 3
missing=0
for n in "$@"; do
  [ "$what$n" != providessendmail ] || { grep -q '^postfix ' /fake/installed && continue; }
  v=$(version "$n" installed)
  if [ -n "$v" ]; then [ "$what" = provides ] || printf '%s\\t%s\\tinstalled\\t\\n%s.noarch\\t%s\\tinstalled\\t\\n' "$n" "$v" "$n" "$v"
  elif [ "$what" = provides ]; then printf 'no package provides %s\\n' "$n"; missing=1
  else printf 'package %s is not installed\\n' "$n"; missing=1
  fi
done
exit "$missing"`;

const yum = `
words=''
for one in "$@"; do case $one in -*) ;; *) words="$words $one" ;; esac; done
set -- $words
op=$1
shift
case $op in
  check-update)
    echo
    for n in "$@"; do
      a=$(version "$n" available) i=$(version "$n" installed)
      [ -z "$i" ] || [ "$a" = "$i" ] || { printf '%s.noarch          %s         a-repository-with-a-very-long-name\\n' "$n" "$a"; found=1; }
    done
    [ -z "$found" ] || exit 100 ;;
  versionlock)
    op=$1
    shift
    case $op in
      list) while read -r n v; do printf '0:%s-%s.*\\n' "$n" "$v"; done </fake/locks ;;
      add) for n in "$@"; do printf '%s %s\\n' "$n" "$(version "$n" installed)" >>/fake/locks; done ;;
      delete) for n in "$@"; do grep -v "^$n " /fake/locks >/fake/new; mv /fake/new /fake/locks; done ;;
    esac ;;
  list)
    for n in "$@"; do
      a=$(version "$n" available)
      [ -z "$a" ] || { [ -n "$found" ] || echo Available Packages; found=1; printf '%s.noarch          %s         a-repository-with-a-very-long-name\\n' "$n" "$a"; }
    done
    [ -n "$found" ] || { echo 'Error: No matching Packages to list' >&2; exit 1; } ;;
  upgrade | install) lock 'Failed to obtain the transaction lock (logged in as: root).'; for n in "$@"; do n=\${n%.noarch}; n=\${n%-[0-9]*-[0-9]*}; get "\${n%-[0-9]*}"; done ;;
  remove) for n in "$@"; do drop "$n"; done ;;
  makecache) : ;;
  *) exit 9 ;;
esac`;

const apk = `
words=''
wait=''
for one in "$@"; do case $one in -*) ;; *) if [ -z "$words" ] && [ "$one" -ge 0 ] 2>/dev/null; then :; else words="$words $one"; fi ;; esac; done
case " $* " in *' -l < '*) words=' version' ;; esac
case " $* " in *' -e '*) every='' ;; *) every=1 ;; esac
set -- $words
op=$1
shift
case $op in
  info)
    if [ -n "$every" ]; then while read -r n v; do printf '%s-%s\\n' "$n" "$v"; done </fake/installed; exit; fi
    for n in "$@"; do
      [ "$n" != sendmail ] || n=postfix
      v=$(version "$n" installed)
      [ -z "$v" ] || printf '%s-%s\\n' "$n" "$v"
    done
    exit 1 ;;
  version)
    printf 'Installed:                                Available:\\n'
    while read -r n v; do
      a=$(version "$n" available)
      [ "$a" = "$v" ] || printf '%-40s< %s \\n' "$n-$v" "$a"
    done </fake/installed ;;
  policy)
    for n in "$@"; do
      a=$(version "$n" available)
      [ -z "$a" ] || printf '%s policy:\\n  %s:\\n    https://dl-cdn.alpinelinux.org/alpine/v3.13/main\\n' "$n" "$a"
    done ;;
  add) get "$@" ;;
  del) for n in "$@"; do drop "$n"; [ "$n" != app ] || drop lib; done ;;
  update) : ;;
  *) exit 9 ;;
esac`;

const programs = { yum, apk, rpm };

/** Where each takes its name from in /etc/os-release, and a version of packages as it writes it. */
export const fakes = {
  yum: { id: 'centos', like: 'rhel fedora', release: '-1', programs: ['yum', 'rpm'] },
  apk: { id: 'alpine', like: '', release: '-r1', programs: ['apk'] },
} as const;
export type Faked = keyof typeof fakes;

const place = (name: string): string => `${name === 'rpm' ? '/usr/bin' : '/usr/local/bin'}/${name}`;

/** Shell commands that make a host one of another distribution. */
export function fakeGround(manager: Faked): string {
  const { id, like, release, programs: names } = fakes[manager];
  const files = names.map(
    (name) =>
      `cat >${place(name)} <<'PROGRAM'\n#!/bin/sh${common}${programs[name]}\nPROGRAM\nchmod 755 ${place(name)}`,
  );
  return `${onlyOnOverlay}
rm -f /etc/os-release
printf 'ID="${id}"\\nID_LIKE="${like}"\\n' >/etc/os-release
mkdir /fake
printf '%s\\n' 'postfix 1.0${release}' 'old 1.0${release}' >/fake/installed
printf '%s\\n' 'postfix 1.0${release}' 'app 1.0${release}' 'lib 1.0${release}' 'extra 1.0${release}' 'old 2.0${release}' >/fake/available
: >/fake/locks
: >/fake/log
mkdir -p /lib/apk/db /var/cache/apk /var/cache/yum/x86_64/7/site
printf 'P:postfix\\np:sendmail=1 cmd:postfix=1\\n' >/lib/apk/db/installed
${files.join('\n')}
touch /var/cache/apk/APKINDEX.1.tar.gz /var/cache/yum/x86_64/7/site/repomd.xml`;
}
