import { sh } from '../steps/sh.ts';
import { iptablesTables, nftTables, type FirewallTable } from './firewall-tables.ts';
import type { FactGroupDefinition } from './group.ts';
import { Sections } from './sections.ts';

/** Lines of rules that are read of each list. */
const most = 20_000;

/** Facts of the group `firewall`. */
export interface FirewallFacts {
  /**
   * The packet filter that modules of tsplay use on this host; undefined where none works. Where tsplay has rules
   * already it is that of these.
   */
  readonly backend: 'nft' | 'iptables-nft' | 'iptables-legacy' | undefined;
  /** Version of `nft`: `1.0.6`; undefined where it is not installed. */
  readonly nft: string | undefined;
  /** Version of `iptables`: `1.8.9`; undefined likewise. */
  readonly iptables: string | undefined;
  /** Programs that have the packet filter to themselves: firewalld that runs, ufw that is enabled. */
  readonly managers: readonly ('firewalld' | 'ufw')[];
  /** What the backend's own tool lists, both families. */
  readonly tables: readonly FirewallTable[];
  /** There were more than 20,000 lines in one of the lists; counts of rules are too low. */
  readonly truncated: boolean;
}

const lists = ['ruleset', 'rules4', 'rules6'] as const;

// A comment of a rule may have lines of its own, which must not look like a part of the answer: each line is moved in by
// a blank. The decision is the runtime's own. Where nothing works it says so, and that is an answer here.
const probe = sh`
ts_home
if [ "\${ts_uid:-0}" != 0 ]; then
  echo 'only root can read the packet filter; the play needs become' >&2
  exit 1
fi
list() {
  ts_list=$1
  shift
  printf '@%s\n' "$ts_list"
  { "$@" || printf 'failed %s\n' "$*"; } | sed -n -e 's/^/ /p' -e '${most + 1}q'
}
TS_FIREWALL='' ts_tables='' ts_saved=''
ts_firewall_known 2>/dev/null || TS_FIREWALL=''
printf '@backend\n%s\n@nft\n' "$TS_FIREWALL"
nft --version 2>/dev/null || :
printf '@iptables\n'
iptables -V 2>/dev/null || :
printf '@managers\n'
ts_v=''
{ read -r ts_v </run/firewalld.pid; } 2>/dev/null || :
if [ -d /sys/fs/cgroup/system.slice/firewalld.service ] ||
  [ -d /sys/fs/cgroup/systemd/system.slice/firewalld.service ] ||
  { [ -n "$ts_v" ] && [ -d "/proc/$ts_v" ]; }; then echo firewalld; fi
{
  while IFS='=' read -r ts_key ts_v; do
    case $ts_key=$ts_v in ENABLED=[yY][eE][sS]*) echo ufw ;; esac
  done </etc/ufw/ufw.conf
} 2>/dev/null || :
case $TS_FIREWALL in
  nft) list ruleset nft -st list ruleset ;;
  iptables-*)
    ts_iptables_program "\${TS_FIREWALL#iptables-}" 4 save
    list rules4 "$TS_PROGRAM" 2>/dev/null
    ts_iptables_program "\${TS_FIREWALL#iptables-}" 6 save
    ! command -v "$TS_PROGRAM" >/dev/null 2>&1 || list rules6 "$TS_PROGRAM" 2>/dev/null
    ;;
esac`;

/** See {@link FirewallFacts}. */
export const firewall: FactGroupDefinition<FirewallFacts> = {
  probe,
  privileged: true,
  limit: 30,
  parse(printed) {
    const said = new Sections(printed);
    const [ruleset, rules4, rules6] = lists.map((list) => rulesOf(said, list));
    const backend = said.line('backend');
    if (
      backend !== undefined &&
      backend !== 'nft' &&
      backend !== 'iptables-nft' &&
      backend !== 'iptables-legacy'
    )
      throw new Error(`not a packet filter: ${backend}`);
    return {
      backend,
      nft: versionOf(said.line('nft')),
      iptables: versionOf(said.line('iptables')),
      managers: (['firewalld', 'ufw'] as const).filter((one) => said.lines('managers').includes(one)),
      tables: [
        ...nftTables(ruleset ?? []),
        ...iptablesTables('ip', rules4 ?? []),
        ...iptablesTables('ip6', rules6 ?? []),
      ],
      truncated: lists.some((list) => said.has(list) && said.lines(list).length > most),
    };
  },
};

const versionOf = (line: string | undefined): string | undefined => /\bv(\d[\w.-]*)/.exec(line ?? '')?.[1];

function rulesOf(said: Sections, list: string): readonly string[] {
  if (!said.has(list)) return [];
  const lines = said.lines(list).map((line) => line.slice(1));
  const failed = lines.find((line) => line.startsWith('failed '));
  if (failed !== undefined) throw new Error(`this command failed: ${failed.slice('failed '.length)}`);
  return lines.slice(0, most);
}
