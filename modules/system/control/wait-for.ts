import {
  builtins,
  defineModule,
  option,
  poll,
  query,
  sh,
  type OptionRules,
  type PollStep,
} from '../../../src/steps/index.ts';
import { commandLine, type CommandLine } from '../commands/command.ts';
import { placed } from '../commands/command-shell.ts';
import { look } from './look.ts';
import { connects } from './tcp-connect.ts';

interface Waiting {
  /** Seconds to wait at most. A look that is due by then may take 10 more. @defaultValue 300 */
  readonly timeout?: number;
  /** Seconds between two looks. @defaultValue 1 */
  readonly every?: number;
  /** Seconds before the first look of a run, such as for a service that takes a while to let go. @defaultValue 0 */
  readonly initialDelay?: number;
}

interface Port extends Waiting {
  /** A TCP port. */
  readonly port: number;
  /**
   * The port of this name or address, as seen from the host: it must take a connection. Left out, the host's own port: something
   * must listen there, on any address, which is found without connecting to it.
   */
  readonly host?: string;
  /** Seconds that a connection may take; only with `host`. @defaultValue 5 */
  readonly connectTimeout?: number;
  /**
   * `absent`: nobody listens, or takes a connection, any more. `drained`: no peer is connected to the host's own port
   * any more, whoever listens; connections that are closed on both sides (TIME_WAIT) do not count.
   * @defaultValue 'present'
   */
  readonly state?: 'present' | 'absent' | 'drained';
  readonly file?: never;
  readonly matches?: never;
  readonly command?: never;
}

interface File extends Waiting {
  /** A path that must be there. */
  readonly file: string;
  /** A line of the file must match this POSIX extended regular expression. @defaultValue that it is there is enough */
  readonly matches?: string;
  /** `absent`: no such file, or no such line, any more. @defaultValue 'present' */
  readonly state?: 'present' | 'absent';
  readonly port?: never;
  readonly host?: never;
  readonly connectTimeout?: never;
  readonly command?: never;
}

interface Command extends Waiting {
  /**
   * A command that succeeds when the waiting is over, and fails with any status below 126 until then. It runs in check mode
   * too, so it must change nothing.
   */
  readonly command: CommandLine;
  readonly port?: never;
  readonly host?: never;
  readonly connectTimeout?: never;
  readonly file?: never;
  readonly matches?: never;
  readonly state?: never;
}

/** Options of {@link waitFor}. */
export type WaitForOptions = Port | File | Command;

const options: OptionRules<WaitForOptions> = {
  port: option.whole(1, 65_535),
  host: option.line(/^[\w.:%-]*$/, 'a host name or an IP address'),
  connectTimeout: option.whole(1, 600),
  state: option.oneOf('present', 'absent', 'drained'),
  file: option.path,
  matches: option.line(),
  command: commandLine,
  timeout: option.whole(0, 604_800),
  every: option.whole(1, 3600),
  initialDelay: option.whole(0, 3600),
};

/**
 * Waits, on the host, until a port, a file or a command is as it should be; fails after `timeout`. It is never a
 * change. A check says _unknown_ of what is not so yet, since an earlier task may bring it.
 *
 * @example waitFor('app', { port: 8080, timeout: 60 })
 * @example waitFor('database', { host: 'db1.example.net', port: 5432 })
 * @example waitFor('drained', { port: 443, state: 'drained', timeout: 600, every: 5 })
 * @example waitFor('started', { file: '/var/log/app.log', matches: '^ready$' })
 * @example waitFor('joined', { command: ['app', 'cluster', 'is-member'] })
 * @see https://pubs.opengroup.org/onlinepubs/9799919799/basedefs/V1_chap09.html#tag_09_04 for extended regular expressions
 */
