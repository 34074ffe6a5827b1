import { sh, type Sh } from '../../src/steps/index.ts';

/**
 * Fedora, RHEL and what comes from it; what rpm can tell holds for zypper too.
 *
 * @see https://dnf.readthedocs.io/en/latest/command_ref.html
 * @see https://rpm.org/docs/latest/man/rpm.8
 */
export const dnf: Sh = sh`
# By its path, since busybox has an rpm of its own. It says on standard output what is not installed, and its status is how many are not.
pkg_rpm_state() {
  [ $# -gt 0 ] || return 0
  list=$(/usr/bin/rpm -q --qf '%{NAME}\t%{VERSION}-%{RELEASE}\tinstalled\t\n%{NAME}.%{ARCH}\t%{VERSION}-%{RELEASE}\tinstalled\t\n' "$@" 2>&1)
  pkg_rpm_sound "$list" && printf '%s\n' "$list"
}
pkg_rpm_sound() {
  case $TS_NL$1 in *"$TS_NL"error:* | *"$TS_NL"rpmdb:*) printf '%s\n' "$1" >&2; return 1 ;; esac
}
# Keys that rpm trusts stand there too, all under one name.
pkg_rpm_all() {
  /usr/bin/rpm -qa --qf '%{NAME}.%{ARCH}\t%{VERSION}-%{RELEASE}\tinstalled\n' |
    sed "s/^gpg-pubkey\.(none)$TS_TAB\([^$TS_TAB]*\)/gpg-pubkey-\1$TS_TAB\1/"
}
# Names that no installed package provides.
pkg_rpm_provided() {
  list=$(/usr/bin/rpm -q --whatprovides --qf '' "$@" 2>&1)
  pkg_rpm_sound "$list" && printf '%s\n' "$list" | sed -n 's/^no package provides //p'
}
pkg_rpm_is_provided() { ! ts_has "$ts_pkg_name" "$TS_ANSWER"; }
# rpm takes away these and no others, and tells who needs them.
pkg_rpm_alone() {
  pkg_flag cascade && return
  # shellcheck disable=SC2086 # a list of names
  pkg_patiently "$limit" /usr/bin/rpm -e --test $removes && return
  case $ts_pkg_said in
    *'is needed by'*) printf 'others need what is to be removed, and would have to go too (cascade: true)\n' >&2 ;;
  esac
  return 1
}

pkg_dnf_state() { pkg_rpm_state "$@"; }
pkg_dnf_all() { pkg_rpm_all; }
pkg_dnf_provided() { pkg_rpm_provided "$@"; }
pkg_dnf_is_provided() { pkg_rpm_is_provided; }
# Packages of which there is a newer one, though it may be locked. In a check by the index that is here.
pkg_dnf_candidates() {
  set -- "$ts_pkg" -q --disableplugin=versionlock check-update "$@"
  [ "$TS_MODE" != check ] || set -- "$@" -C
  list=$("$@")
  case $? in 0 | 100) pkg_dnf_table ;; *) return 1 ;; esac
}
# What each would be installed in, behind what is installed. It fails where it knows none of them.
pkg_dnf_available() {
  set -- "$ts_pkg" -q list "$@"
  [ "$TS_MODE" != check ] || set -- "$@" -C
  if ! list=$("$@" 2>&1); then
    case $list in *'o matching '*) return ;; esac
    printf '%s\n' "$list" >&2
    return 1
  fi
  list=$(printf '%s\n' "$list" | awk 'on; /^Available [Pp]ackages$/ { on = 1 }') && pkg_dnf_table
}
# Rows of name.architecture, version and repository, of which a long one may be broken; by name, and by name.architecture.
pkg_dnf_table() {
  printf '%s\n' "$list" | awk '
    /^Obsoleting/ { exit }
    {
      for (i = 1; i <= NF; i++) {
        field[++n] = $i
        if (n < 3) continue
        n = 0; name = field[1]; sub(/\.[^.]*$/, "", name); sub(/^[0-9]+:/, "", field[2])
        print name "\t" field[2] "\n" field[1] "\t" field[2]
      }
    }'
}
# dnf4 prints name-epoch:version, with ! for what is left out; yum begins with the epoch; dnf5 prints the name on a line of its
# own. A line - says that the plugin is not here.
pkg_dnf_holds() {
  if ! list=$("$ts_pkg" -q versionlock list 2>&1); then
    case $list in *'o such command'* | *nknown*) printf '%s\n' -; return ;; esac
    printf '%s\n' "$list" >&2
    return 1
  fi
  printf '%s\n' "$list" | sed -n -e 's/^Package name: *//p' -e '/^!/d' -e 's/^\(..*\)-[0-9][0-9]*:.*/\1/p' \
    -e 's/^[0-9][0-9]*:\(..*\)-[^-]*-[^-]*$/\1/p'
}
pkg_dnf_index() {
  set +f
  # It looks after its index itself, unless that is asked for.
  if [ -z "$ts_pkg_age" ] && [ "$TS_MODE" != check ]; then printf '0\n'; return; fi
  # An index that is as it was it touches, in one of its files.
  pkg_age /var/cache/dnf/*/repodata/* /var/cache/libdnf5/*/repodata/* /var/cache/yum/*/*/*/repomd.xml || return
  pkg_say_age /etc/yum.repos.d /etc/yum.repos.d/*
}
pkg_dnf_update() { if [ "$ts_pkg" = yum ]; then yum -q makecache; else dnf -q makecache --refresh; fi; }
pkg_dnf_word() { printf '%s' "$1\${2:+-$2}"; }
# shellcheck disable=SC2086 # lists of names
pkg_dnf_run() {
  set -- pkg_patiently "$limit" "$ts_pkg" -y --setopt=exit_on_lock=True
  if pkg_flag no-recommends; then set -- "$@" --setopt=install_weak_deps=False; fi
  if pkg_flag recommends; then set -- "$@" --setopt=install_weak_deps=True; fi
  # Else what is installed is left as it is, unless the host is set up so.
  if pkg_flag latest; then set -- "$@" --setopt=best=True; fi
  [ -z "$unholds$held" ] || pkg_patiently "$limit" "$ts_pkg" -q versionlock delete $unholds $held || return
  if [ -n "$words" ]; then
    if pkg_flag cascade; then set -- "$@" --allowerasing; fi
    # That puts an older version in place of a newer one, which an upgrade does not; but yum has another word for it.
    if [ -n "$exactly" ] && was=$(/usr/bin/rpm -q $installs); then
      if pkg_flag downgrade; then set -- "$@" install; else set -- "$@" upgrade; fi
      "$@" $words || return
      if [ "$was" = "$(/usr/bin/rpm -q $installs)" ]; then
        pkg_flag downgrade || { pkg_stays_newer; return; }
        [ "$ts_pkg" != yum ] || pkg_patiently "$limit" yum -y downgrade $words || return
      fi
    else "$@" install $words || return; fi
  elif [ -n "$removes" ]; then
    pkg_rpm_alone || return
    if pkg_flag autoremove; then set -- "$@" --setopt=clean_requirements_on_remove=True
    else set -- "$@" --setopt=clean_requirements_on_remove=False; fi
    "$@" remove $removes || return
  fi
  [ -z "$holds$held" ] || pkg_patiently "$limit" "$ts_pkg" -q versionlock add $holds $held
}
# shellcheck disable=SC2086 # lists of names
pkg_dnf_back() {
  [ -z "$holds" ] || pkg_patiently "$limit" "$ts_pkg" -q versionlock delete $holds || return
  [ -z "$came" ] || pkg_patiently "$limit" /usr/bin/rpm -e $came || return
  [ -z "$gone" ] || pkg_patiently "$limit" "$ts_pkg" -y --setopt=install_weak_deps=False install $gone || return
  [ -z "$unholds" ] || pkg_patiently "$limit" "$ts_pkg" -q versionlock add $unholds
}

pkg_yum_state() { pkg_rpm_state "$@"; }
pkg_yum_all() { pkg_rpm_all; }
pkg_yum_provided() { pkg_rpm_provided "$@"; }
pkg_yum_is_provided() { pkg_rpm_is_provided; }
pkg_yum_available() { pkg_dnf_available "$@"; }
pkg_yum_candidates() { pkg_dnf_candidates "$@"; }
pkg_yum_holds() { pkg_dnf_holds; }
pkg_yum_index() { pkg_dnf_index; }
pkg_yum_update() { pkg_dnf_update; }
pkg_yum_word() { pkg_dnf_word "$@"; }
pkg_yum_run() { pkg_dnf_run; }
pkg_yum_back() { pkg_dnf_back; }
`;
