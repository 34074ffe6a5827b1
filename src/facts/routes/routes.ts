import { sh } from '../../steps/sh.ts';
import type { FactGroupDefinition } from '../group.ts';
import { Sections } from '../sections.ts';
import { Names, type RoutingTable } from './names.ts';
import { routeOf, type Route } from './route-line.ts';
import { ruleOf, type Rule } from './rule-line.ts';

/** Routes and rules that are read of each family. A router of the internet has a million routes. */
const most = 5000;

const lists = ['routes4', 'routes6', 'rules4', 'rules6'] as const;

/** Facts of the group `routes`: routes of all tables, and the rules that choose between these. */
export interface RoutesFacts {
  /** IPv4 routes of all tables, in the kernel's order, which as a rule has the tables `main` and `local` last. */
  readonly routes4: readonly Route[];
  /** IPv6 routes, likewise. */
  readonly routes6: readonly Route[];
  /** IPv4 rules in the order in which they are asked. */
  readonly rules4: readonly Rule[];
  /** IPv6 rules, likewise. */
  readonly rules6: readonly Rule[];
  /** The tables that the host has names for, whether there are routes in them or not. */
  readonly tables: readonly RoutingTable[];
  /** One of the lists had more than 5,000 entries, and what follows these is missing. */
  readonly truncated: boolean;
}

// Text and not JSON: it is one line a route, so that a full table can be cut, and every `ip` has it.
const probe = sh`
names() {
  set +f
  for ts_file in /usr/share/iproute2/"$1" /usr/lib/iproute2/"$1" /etc/iproute2/"$1" \
    /usr/share/iproute2/"$1".d/*.conf /usr/lib/iproute2/"$1".d/*.conf /etc/iproute2/"$1".d/*.conf; do
    [ -f "$ts_file" ] && [ -r "$ts_file" ] || continue
    while IFS= read -r ts_v || [ -n "$ts_v" ]; do
      case $ts_v in [0-9]* | ' '*) printf ' %s\n' "$ts_v" ;; esac
    done <"$ts_file"
  done
  set -f
}
list() {
  ts_list=$1
  shift
  printf '@%s\n' "$ts_list"
  { ip "$@" || printf '@%s-failed\n%s\n' "$ts_list" "$*"; } | head -n ${most + 1}
}
printf '@tables\n'
names rt_tables
printf '@protocols\n'
names rt_protos
printf '@services\n'
names rt_dsfield
ts_number=-N
if ip -N -V >/dev/null 2>&1; then printf '@iproute2\n'
else
  ts_number=''
  if ip -V >/dev/null 2>&1; then printf '@iproute2\n'; fi
fi
list routes4 $ts_number -o -4 route show table all
list rules4 $ts_number -o -4 rule show
if [ -e /proc/net/if_inet6 ]; then
  list routes6 $ts_number -o -6 route show table all
  list rules6 $ts_number -o -6 rule show
else
  printf '@routes6\n@rules6\n'
fi`;

/** See {@link RoutesFacts}. */
export const routes: FactGroupDefinition<RoutesFacts> = {
  probe,
  limit: 30,
  parse(printed) {
    const said = new Sections(printed);
    for (const list of lists) {
      const failed = `${list}-failed`;
      if (said.has(failed)) throw new Error(`this command failed: ip ${said.text(failed)}`);
    }
    const tables = new Names(said.lines('tables'), { unspec: 0, default: 253, main: 254, local: 255 });
    const protocols = new Names(said.lines('protocols'), {});
    const services = new Names(said.lines('services'), {});
    // Busybox's does not tell protocols, and iproute2's leaves out that of `ip` itself.
    const names = { tables, protocols, services, silent: said.has('iproute2') ? 'boot' : undefined };
    const read = lists.map((list) => said.lines(list));
    const [routes4 = [], routes6 = [], rules4 = [], rules6 = []] = read.map((lines) => lines.slice(0, most));
    return {
      routes4: routes4.map((line) => routeOf(line, names)),
      routes6: routes6.map((line) => routeOf(line, names)),
      rules4: rules4.map((line) => ruleOf(line, names)),
      rules6: rules6.map((line) => ruleOf(line, names)),
      tables: tables.all(),
      truncated: read.some((lines) => lines.length > most),
    };
  },
};
