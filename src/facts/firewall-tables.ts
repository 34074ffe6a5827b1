/** A chain of the packet filter. */
export interface FirewallChain {
  readonly name: string;
  /** Where the kernel calls it: `prerouting`, `input` …; undefined for one that only others call. */
  readonly hook: string | undefined;
  /** What becomes of a packet that no rule decides about; undefined likewise. */
  readonly policy: 'accept' | 'drop' | undefined;
  /** How many rules it has. */
  readonly rules: number;
}

/** A table of the packet filter. */
export interface FirewallTable {
  /** `ip`, `ip6`; with nft `inet`, `arp`, `bridge` and `netdev`, too. */
  readonly family: string;
  readonly name: string;
  readonly chains: readonly FirewallChain[];
}

type Draft<T> = { -readonly [K in keyof T]: T[K] };
type Chain = Draft<FirewallChain>;
interface Table {
  family: string;
  name: string;
  chains: Chain[];
}

const policyOf = (word: string | undefined): FirewallChain['policy'] => {
  const lower = word?.toLowerCase();
  return lower === 'accept' || lower === 'drop' ? lower : undefined;
};

/** Reads what `nft list ruleset` prints: objects stand one tab deep, their lines two. */
export function nftTables(lines: readonly string[]): readonly FirewallTable[] {
  const tables: Table[] = [];
  let chain: Chain | undefined;
  for (const line of lines) {
    const [, family, name] = /^table (\S+) (.+) \{/.exec(line) ?? [];
    if (family !== undefined && name !== undefined) tables.push({ family, name, chains: [] });
    const [, object] = /^\t(\S.*)$/.exec(line) ?? [];
    if (object !== undefined) {
      const [, of] = /^chain (.+) \{/.exec(object) ?? [];
      chain = of === undefined ? undefined : { name: of, hook: undefined, policy: undefined, rules: 0 };
      if (chain !== undefined) tables.at(-1)?.chains.push(chain);
    }
    const [, content] = /^\t\t(\S.*)$/.exec(line) ?? [];
    if (content === undefined || chain === undefined) continue;
    const [, hook] = /^type \S+ hook (\S+) /.exec(content) ?? [];
    if (hook !== undefined) {
      chain.hook = hook;
      chain.policy = policyOf(/ policy (\w+);/.exec(content)?.[1]);
    } else if (!/^(?:comment "|flags |policy )/.test(content)) chain.rules += 1;
  }
  return tables;
}

/** Reads what `iptables-save` prints. */
export function iptablesTables(family: 'ip' | 'ip6', lines: readonly string[]): readonly FirewallTable[] {
  const tables: Table[] = [];
  for (const line of lines) {
    const table = tables.at(-1);
    const [, kind, name, word] = /^(\*|:|-A )(\S+)(?: (\S+))?/.exec(line) ?? [];
    if (name === undefined) continue;
    if (kind === '*') tables.push({ family, name, chains: [] });
    else if (kind === ':') {
      const policy = policyOf(word);
      // Chains that somebody made have none.
      const hook = word === '-' ? undefined : name.toLowerCase();
      table?.chains.push({ name, hook, policy, rules: 0 });
    } else {
      const chain = table?.chains.find((one) => one.name === name);
      if (chain !== undefined) chain.rules += 1;
    }
  }
  return tables;
}
