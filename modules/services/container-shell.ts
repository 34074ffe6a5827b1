import { library, sh } from '../../src/steps/index.ts';

/**
 * docker and podman by what their command lines have in common. What is asked of all containers of a play comes as rows:
 * `container NAME`, then those of it, each a kind, a blank and what it is.
 */
export const containerFunctions = library(
  'containers',
  sh`# containers_engine WISH: ts_engine is what runs containers on this host.
containers_engine() {
  ts_engine=$1
  [ "$1" = auto ] || return 0
  ts_engine=docker
  command -v docker >/dev/null || ts_engine=podman
}
# containers_list WISH NAME...: those that are there. Nothing is told of the others.
containers_list() {
  containers_engine "$1"
  shift
  ts_names=$("$ts_engine" container ls -a --format '{{.Names}}') || return
  ts_there=' '
  IFS=",$TS_NL"
  for ts_name in $ts_names; do ts_there="$ts_there$ts_name "; done
  unset IFS
  for ts_name do
    shift
    case $ts_there in *" $ts_name "*) set -- "$@" "$ts_name" ;; esac
  done
  [ $# -gt 0 ] || return 0
  "$ts_engine" inspect --type container --format '{{$h := .HostConfig}}container {{.Name}}
running {{.State.Running}}
id {{.Image}}
image '"$(containers_image_field)"'
{{range $p, $l := $h.PortBindings}}{{range $l}}port {{.HostIp}}:{{.HostPort}}:{{$p}}
{{end}}{{end}}{{range .Mounts}}volume {{json .Destination}} {{if eq .Type "volume"}}{{json .Name}}{{else}}{{json .Source}}{{end}} {{if .RW}}rw{{else}}ro{{end}}
{{end}}{{range .Config.Env}}env {{json .}}
{{end}}command {{json .Config.Cmd}}
restart {{$h.RestartPolicy.Name}}:{{$h.RestartPolicy.MaximumRetryCount}}
user {{json .Config.User}}
{{if or (eq (print $h.NetworkMode) "host") (eq (print $h.NetworkMode) "none")}}network {{$h.NetworkMode}}
{{else}}{{range $n, $x := .NetworkSettings.Networks}}network {{$n}}
{{end}}{{end}}{{range $k, $v := .Config.Labels}}label {{json $k}} {{json $v}}
{{end}}{{range $h.CapAdd}}capability {{.}}
{{end}}memory {{$h.Memory}}
cpus {{$h.NanoCpus}}' -- "$@"
}
# What the image was called when the container was made: podman resolves the name, and tells it elsewhere.
containers_image_field() {
  case $ts_engine in podman) printf '{{.ImageName}}' ;; *) printf '{{.Config.Image}}' ;; esac
}
# containers_images WISH IMAGE...: what each of these names stands for now.
containers_images() {
  containers_engine "$1"
  shift
  for ts_image do
    ts_id=$("$ts_engine" image inspect --format '{{.Id}}' -- "$ts_image" 2>/dev/null) || ts_id=none
    printf '%s\t%s\n' "$ts_image" "\${ts_id#sha256:}"
  done
}
# containers_files FILE...: what is kept of a file of variables, to see whether it has changed.
containers_files() {
  for ts_file do shift; [ ! -e "$ts_file" ] || set -- "$@" "$ts_file"; done
  [ $# -eq 0 ] || stat -c '%n	%Y-%s' -- "$@"
}
# containers_rows NAME LINES: ts_rows are those of the container. Returns 1 if there is none.
containers_rows() {
  ts_rows='' ts_status=1
  case $2 in *"container $1"* | *"container /$1"*) ;; *) return 1 ;; esac
  IFS=$TS_NL
  for ts_row in $2; do
    case $ts_row in
      "container $1" | "container /$1") ts_status=0 ;;
      'container '*) [ "$ts_status" = 1 ] || break ;;
      *) [ "$ts_status" = 1 ] || ts_rows=$ts_rows$ts_row$TS_NL ;;
    esac
  done
  unset IFS
  return "$ts_status"
}
# containers_say NAME LINES KIND...: the rows of these kinds, each as it would have been declared, or that it is absent.
containers_say() {
  containers_rows "$1" "$2" || { ts_say absent; return 0; }
  shift 2
  for ts_kind do
    IFS=$TS_NL
    for ts_row in $ts_rows; do
      case $ts_row in
        "$ts_kind"*)
          case $ts_row in
            'image '*) containers_plain_image "\${ts_row#image }" ;;
            'port 0.0.0.0:'*) ts_row="port :\${ts_row#port 0.0.0.0:}" ;;
            'restart :'* | 'restart no:'*) ts_row='restart no' ;;
            'restart '*:0) ts_row=\${ts_row%:0} ;;
            'capability CAP_'*) ts_row="capability \${ts_row#capability CAP_}" ;;
          esac
          ts_say "$ts_row"
          ;;
      esac
    done
    unset IFS
  done
}
# Docker Hub and the tag latest go without saying.
containers_plain_image() {
  ts_row=$1
  case $ts_row in docker.io/library/*) ts_row=\${ts_row#docker.io/library/} ;; docker.io/*) ts_row=\${ts_row#docker.io/} ;; esac
  case \${ts_row##*/} in *:* | *@*) ;; *) ts_row=$ts_row:latest ;; esac
  ts_row="image $ts_row"
}
# containers_row NAME LINES KIND: ts_word is the rest of its first row of that kind.
containers_row() {
  ts_word=''
  containers_rows "$1" "$2" || return
  IFS=$TS_NL
  for ts_row in $ts_rows; do
    case $ts_row in "$3 "*) ts_word=\${ts_row#"$3 "}; break ;; esac
  done
  unset IFS
}
# containers_say_state NAME LINES
containers_say_state() {
  containers_row "$1" "$2" running
  case $ts_word in true) ts_say running ;; *) ts_say stopped ;; esac
}
# containers_current NAME LINES IMAGE IMAGES: is it made from what the name stands for now? One that is not there will be.
containers_current() {
  containers_row "$1" "$2" id || return 0
  ts_id=\${ts_word#sha256:}
  ts_find "$3" "$4" || return 2
  case \${TS_LINE#*"$TS_TAB"} in none | "$ts_id") ;; *) return 1 ;; esac
}
# containers_read_file NAME LINES FILE FILES: has it been made with the file of variables as it is now?
containers_read_file() {
  containers_row "$1" "$2" 'label "tsplay.env-file"' || return 0
  ts_find "$3" "$4" || return 0
  [ "$ts_word" = "\"\${TS_LINE#*"$TS_TAB"}\"" ]
}
# containers_make WISH NAME START ENV-FILE NETWORKS ARGS...: makes it anew. What was there stays beside it, stopped and
# under another name, until the next time; where the new one does not stay up, it comes back at once.
containers_make() {
  containers_engine "$1"
  ts_name=$2 ts_start=$3 ts_file=$4 ts_networks=$5
  shift 5
  [ -z "$ts_file" ] || set -- --env-file "$ts_file" --label "tsplay.env-file=$(stat -c '%Y-%s' -- "$ts_file")" "$@" || return
  ts_old=''
  if ts_was=$("$ts_engine" inspect --type container \
    --format '{{.State.Running}} {{.HostConfig.RestartPolicy.Name}}:{{.HostConfig.RestartPolicy.MaximumRetryCount}}' \
    -- "$ts_name" 2>/dev/null); then
    ts_old=$ts_name-replaced
    "$ts_engine" rm -f -- "$ts_old" >/dev/null 2>&1
    printf '%s\n' "$ts_was" >"$TS_DIR/container-$ts_name"
    "$ts_engine" stop -- "$ts_name" >/dev/null && "$ts_engine" rename "$ts_name" "$ts_old" || return
    # Its engine would start it again at boot, beside the new one. Older podman cannot be told otherwise.
    "$ts_engine" update --restart=no "$ts_old" >/dev/null 2>&1 || :
  fi
  "$ts_engine" create --name "$ts_name" "$@" >/dev/null &&
    containers_connect && { [ "$ts_start" = no ] || containers_start "$ts_name"; } && return
  "$ts_engine" rm -f -- "$ts_name" >/dev/null 2>&1
  [ -z "$ts_old" ] || containers_back_now
  return 1
}
containers_connect() {
  for ts_network in $ts_networks; do "$ts_engine" network connect "$ts_network" "$ts_name" || return; done
}
# containers_start NAME: it is started, and still runs a second later; else its last words are shown.
containers_start() {
  "$ts_engine" start -- "$1" >/dev/null || return
  sleep 1
  ts_now=$("$ts_engine" inspect --type container --format '{{.State.Running}} {{.RestartCount}} {{.State.ExitCode}}' -- "$1") || return
  case $ts_now in 'true 0 '*) return 0 ;; esac
  printf 'the container %s did not stay up: it ended with status %s\n' "$1" "\${ts_now##* }" >&2
  "$ts_engine" logs --tail 10 "$1" >&2
  return 1
}
# containers_back WISH NAME: the one that was replaced, or none.
containers_back() {
  containers_engine "$1"
  ts_name=$2
  "$ts_engine" rm -f -- "$2" >/dev/null || return
  [ -e "$TS_DIR/container-$2" ] || return 0
  read -r ts_was <"$TS_DIR/container-$2"
  containers_back_now
}
containers_back_now() {
  "$ts_engine" rename "$ts_name-replaced" "$ts_name" || return
  ts_policy=\${ts_was#* }
  ts_policy=\${ts_policy%:0}
  [ -z "$ts_policy" ] || "$ts_engine" update --restart="$ts_policy" "$ts_name" >/dev/null 2>&1 || :
  case $ts_was in true*) "$ts_engine" start -- "$ts_name" >/dev/null ;; esac
}
# containers_set_state WISH NAME STATE
containers_set_state() {
  containers_engine "$1"
  case $3 in running) containers_start "$2" ;; *) "$ts_engine" stop -- "$2" >/dev/null ;; esac
}
# containers_pull WISH IMAGE KEY: says so if the name stands for something else then.
containers_pull() {
  containers_engine "$1"
  ts_before=$("$ts_engine" image inspect --format '{{.Id}}' -- "$2" 2>/dev/null)
  printf '%s\n' "$ts_before" >"$TS_DIR/image-$3"
  "$ts_engine" pull -q "$2" >/dev/null || return
  ts_after=$("$ts_engine" image inspect --format '{{.Id}}' -- "$2") || return
  [ "$ts_before" = "$ts_after" ] || printf 'pulled %s\n' "$ts_after"
}
# containers_unpull WISH IMAGE KEY: the name stands for what it did, or for nothing.
containers_unpull() {
  containers_engine "$1"
  read -r ts_before <"$TS_DIR/image-$3"
  if [ -n "$ts_before" ]; then "$ts_engine" tag "$ts_before" "$2"; else "$ts_engine" rmi -- "$2" >/dev/null; fi
}`,
);