export const waitFor = defineModule<WaitForOptions>('waitFor', {
  options,
  check(_name, o, problem) {
    const given = (['port', 'file', 'command'] as const).filter((key) => o[key] !== undefined);
    if (given.length === 0) problem('port, file or command is missing: what is waited for?');
    else if (given.length > 1) problem(`${given.join(' and ')} exclude each other`);
    if (given.length !== 1) return;
    const alone = (key: 'host' | 'connectTimeout' | 'matches' | 'state', needs: string): void => {
      if (o[key] !== undefined) problem(`${key} makes no sense without ${needs}`);
    };
    if (o.port === undefined) for (const key of ['host', 'connectTimeout'] as const) alone(key, 'port');
    else if (o.host === undefined) alone('connectTimeout', 'host');
    else if (o.state === 'drained') problem("drained is about the host's own port, so host makes no sense");
    if (o.file === undefined) alone('matches', 'file');
    else if ((o as { state?: string }).state === 'drained') problem('a file cannot be drained');
    if (o.command !== undefined) alone('state', 'port or file');
  },
  steps: (_name, o) => [stepOf(o)],
});

function stepOf(o: WaitForOptions): PollStep {
  const { timeout = 300, every = 1, initialDelay = 0 } = o;
  const times = { limit: timeout, every, delay: initialDelay };
  if (o.command !== undefined) {
    return poll('its command succeeds', {
      until: sh`${look(placed({}, o.command), timeout + initialDelay)}
[ "$rc" -lt 126 ] || exit "$rc"
[ "$rc" = 0 ] || { printf 'its status is %s' "$rc"; exit 1; }`,
      ...times,
    });
  }
  return o.file === undefined ? portStep(o, times) : fileStep(o, times);
}

type Times = Pick<PollStep, 'limit' | 'every' | 'delay'>;

/**
 * Ports that something listens on, and those that peers are connected to, in hexadecimal digits as the kernel has them. A
 * socket that is closing counts while its peer may still get something.
 */
const sockets = query(
  'waitfor_sockets',
  sh`set --
for file in /proc/net/tcp /proc/net/tcp6; do
  [ ! -e "$file" ] || set -- "$@" "$file"
done
[ $# -gt 0 ] || { echo 'there is no /proc/net/tcp' >&2; exit 2; }
exec awk '
FNR == 1 { next }
{ port = $2; sub(/.*:/, "", port) }
$4 == "0A" { seen[port "\tlistens"] }
$4 ~ /^0[1345689B]$/ { seen[port "\tconnected"] }
END { for (one in seen) print one }' "$@"`,
);

function portStep(o: Port, times: Times): PollStep {
  const { port, host, state = 'present' } = o;
  if (host !== undefined) {
    const until = connects(host, port, o.connectTimeout ?? 5);
    return state === 'absent'
      ? poll(`port ${port} of ${host} takes no connection`, {
          until: sh`said=$( ${until} )
rc=$?
[ "$rc" -le 1 ] || exit "$rc"
[ "$rc" = 1 ]`,
          ...times,
        })
      : poll(`port ${port} of ${host} takes a connection`, { until, ...times });
  }
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  const line = `${hex}\t${state === 'drained' ? 'connected' : 'listens'}`;
  const there = builtins`ts_has ${line} ${sockets.output}`;
  const words = {
    present: `something listens on port ${port}`,
    absent: `nobody listens on port ${port}`,
    drained: `nobody is connected to port ${port}`,
  };
  return poll(words[state], {
    uses: [sockets],
    until: state === 'present' ? there : builtins`! ${there}`,
    ...times,
  });
}

function fileStep({ file, matches, state = 'present' }: File, times: Times): PollStep {
  const absent = state === 'absent';
  if (matches === undefined) {
    return poll(`${file} is ${absent ? 'gone' : 'there'}`, {
      until: absent ? builtins`[ ! -e ${file} ] && [ ! -h ${file} ]` : builtins`[ -e ${file} ]`,
      ...times,
    });
  }
  return poll(`${absent ? 'no' : 'a'} line of ${file} matches ${matches}`, {
    // Asked of an empty line first: a bad expression is no line that does not match, and busybox only sees it at a line.
    until: sh`grep -Eq -e ${matches} <<END

END
[ $? -le 1 ] || exit 2
[ -e ${file} ] || exit ${absent ? 0 : 1}
grep -Eq -e ${matches} -- ${file}
rc=$?
[ "$rc" -le 1 ] || exit "$rc"
[ "$rc" = ${absent ? 1 : 0} ]`,
    ...times,
  });
}
