/** Takes the tools of shadow-utils away, and puts in their place what busybox has, with its words and no others. */
export const busyboxGround = `
for tool in useradd usermod userdel groupadd groupmod groupdel; do rm -f /usr/sbin/$tool; done
rm -f /usr/bin/gpasswd /usr/bin/chage /usr/sbin/adduser /usr/sbin/addgroup /usr/sbin/deluser /usr/sbin/delgroup
cat >/usr/sbin/addgroup <<'END'
#!/bin/sh
gid='' system=''
while getopts g:S option; do case $option in g) gid=$OPTARG ;; S) system=1 ;; *) exit 1 ;; esac; done
shift $((OPTIND - 1))
if [ $# = 2 ]; then
  grep -q "^$2:" /etc/group && grep -q "^$1:" /etc/passwd || exit 1
  exec sed -i "s/^$2:.*[^:]$/&,$1/; s/^$2:.*:$/&$1/" /etc/group
fi
! grep -q "^$1:" /etc/group || { echo "addgroup: group '$1' in use" >&2; exit 1; }
: "\${gid:=$([ -n "$system" ] && echo 150 || echo 1500)}"
echo "$1:x:$gid:" >>/etc/group
END
cat >/usr/sbin/delgroup <<'END'
#!/bin/sh
if [ $# = 2 ]; then
  exec awk -F: -v OFS=: -v user="$1" -v group="$2" '$1 == group { n = split($4, m, ","); $4 = ""
    for (i = 1; i <= n; i++) if (m[i] != user) $4 = $4 ($4 == "" ? "" : ",") m[i] } { print > "/etc/group" }' /etc/group
fi
sed -i "/^$1:/d" /etc/group
END
cat >/usr/sbin/adduser <<'END'
#!/bin/sh
uid='' group='' home='' shell=/bin/ash gecos='Linux User,,,' system='' D='' H=''
while getopts u:G:h:s:g:SDH option; do case $option in
  u) uid=$OPTARG ;; G) group=$OPTARG ;; h) home=$OPTARG ;; s) shell=$OPTARG ;; g) gecos=$OPTARG ;;
  S) system=1 ;; D) D=1 ;; H) H=1 ;; *) exit 1 ;;
esac; done
shift $((OPTIND - 1))
[ -n "$D$system" ] || { echo 'it would ask for a password' >&2; exit 1; }
: "\${uid:=$([ -n "$system" ] && echo 150 || echo 1500)}" "\${home:=/home/$1}"
[ -n "$group" ] || { addgroup -g "$uid" "$1" && group=$1; } || exit 1
gid=$(sed -n "s/^$group:[^:]*:\\([0-9]*\\):.*/\\1/p" /etc/group)
[ -n "$gid" ] || { echo "adduser: unknown group $group" >&2; exit 1; }
printf '%s\\n' "$1:x:$uid:$gid:$gecos:$home:$shell" >>/etc/passwd
echo "$1:!:20000:0:99999:7:::" >>/etc/shadow
[ -n "$H" ] || mkdir -p "$home"
END
cat >/usr/sbin/deluser <<'END'
#!/bin/sh
for user in $(sed -n "s/^[^:]*:[^:]*:[^:]*:\\(.*,\\)*$1\\(,.*\\)*$/&/p" /etc/group | cut -d: -f1); do delgroup "$1" "$user"; done
gid=$(sed -n "s/^$1:[^:]*:[^:]*:\\([0-9]*\\):.*/\\1/p" /etc/passwd)
sed -i "/^$1:/d" /etc/passwd /etc/shadow
sed -i "/^$1:[^:]*:$gid:/d" /etc/group
END
chmod 755 /usr/sbin/addgroup /usr/sbin/delgroup /usr/sbin/adduser /usr/sbin/deluser
for file in passwd group shadow; do sed -i s/x/x/ /etc/$file; done`;
