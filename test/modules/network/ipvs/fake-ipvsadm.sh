#!/bin/sh
# Behaves as ipvsadm 1.31 does, on a table in files below $FAKE_HOST. A real server's line is that of -Sn with its
# thresholds behind it; what -Sn leaves out, it leaves out.
#
# As the real one: it loads the module that is missing; -e without -x and -y clears the thresholds, -E without -p the
# persistence; with -g and -i the real port becomes the service's; 2 is wrong use, 255 the kernel's refusal.
set -f
table=$FAKE_HOST/table
mkdir -p "$FAKE_HOST/module/ip_vs"
[ -e "$table" ] || : >"$table"
case $* in -S* | -L*) ;; *) printf '%s\n' "$*" >>"$FAKE_HOST/calls" ;; esac

refuse() { printf '%s\n' "$1" >&2; exit "${2-255}"; }
has() { grep -qF -e "$1" "$table"; }
sorted() { sort -k 2,3 -s "$table"; }
without() { grep -vF -e "$1" "$table" >"$table.new"; mv "$table.new" "$table"; }

operation=$1
shift
service='' server='' method=-g weight=1 upper=0 lower=0 tunnel='' settings='' scheduler=wlc
case $operation in
  --set)
    read -r tcp fin udp <"$FAKE_HOST/timeouts"
    [ "$1" = 0 ] || tcp=$1
    [ "$2" = 0 ] || fin=$2
    [ "$3" = 0 ] || udp=$3
    printf '%s %s %s\n' "$tcp" "$fin" "$udp" >"$FAKE_HOST/timeouts"
    exit
    ;;
  --start-daemon)
    [ ! -e "$FAKE_HOST/daemon-$1" ] || refuse 'Daemon has already run'
    [ "$2 $4 $6 $8" = '--mcast-interface --syncid --mcast-group --mcast-port' ] || refuse usage 2
    printf '%s sync daemon (mcast=%s, syncid=%s, maxlen=1472, group=%s, port=%s, ttl=%s)\n' \
      "$1" "$3" "$5" "$7" "$9" "${11}" >"$FAKE_HOST/daemon-$1"
    exit
    ;;
  --stop-daemon)
    [ -e "$FAKE_HOST/daemon-$1" ] || refuse 'No daemon is running'
    rm "$FAKE_HOST/daemon-$1"
    exit
    ;;
  -Sn)
    sorted | sed 's/ -x .*//; s/^\(-a .* -i -w [0-9]*\)$/\1 --tun-type ipip/'
    exit
    ;;
  -L)
    case $1 in
      --timeout) read -r all <"$FAKE_HOST/timeouts"; printf 'Timeout (tcp tcpfin udp): %s\n' "$all" ;;
      --daemon) for role in master backup; do cat "$FAKE_HOST/daemon-$role" 2>/dev/null; done ;;
    esac
    exit 0
    ;;
esac

thresholds=''
while [ $# -gt 0 ]; do
  case $1 in
    -t | -u | --sctp-service) service="$1 $2"; port=${2##*:}; shift ;;
    -f) service="$1 $2" port=0; shift ;;
    -6) service="$service -6" ;;
    -r) server=$2; shift ;;
    -g | -i | -m) method=$1 ;;
    -w) weight=$2; shift ;;
    -x) upper=$2; shift ;;
    -y) lower=$2; shift ;;
    -s) scheduler=$2; shift ;;
    -o | --tun-*csum) [ "$1" = -o ] && settings="$settings $1" || tunnel="$tunnel $1" ;;
    -p | -M | -b | --pe) settings="$settings $1 $2"; shift ;;
    --tun-*) tunnel="$tunnel $1 $2"; shift ;;
    --thresholds) thresholds=1 ;;
    *) refuse "unexpected argument $1" 2 ;;
  esac
  shift
done
case $operation$method in -a-[gi] | -e-[gi]) server=${server%:*}:$port ;; esac
line="-a $service -r $server $method -w $weight$tunnel -x $upper -y $lower"

case $operation in
  -A | -E)
    [ -e "$FAKE_HOST/available/ip_vs_$scheduler" ] || refuse 'Scheduler or persistence engine not found'
    if [ "$operation" = -A ]; then
      ! has "-A $service -s " || refuse 'Service already exists'
    else
      has "-A $service -s " || refuse 'No such service'
    fi
    without "-A $service -s "
    printf '%s\n' "-A $service -s $scheduler$settings" >>"$table"
    ;;
  -D)
    has "-A $service -s " || refuse 'No such service'
    without "-A $service -s "
    without "-a $service -r "
    ;;
  -a | -e | -d)
    has "-A $service -s " || refuse 'No such service'
    if [ "$operation" = -a ]; then
      ! has "-a $service -r $server " || refuse 'Destination already exists'
    else
      has "-a $service -r $server " || refuse 'No such destination'
    fi
    [ "$lower" -le "$upper" ] || refuse 'Numerical result out of range'
    without "-a $service -r $server "
    [ "$operation" = -d ] || printf '%s\n' "$line" >>"$table"
    ;;
  -Ln)
    printf '  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn\n'
    if [ -n "$thresholds" ]; then
      sorted | sed -n 's/^-a .* -r \([^ ]*\) .* -x \([0-9]*\) -y \([0-9]*\)$/  -> \1  \2  \3  0  0/p'
      exit
    fi
    has "-A $service -s " || refuse 'No such service' 1
    grep -F -e "-a $service -r " "$table" | while read -r entry; do
      entry=${entry#"-a $service -r "}
      # shellcheck disable=SC2086 # words
      set -- $entry
      active=0
      # As many connections are active as the file has numbers; each look takes one away.
      if [ -s "$FAKE_HOST/active/$1" ]; then
        read -r active <"$FAKE_HOST/active/$1"
        printf '%s\n' "$((active > 0 ? active - 1 : 0))" >"$FAKE_HOST/active/$1"
      fi
      printf '  -> %-28s Route   %-6s %-10s 0\n' "$1" "$4" "$active"
    done
    ;;
  *) refuse "unexpected option $operation" 2 ;;
esac
