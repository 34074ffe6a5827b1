import { sh, type Sh } from '../../../src/steps/index.ts';

/**
 * Shell text that makes a TCP connection from the host and closes it: status 0 if that succeeds, 1 and the reason if not, 2
 * if there is no program that could. No host has all of these: bash (its /dev/tcp), an nc with -z or, in busybox, with
 * -e, python3, perl.
 */
export function connects(host: string, port: number, limit: number): Sh {
  return sh`# shellcheck disable=SC2317 # not every half calls it
limited() {
  if command -v timeout >/dev/null; then timeout ${limit} "$@"; else "$@"; fi
}
if command -v bash >/dev/null; then
  said=$(limited bash -c 'exec 3<>"/dev/tcp/$0/$1"' ${host} ${port} 2>&1)
elif command -v nc >/dev/null && { help=$(nc -h 2>&1); case $help in *-z* | *Zz]*) ;; *) false ;; esac; }; then
  said=$(limited nc -z -w ${limit} ${host} ${port} </dev/null 2>&1)
elif command -v busybox >/dev/null && { help=$(busybox nc --help 2>&1); case $help in *'-e PROG'*) ;; *) false ;; esac; }; then
  said=$(limited busybox nc -w ${limit} ${host} ${port} -e true </dev/null 2>&1)
elif command -v python3 >/dev/null; then
  said=$(limited python3 -c 'import socket, sys
try: socket.create_connection((sys.argv[1], int(sys.argv[2])), ${limit}).close()
except OSError as error: sys.exit(str(error))' ${host} ${port} 2>&1)
elif command -v perl >/dev/null; then
  said=$(limited perl -MIO::Socket::IP -e 'IO::Socket::IP->new(PeerHost => $ARGV[0], PeerPort => $ARGV[1]) or die "$@\n"' ${host} ${port} 2>&1)
else
  echo 'there is none of bash, nc, busybox nc, python3 and perl, and one is needed to connect to a port' >&2
  exit 2
fi
rc=$?
[ "$rc" != 0 ] || exit 0
case $rc in 124 | 143) said=${`no answer within ${limit} s`} ;; esac
# bash says why in its first line, and that it failed in the next.
said=\${said%%"
"*}
printf '%s' "\${said##*: }"
exit 1`;
}
