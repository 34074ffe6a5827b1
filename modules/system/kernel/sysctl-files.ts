import { query, sh } from '../../../src/steps/index.ts';

// Of a line `key = value`; in a key the separator that comes first, a dot or a slash, is the one between its parts.
const program = `
FNR == 1 {
  name = FILENAME
  sub(/.*\\//, "", name)
  if (FILENAME == "/etc/sysctl.conf") name = "~"
}
/^[ \\t]*([#;]|$)/ { next }
{
  at = index($0, "=")
  if (at == 0) next
  key = substr($0, 1, at - 1)
  value = substr($0, at + 1)
  gsub(/^[ \\t]*-?[ \\t]*|[ \\t]+$/, "", key)
  gsub(/^[ \\t]+|[ \\t\\r]+$/, "", value)
  gsub(/[ \\t]+/, " ", value)
  if (match(key, /[.\\/]/) && substr(key, RSTART, 1) == ".") {
    gsub(/\\//, "\\n", key)
    gsub(/\\./, "/", key)
    gsub(/\\n/, ".", key)
  }
  ours = "60-tsplay-" key ".conf"
  gsub(/\\//, "-", ours)
  if (name <= ours || key in last && name < last[key]) next
  last[key] = name
  line[key] = value "\\t" FILENAME
}
END { for (key in line) print key "\\t" line[key] }`;

/**
 * For each parameter that a file sets which is read at boot after the one of tsplay: its path below /proc/sys, the value,
 * and the file. A file hides one of the same name in a folder that comes later.
 *
 * @see https://man7.org/linux/man-pages/man5/sysctl.d.5.html
 */
export const laterFiles = query(
  'sysctl_files',
  sh`set +f
set -- /dev/null
names=' '
for file in /etc/sysctl.d/*.conf /run/sysctl.d/*.conf /usr/local/lib/sysctl.d/*.conf /usr/lib/sysctl.d/*.conf /lib/sysctl.d/*.conf; do
  [ -e "$file" ] || continue
  name=\${file##*/}
  case $names in *" $name "*) continue ;; esac
  names="$names$name "
  [ ! -f "$file" ] || set -- "$@" "$file"
done
# systemd reads this one only where a link in those folders leads to it; all others read it last.
[ -d /run/systemd/system ] || [ ! -f /etc/sysctl.conf ] || set -- "$@" /etc/sysctl.conf
exec awk ${program} "$@"`,
);
