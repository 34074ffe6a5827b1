import { sh, type Sh } from '../../src/steps/index.ts';
import { compareVersions } from './versions.ts';

/**
 * Debian and what comes from it.
 *
 * @see https://manpages.debian.org/bookworm/apt/apt-get.8.en.html
 * @see https://manpages.debian.org/bookworm/dpkg/dpkg-query.1.en.html
 */
export const apt: Sh = sh`
# Status 1 says that one of them is not known.
pkg_apt_state() {
  [ $# -gt 0 ] || return 0
  list=$(dpkg-query -W -f '\${Package}\t\${Version}\t\${db:Status-Status}\t\${db:Status-Want}\t\${Package}\t\${Architecture}\n\${Package}:\${Architecture}\t\${Version}\t\${db:Status-Status}\t\${db:Status-Want}\t\${Package}\t\${Architecture}\n' -- "$@" 2>/dev/null)
  case $? in 0 | 1) printf '%s\n' "$list" | pkg_apt_marked ;; *) printf 'dpkg-query cannot read the list of packages\n' >&2; return 1 ;; esac
}
pkg_apt_all() {
  list=$(dpkg-query -W -f '\${Package}:\${Architecture}\t\${Version}\t\${db:Status-Status}\t\${db:Status-Want}\t\${Package}\t\${Architecture}\n') || return
  printf '%s\n' "$list" | pkg_apt_marked
}
# Puts auto or manual in the place of what is behind the fourth field: apt notes by itself what nobody has asked for.
pkg_apt_marked() {
  ts_pkg_marks=/var/lib/apt/extended_states
  [ -e "$ts_pkg_marks" ] || ts_pkg_marks=/dev/null
  awk '
    part == "marks" && /^Package: / { name = $2 }
    part == "marks" && /^Architecture: / { architecture = $2 }
    part == "marks" && /^Auto-Installed: 1/ { auto[name "\t" architecture]; auto[name "\tall"] }
    part == "marks" { next }
    { print $1 "\t" $2 "\t" $3 "\t" $4 "\t" ((($5 "\t" $6) in auto) ? "auto" : "manual") }
  ' part=marks "$ts_pkg_marks" part=packages FS='\t' -
}

# Names that installed packages provide.
pkg_apt_provided() {
  list=$(dpkg-query -W -f '\${db:Status-Status}\t\${Provides}\n') || return
  printf '%s\n' "$list" | awk -F '\t' '$1 == "installed" { n = split($2, names, /, */); for (i = 1; i <= n; i++) { sub(/ .*/, "", names[i]); print names[i] } }'
}
pkg_apt_is_provided() { ts_has "$ts_pkg_name" "$TS_ANSWER"; }

# pkg_apt_policy PACKAGE...: list is what apt-cache says of them, native the architecture that it leaves out behind a name.
pkg_apt_policy() {
  native=''
  case $* in *:*) native=$(dpkg --print-architecture) || return ;; esac
  list=$(apt-cache policy -- "$@" 2>/dev/null)
}
# What would be installed of each package; an empty one for a name that is only provided.
pkg_apt_candidates() {
  pkg_apt_policy "$@" || return
  printf '%s\n' "$list" | awk -v native="$native" '
    /^[^ ]/ { name = $1; sub(/:$/, "", name) }
    $1 == "Candidate:" {
      candidate = $2 == "(none)" ? "" : $2
      print name "\t" candidate
      if (native != "" && name !~ /:/) print name ":" native "\t" candidate "\n" name ":all\t" candidate
    }'
}
pkg_apt_holds() { :; }

# pkg_apt_fits 'NAME RANGE'...: those of which the version that is there is within the range.
pkg_apt_fits() {
  rules=$(printf 'rule\t%s\n' "$@")
  for one do shift; set -- "$@" "\${one%% *}"; done
  list=$(dpkg-query -W -f 'version\t\${Package}\t\${Version}\t\${db:Status-Status}\nversion\t\${Package}:\${Architecture}\t\${Version}\t\${db:Status-Status}\n' -- "$@" 2>/dev/null)
  [ $? -le 1 ] || return
  printf '%s\n%s\n' "$rules" "$list" | awk -F '\t' ${`${compareVersions}
$1 == "rule" { names[$2]; next }
$4 == "" || $4 == "config-files" || $4 == "not-installed" { next }
{ for (rule in names) { split(rule, words, " "); if (words[1] == $2 && fits($3, rule)) print rule } }`}
}
# pkg_apt_choices 'NAME RANGE'...: which version within the range there is: the one that apt would take, else the newest.
pkg_apt_choices() {
  rules=$(printf 'rule %s\n' "$@")
  for one do shift; set -- "$@" "\${one%% *}"; done
  pkg_apt_policy "$@" || return
  printf '%s\n%s\n' "$rules" "$list" | awk -v native="$native" ${`${compareVersions}
