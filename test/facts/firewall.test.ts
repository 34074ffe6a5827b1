import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { factGroups, type FirewallFacts } from '../../src/facts/index.ts';
import { nat } from '../../modules/index.ts';
import { asked } from '../support/asked.ts';
import { FirewallHost, shellsAndBackends, type Backend } from '../support/firewall-host.ts';
import { shellNames, type Shell } from '../support/shells.ts';

let dir = '';
let host: FirewallHost | undefined;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tsplay-facts-'));
});
afterEach(() => {
  host?.close();
  host = undefined;
  rmSync(dir, { recursive: true });
});

const ask = (
  at: FirewallHost,
  shell: Shell,
  change = (text: string): string => text,
): Promise<FirewallFacts> =>
  asked(factGroups.firewall, shell, {
    home: join(at.host.dir, 'state'),
    under: at.namespace.under,
    rewritten: change,
  });

/** The chains that others have: table, name, hook and policy, rules. */
const chainsOf = ({ tables }: FirewallFacts): readonly string[] =>
  tables.flatMap(({ family, name, chains }) =>
    chains
      .filter(({ rules, hook }) => rules > 0 || hook === undefined)
      .map((chain) => `${family} ${name} ${chain.name} ${chain.hook} ${chain.policy} ${chain.rules}`),
  );
const iptables = ['ip', 'ip6'].flatMap((family) => [
  `${family} mangle PREROUTING prerouting accept 1`,
  `${family} filter INPUT input accept 1`,
  `${family} filter OTHER undefined undefined 0`,
  `${family} nat POSTROUTING postrouting accept 1`,
]);
const expected: Readonly<Record<Backend, readonly string[]>> = {
  'iptables-nft': iptables,
  'iptables-legacy': iptables,
  nft: ['inet other input input accept 1', 'ip nat postrouting postrouting accept 1'],
};

describe.each(shellsAndBackends(1))('the packet filter, in %s with %s', (shell, backend) => {
  it('is the one that modules use, with its chains', async () => {
    host = new FirewallHost(backend);
    const before = host.view();
    const facts = await ask(host, shell);
    expect(host.view()).toEqual(before);
    expect(facts).toMatchObject({ backend, managers: [], truncated: false });
    const version = (tool: string): string => host?.sh(tool).match(/v([\d.]+)/)?.[1] ?? '';
    expect(facts.nft).toBe(version('nft --version'));
    expect(facts.iptables).toBe(version('iptables -V'));
    expect(chainsOf(facts).toSorted()).toEqual(expected[backend].toSorted());
    // A module takes the same, and is seen from then on.
    const played = await host.play(shell, () => void nat('lan', { type: 'masquerade', outInterface: 'x0' }));
    expect(played.outcome).toBe('changed');
    const after = await ask(host, shell);
    expect(after.backend).toBe(backend);
    expect(JSON.stringify(after.tables)).toContain('POST-lan');
  });
});

const none = { backend: undefined, nft: undefined, iptables: undefined };

describe.each(shellNames)('in %s', (shell) => {
  it('a host that has none says so', async () => {
    host = new FirewallHost();
    const facts = await ask(host, shell, (text) =>
      text.replaceAll(/\b(nft|ip6?tables)( |-|\$|\b(?=\)))/g, 'none-$1$2'),
    );
    expect(facts).toEqual({ ...none, managers: [], tables: [], truncated: false });
  });

  it('what manages it is told', async () => {
    host = new FirewallHost('nft');
    mkdirSync(join(dir, 'ufw'));
    writeFileSync(join(dir, 'ufw/ufw.conf'), '# x\nENABLED=yes\nLOGLEVEL=low');
    writeFileSync(join(dir, 'firewalld.pid'), String(process.pid));
    const elsewhere = (text: string): string =>
      text.replaceAll('/etc/ufw', `${dir}/ufw`).replaceAll('/run/firewalld', `${dir}/firewalld`);
    expect((await ask(host, shell, elsewhere)).managers).toEqual(['firewalld', 'ufw']);
    writeFileSync(join(dir, 'ufw/ufw.conf'), 'ENABLED=no\n');
    writeFileSync(join(dir, 'firewalld.pid'), '999999999');
    expect((await ask(host, shell, elsewhere)).managers).toEqual([]);
  });

  it('comments are no part of the answer', async () => {
    host = new FirewallHost('nft');
    host.sh('nft add rule inet other input ip saddr 192.0.2.7 drop comment \'"a\n@backend\nchain x {"\'');
    const facts = await ask(host, shell);
    expect(facts.backend).toBe('nft');
    expect(chainsOf(facts)).toContain('inet other input input accept 2');
    host.close();
    host = new FirewallHost('iptables-legacy');
    host.sh("iptables-legacy -A INPUT -m comment --comment 'a\n@backend\n:X - [0:0]' -j ACCEPT");
    expect((await ask(host, shell)).backend).toBe('iptables-legacy');
  });

  it('other users than root are refused, who would see an empty one', async () => {
    host = new FirewallHost('nft');
    const other = (text: string): string => text.replaceAll('"${ts_uid:-0}" != 0', '1 != 0');
    await expect(ask(host, shell, other)).rejects.toThrow('only root can read the packet filter');
  });
});
