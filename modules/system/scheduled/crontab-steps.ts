import {
  builtins,
  entries,
  query,
  requires,
  sh,
  type Query,
  type Sh,
  type Step,
} from '../../../src/steps/index.ts';
import { users } from '../../accounts/account-reads.ts';
import { sameName } from '../../tools.ts';

/** Who has a crontab; whoever runs the task, if nobody is named. */
type Owner = string | undefined;

/** Defines `ts_crontab USER`: TS_V is the crontab to its last blank line, empty if there is none. */
const reading: Sh = sh`ts_crontab() {
  if [ -n "$1" ]; then set -- -u "$1"; else set --; fi
  TS_V=$(
    crontab "$@" -l 2>&1
    ts_rc=$?
    printf .
    exit "$ts_rc"
  )
  case $?$TS_V in
    0*) TS_V=\${TS_V%.}; return 0 ;;
    # Which one has none, cron of Debian, cronie and busybox say so.
    *'no crontab for'* | *"can't open"*'No such file'*) TS_V='' ;;
    *) printf '%s\n' "\${TS_V%.}" >&2; return 1 ;;
  esac
}`;

/** Crontabs of users, each line behind the user and a tab. One that cannot be read stands behind `!`. */
function crontabs(user: Owner): Query {
  const text = sh`${reading}
for ts_user do
  if ts_crontab "$ts_user"; then
    printf '%s' "$TS_V" | while IFS= read -r ts_row; do printf '%s\t%s\n' "$ts_user" "$ts_row"; done
  else
    printf '!%s\n' "$ts_user"
  fi
done`;
  return query('crontabs', text, [user ?? '']);
}

/** There is such a user: cron passes over jobs of others, and nobody would notice. */
export function userStep(user: string): Step {
  return requires(`the user ${user}`, {
    uses: [users(user)],
    test: builtins`ts_are_there user ${user}`,
    otherwise: 'a job needs a user of this host that it runs as; this is none',
    later: true,
  });
}

/** One job in the crontab of a user, behind a line with its name; undefined: no such job. */
export function crontabSteps(name: string, user: Owner, line: string | undefined): readonly Step[] {
  const all = crontabs(user);
  return [
    sameName('crontab', 'cron'),
    ...(user === undefined || line === undefined ? [] : [userStep(user)]),
    entries(`jobs in the crontab of ${user ?? 'the user'}`, {
      uses: [all],
      lifetime: 'disk',
      ...(user === undefined ? {} : { inside: `user:${user}`, fresh: { value: '' } }),
      list: builtins`if ts_has ${`!${user ?? ''}`} ${all.output}; then return 2; fi
ts_rows=${all.output} ts_job='' ts_user=${user ?? ''}
IFS=$TS_NL
for ts_row in $ts_rows; do
  case $ts_row in "$ts_user$TS_TAB"*) ts_row=\${ts_row#*"$TS_TAB"} ;; *) continue ;; esac
  if [ -n "$ts_job" ]; then ts_say "$ts_job$TS_TAB$ts_row"; ts_job=''; continue; fi
  case $ts_row in '# tsplay: '?*) ts_job=\${ts_row#'# tsplay: '} ;; esac
done
unset IFS`,
      want: line === undefined ? [] : [[name, line]],
      unwanted: line === undefined ? [name] : [],
      exclusive: false,
      add: rewritten(user),
      change: rewritten(user),
      remove: sh`set -- "$1" ''
${rewritten(user)}`,
    }),
  ];
}

/** The crontab with job `$1` as `$2`, or without it. All other lines stay as they are. One with nothing in it is none. */
function rewritten(user: Owner): Sh {
  return sh`ts_mark="# tsplay: $1" ts_line=$2 ts_user=${user ?? ''}
${reading}
ts_crontab "$ts_user" || exit
ts_new=$(
  ts_next='' ts_done=''
  [ -z "$TS_V" ] || while IFS= read -r ts_row; do
    if [ -n "$ts_next" ]; then ts_next=''; continue; fi
    if [ "$ts_row" != "$ts_mark" ]; then printf '%s\n' "$ts_row"; continue; fi
    ts_next=1
    [ -n "$ts_done" ] || [ -z "$ts_line" ] || printf '%s\n' "$ts_mark" "$ts_line"
    ts_done=1
  done <<END
\${TS_V%"$TS_NL"}
END
  [ -n "$ts_done" ] || [ -z "$ts_line" ] || printf '%s\n' "$ts_mark" "$ts_line"
  printf .
) || exit
if [ -n "$ts_user" ]; then set -- -u "$ts_user"; else set --; fi
case $ts_new in *[!"$TS_NL".]*) printf '%s' "\${ts_new%.}" | crontab "$@" - ;; *) crontab "$@" -r ;; esac`;
}