$1 == "rule" { sub(/^rule /, ""); names[$0]; next }
/^[^ ]/ { name = $1; sub(/:$/, "", name); next }
$1 == "Candidate:" { look($2); next }
/^ ([*][*][*]|   ) [^ ]/ { sub(/^ [*]+/, ""); if ($2 >= 0) look($1) }
function look(version,   rule, words) {
  for (rule in names) {
    split(rule, words, " ")
    sub(":(" native "|all)$", "", words[1])
    if (words[1] == name && !(rule in found) && version != "(none)" && fits(version, rule)) found[rule] = version
  }
}
END { for (rule in found) print rule "\t" found[rule] }`}
}

pkg_apt_index() {
  set +f
  pkg_age /var/lib/apt/lists/*_* || return
  [ "$age" = none ] || pkg_age /var/lib/apt/lists /var/lib/apt/periodic/update-success-stamp || return
  pkg_say_age /etc/apt/sources.list /etc/apt/sources.list.d /etc/apt/sources.list.d/* /etc/apt/keyrings/*
}
pkg_apt_update() {
  apt-get -q -o APT::Update::Error-Mode=any update || return
  # Where others look for when that was, too.
  mkdir -p /var/lib/apt/periodic && touch /var/lib/apt/periodic/update-success-stamp
}

pkg_apt_word() { printf '%s' "$1\${2:+=$2}"; }
pkg_apt_environment() {
  DEBIAN_FRONTEND=noninteractive APT_LISTCHANGES_FRONTEND=none
  export DEBIAN_FRONTEND APT_LISTCHANGES_FRONTEND
}
# shellcheck disable=SC2086 # lists of names
pkg_apt_run() {
  pkg_apt_environment
  set -- pkg_patiently "$limit" apt-get -q -y -o DPkg::Lock::Timeout="$limit"
  if pkg_flag replace; then
    set -- "$@" -o Dpkg::Options::=--force-confnew
  else
    set -- "$@" -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold
  fi
  if pkg_flag no-recommends; then set -- "$@" --no-install-recommends; fi
  if pkg_flag recommends; then set -- "$@" --install-recommends; fi
  if pkg_flag downgrade; then set -- "$@" --allow-downgrades; fi
  if pkg_flag held; then set -- "$@" --allow-change-held-packages; fi
  [ -z "$unholds" ] || pkg_patiently "$limit" apt-mark unhold -- $unholds || return
  if [ -n "$words" ]; then
    if ! pkg_flag cascade; then set -- "$@" --no-remove; fi
    "$@" install -- $words || return
  elif [ -n "$removes" ]; then
    pkg_apt_alone || return
    if pkg_flag autoremove; then set -- "$@" --auto-remove; fi
    if pkg_flag purge; then "$@" purge -- $removes || return; else "$@" remove -- $removes || return; fi
  fi
  [ -z "$manuals" ] || pkg_patiently "$limit" apt-mark manual -- $manuals || return
  [ -z "$holds$held" ] || pkg_patiently "$limit" apt-mark hold -- $holds $held
}

# pkg_apt_alone: would others go with them that need them?
pkg_apt_alone() {
  pkg_flag cascade && return
  # shellcheck disable=SC2086 # a list of names
  list=$(apt-get -s remove -- $removes) || return
  others=''
  IFS=$TS_NL
  for line in $list; do
    case $line in Remv\ *) ;; *) continue ;; esac
    name=\${line#Remv } name=\${name%% *}
    case "$removes " in *" $name "* | *" \${name%%:*} "* | *" \${name%%:*}:"*) ;; *) others="$others $name" ;; esac
  done
  unset IFS
  [ -n "$others" ] || return 0
  printf 'these need what is to be removed, and would have to go too (cascade: true):%s\n' "$others" >&2
  return 1
}

# dpkg takes away these and no others: where something else has come to need them, that fails. By its path, since busybox
# has a dpkg of its own.
# shellcheck disable=SC2086 # lists of names
pkg_apt_back() {
  pkg_apt_environment
  [ -z "$holds" ] || pkg_patiently "$limit" apt-mark unhold -- $holds || return
  [ -z "$came" ] || pkg_patiently "$limit" /usr/bin/dpkg --purge -- $came || return
  [ -z "$stripped" ] || pkg_patiently "$limit" /usr/bin/dpkg --remove -- $stripped || return
  if [ -n "$gone" ]; then
    pkg_patiently "$limit" apt-get -q -y -o DPkg::Lock::Timeout="$limit" -o Dpkg::Options::=--force-confdef \
      -o Dpkg::Options::=--force-confold --no-install-recommends --no-remove install -- $gone || return
    # What nobody had asked for was not asked for now, either.
    manuals="$manuals $(printf '%s\n' $gone_names | awk 'FNR == NR { gone[$1]; next } ($1 in gone) && $5 == "auto" { print $1 }' - "$noted.before")"
  fi
  case $manuals in *[!\ ]*) pkg_patiently "$limit" apt-mark auto -- $manuals || return ;; esac
  [ -z "$unholds" ] || pkg_patiently "$limit" apt-mark hold -- $unholds
}
`;
