import { execFileSync } from 'node:child_process';
import { expect } from 'vitest';
import { FolderHost } from './folder-host.ts';
import { stepsOf } from './modules.ts';
import { rewritten } from './namespace-law.ts';
import { Namespace } from './namespace.ts';
import { shellNames, type Shell } from './shells.ts';

/** The packet filters, each a rule set of its own in the kernel. */
export const backends = ['iptables-nft', 'iptables-legacy', 'nft'] as const;
export type Backend = (typeof backends)[number];

/**
 * Each packet filter, in one of the shells; with another turn in another one. What a test says of one module holds for
 * all shells, since they share the text that does it: so the tests of different modules take different turns.
 */
export function shellsAndBackends(turn: 0 | 1 | 2): readonly (readonly [Shell, Backend])[] {
  return backends.map((backend, index) => [
    shellNames[(index + turn) % shellNames.length] ?? 'dash',
    backend,
  ]);
}

/** What others have on a host of each kind: it makes the host one of that kind, and nothing of it may change. */
const neighbours: Readonly<Record<Backend, string>> = {
  'iptables-nft': `for i in iptables-nft ip6tables-nft; do
  $i -t nat -A POSTROUTING -o other0 -j MASQUERADE; $i -t mangle -A PREROUTING -i other0 -j MARK --set-mark 7
  $i -N OTHER; $i -A INPUT -j OTHER
done`,
  'iptables-legacy': `for i in iptables-legacy ip6tables-legacy; do
  $i -t nat -A POSTROUTING -o other0 -j MASQUERADE; $i -t mangle -A PREROUTING -i other0 -j MARK --set-mark 7
  $i -N OTHER; $i -A INPUT -j OTHER
done`,
  nft: `nft -f - <<'END'
table inet other {
  set friends { type ipv4_addr; elements = { 192.0.2.9 }; }
  chain input { type filter hook input priority 0; policy accept; ip saddr @friends accept; }
}
table ip nat { chain postrouting { type nat hook postrouting priority 100; policy accept; oifname "other0" masquerade; }; }
END`,
};

/** What a play came to. */
export interface Played {
  readonly name: string;
  /** The status, and what was said. */
  readonly outcome: string;
}

/** A host in a network namespace with a packet filter that others use, too. */
export class FirewallHost {
  readonly namespace = new Namespace();
  readonly host: FolderHost;
  readonly backend: Backend | undefined;
  #runs = 0;

  /** @param change changes the program that is sent */
  constructor(backend?: Backend, change: (text: string) => string = (text) => text) {
    this.backend = backend;
    this.host = new FolderHost({
      under: this.namespace.under,
      rewritten: (text) => change(rewritten(text)),
    });
    if (backend !== undefined) this.sh(neighbours[backend]);
  }

