import { sh } from '../steps/sh.ts';
import type { FactGroupDefinition } from './group.ts';
import { fileReading } from './cells.ts';
import { Sections } from './sections.ts';
import { holdersOf, type SocketHolder } from './socket-holders.ts';
import { socketsOf } from './socket-table.ts';

/** A process that holds a socket. */
export interface SocketProcess {
  /** The kernel's short name of it, at most 15 bytes; a process may give itself any. */
  readonly name: string;
  readonly pid: number;
}

/** A socket that waits for others: TCP that listens, UDP that is connected to nobody. */
export interface ListeningSocket {
  readonly protocol: 'tcp' | 'udp';
  /** One of `inet6` at `::` takes IPv4 too, unless its program has said otherwise. */
  readonly family: 'inet' | 'inet6';
  /** `0.0.0.0` or `::` for all; an IPv4 address of an `inet6` socket is `::ffff:10.0.0.1`. */
  readonly address: string;
  readonly port: number;
  /** The interface that it is bound to, or that its link-local address belongs to; undefined if none or not told. */
  readonly interface: string | undefined;
  /** Number of the user whose process has made it. */
  readonly uid: number;
  /** Empty where nobody tells it: without `ss`, and of other users' sockets to all but root. */
  readonly processes: readonly SocketProcess[];
}

/** Facts of the group `sockets`. */
export interface SocketsFacts {
  /** Those of the network namespace of the session: TCP first, IPv4 first, then by port. */
  readonly listening: readonly ListeningSocket[];
}

// A busy host has a hundred thousand connections in these tables: only what waits for anybody is sent.
const probe = sh`
${fileReading}
first /sys/kernel/cpu_byteorder
printf '@order\n%s\n@tables\n' "$ts_v"
set --
for ts_v in tcp tcp6 udp udp6; do
  [ ! -r "/proc/net/$ts_v" ] || set -- "$@" "/proc/net/$ts_v"
done
grep -E ':0000 (0A|07) ' "$@" /dev/null
[ $? -le 1 ] || exit
printf '@ss\n'
if command -v ss >/dev/null 2>&1; then ss -tulnpe 2>/dev/null || :; fi`;

/** See {@link SocketsFacts}. */
export const sockets: FactGroupDefinition<SocketsFacts> = {
  probe,
  privileged: true,
  parse(printed) {
    const told = new Sections(printed);
    const holders = holdersOf(told.lines('ss'));
    const nobody: SocketHolder = { interface: undefined, processes: [] };
    const listening = socketsOf(told.lines('tables'), told.line('order') === 'big').map(
      ({ inode, ...socket }): ListeningSocket => ({ ...socket, ...(holders.get(inode) ?? nobody) }),
    );
    const rank = ({ protocol, family }: ListeningSocket): number =>
      (protocol === 'tcp' ? 0 : 2) + (family === 'inet' ? 0 : 1);
    return { listening: listening.toSorted((a, b) => rank(a) - rank(b) || a.port - b.port) };
  },
};