  /** Runs commands on it. */
  sh(commands: string): string {
    const [command, ...args] = this.namespace.under;
    return execFileSync(command, [...args, 'sh', '-ec', commands], {
      encoding: 'utf8',
      // iptables warns of its other kind.
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  /** All rules, sets, routes and rules of routing, as the tools of the kernel tell them; a fact a line, in their order. */
  view(): readonly string[] {
    const saved = ['iptables-nft-save', 'ip6tables-nft-save', 'iptables-legacy-save', 'ip6tables-legacy-save']
      .map((tool) => `echo "# ${tool}"; ${tool} 2>/dev/null | grep -e '^-A' -e '^:[^ ]* -' -e '^[*]' || :`)
      .join('\n');
    const text = this.sh(`${saved}
echo '# nft'
nft list tables | grep -v -E 'table ip6? (filter|mangle|raw|security${this.backend === 'nft' ? '' : '|nat'})$' | while read -r _ family table; do
  nft -s list table $family $table
done
echo '# ipset'; ipset save | sed -e 's/ hashsize.*//' | sort
echo '# ip'; ip -N rule; ip -N -6 rule; ip -N -o route show table all | grep -v 'table 255' | grep -v -e '^ff' -e '^fe80' -e '^multicast' || :
cd /proc/sys/net/ipv4/conf; grep . */rp_filter */src_valid_mark`);
    // Tables of iptables that nobody has rules in are there once they have been.
    const lines = text
      .split('\n')
      .map((line) => line.trimEnd())
      .filter((line) => line !== '');
    return chainsSorted(
      lines.filter((line, at) => !(line.startsWith('*') && !/^[-:]/.test(lines[at + 1] ?? ''))),
    );
  }

  async play(shell: Shell, body: () => void, mode: 'check' | 'apply' = 'apply'): Promise<Played> {
    this.#runs += 1;
    const name = `run${this.#runs}`;
    const { statuses, stderr, events } = await this.host.run(shell, [{ steps: await stepsOf(body) }], {
      name,
      mode,
    });
    // Frames stand there too.
    const told = stderr.replaceAll(/\u001e.*\n/g, '');
    const [wrong] = events.flatMap((event) => (event.type === 'task' ? (event.error ?? []) : []));
    const problem = wrong === undefined ? '' : ` ${wrong.message}. ${wrong.hint ?? ''}`;
    return { name, outcome: `${statuses.join()}${problem} ${told}`.trim() };
  }

  undo(shell: Shell, name: string): string {
    return this.host.undo(shell, { name });
  }

  /** Fails where a file with the name of the canary has come to be. */
  close(canary?: string): void {
    this.namespace.close();
    this.host.close(canary);
  }
}

/** Rules in the order that they have in their chain; the chains of a table have none. */
function chainsSorted(lines: readonly string[]): readonly string[] {
  let table = '';
  let chain = '';
  const keyed = lines.map((line, at) => {
    if (/^(# |\*|table )/.test(line)) {
      table = `${String(at).padStart(9, '0')} `;
      chain = '';
    } else if (/^\t(chain|set) /.test(line)) chain = line;
    else if (line.startsWith('-A')) chain = `A ${line.split(' ')[1]}`;
    else if (line.startsWith(':')) chain = line;
    else if (line === '}') chain = '~';
    return { line, key: `${table}${chain}` };
  });
  return keyed.toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(({ line }) => line);
}

const only = (a: readonly string[], b: readonly string[]): readonly string[] =>
  a.filter((line) => !b.includes(line));

/** What the law of modules is shown by, for one backend. */
export interface FirewallCase {
  readonly declared: () => void;
  readonly varied: () => void;
  readonly absent: () => void;
  /** What a run adds to the view. */
  readonly shows: readonly (string | RegExp)[];
  /** What the varied one shows. */
  readonly variation: readonly (string | RegExp)[];
  /** Commands that each break something by hand. */
  readonly drifts: readonly string[];
}

/** Holds a module to the law in a namespace. */
export async function firewallLaw(at: FirewallHost, shell: Shell, one: FirewallCase): Promise<void> {
  const before = at.view();
  expect((await at.play(shell, one.declared, 'check')).outcome).toBe('changed');
  expect(at.view()).toEqual(before);
  const first = await at.play(shell, one.declared);
  expect(first.outcome).toBe('changed');
  const after = at.view();
  for (const line of one.shows)
    expect(only(after, before)).toContainEqual(expect.stringMatching(exact(line)));
  expect(only(before, after).filter((line) => !line.includes('rp_filter'))).toEqual([]);
  expect((await at.play(shell, one.declared, 'check')).outcome).toBe('ok');
  expect((await at.play(shell, one.declared)).outcome).toBe('ok');
  expect(at.view()).toEqual(after);

  expect((await at.play(shell, one.varied, 'check')).outcome).toBe('changed');
  expect(at.view()).toEqual(after);
  const varied = await at.play(shell, one.varied);
  expect(varied.outcome).toBe('changed');
  const other = at.view();
  for (const line of one.variation) {
    expect(only(other, after)).toContainEqual(expect.stringMatching(exact(line)));
  }
  expect((await at.play(shell, one.varied)).outcome).toBe('ok');
  at.undo(shell, varied.name);
  expect(at.view()).toEqual(after);
  expect((await at.play(shell, one.declared)).outcome).toBe('ok');

  for (const [index, drift] of one.drifts.entries()) {
    at.sh(drift);
    const broken = at.view();
    expect([drift, broken]).not.toEqual([drift, after]);
    const found = await at.play(shell, one.declared, 'check');
    const repair = await at.play(shell, one.declared);
    expect([drift, found.outcome, repair.outcome]).toEqual([drift, 'changed', 'changed']);
    expect([drift, at.view()]).toEqual([drift, after]);
    if (index % 3 > 0) continue;
    at.undo(shell, repair.name);
    expect([drift, at.view()]).toEqual([drift, broken]);
    expect([drift, (await at.play(shell, one.declared)).outcome]).toEqual([drift, 'changed']);
    expect([drift, at.view()]).toEqual([drift, after]);
  }

  const gone = await at.play(shell, one.absent);
  expect(gone.outcome).toBe('changed');
  expect(at.view()).toEqual(before);
  expect((await at.play(shell, one.absent)).outcome).toBe('ok');
  at.undo(shell, gone.name);
  expect(at.view()).toEqual(after);
  expect((await at.play(shell, one.declared)).outcome).toBe('ok');
  at.undo(shell, first.name);
  expect(at.view()).toEqual(before);
}

const exact = (line: string | RegExp): RegExp =>
  line instanceof RegExp
    ? line
    : new RegExp(`^\\s*${line.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}$`);
