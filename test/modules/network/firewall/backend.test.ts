import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ipset, nat } from '../../../../modules/index.ts';
import { FirewallHost, type Backend } from '../../../support/firewall-host.ts';
import { shellNames } from '../../../support/shells.ts';

const multi = { nft: 'xtables-nft-multi', legacy: 'xtables-legacy-multi' } as const;
/** Programs, and what they really are. */
const iptables = (kind: keyof typeof multi, suffix = ''): Readonly<Record<string, string>> =>
  Object.fromEntries(
    ['iptables', 'ip6tables'].flatMap((name) =>
      ['', '-save', '-restore'].map((verb) => [`${name}${suffix}${verb}`, multi[kind]]),
    ),
  );
const tools = {
  nft: { nft: 'nft' },
  ipset: { ipset: 'ipset' },
  'iptables that is nft': iptables('nft'),
  'iptables that is legacy': iptables('legacy'),
  'iptables-nft': iptables('nft', '-nft'),
  'iptables-legacy': iptables('legacy', '-legacy'),
} as const;
type Tool = keyof typeof tools;

const debian: readonly Tool[] = ['nft', 'ipset', 'iptables that is nft', 'iptables-nft', 'iptables-legacy'];
const legacyDebian: readonly Tool[] = [
  'nft',
  'ipset',
  'iptables that is legacy',
  'iptables-nft',
  'iptables-legacy',
];
const native = "nft 'add table inet other'";
const legacy = 'iptables-legacy -t nat -A POSTROUTING -o x -j MASQUERADE';
const through = 'iptables-nft -t nat -A POSTROUTING -o x -j MASQUERADE';

/** What a host has and what was done on it before, and what it uses. */
const hosts: Readonly<Record<string, readonly [readonly Tool[], string, Backend]>> = {
  'nothing yet, and iptables that is nft': [debian, ':', 'iptables-nft'],
  'nothing yet, and iptables that is legacy': [legacyDebian, ':', 'iptables-legacy'],
  'rules by nft': [debian, native, 'nft'],
  'rules by nft, in a table that is named as by iptables': [
    debian,
    "nft 'table ip nat { chain postrouting { type nat hook postrouting priority 100; }; }'",
    'nft',
  ],
  'rules by nft and by legacy iptables': [debian, `${native}; ${legacy}`, 'nft'],
  'a table that systemd makes': [debian, "nft 'add table ip io.systemd.nat'", 'iptables-nft'],
  'rules of legacy iptables': [debian, legacy, 'iptables-legacy'],
  'tables of legacy iptables without rules': [debian, 'iptables-legacy -t nat -L', 'iptables-nft'],
  'rules of iptables that is nft': [debian, through, 'iptables-nft'],
  'rules of iptables that is nft, which it was once': [legacyDebian, through, 'iptables-legacy'],
  'nft alone': [['nft'], ':', 'nft'],
  'nft alone, and rules that iptables made': [['nft'], through, 'nft'],
  'iptables alone': [['iptables that is nft'], ':', 'iptables-nft'],
  'legacy iptables alone': [['iptables that is legacy'], ':', 'iptables-legacy'],
  'iptables alone, and rules by nft': [['iptables that is nft'], native, 'iptables-nft'],
};

let at: FirewallHost;
let dir = '';
/** A host with these programs of packet filters and no others. */
function hostWith(names: readonly Tool[]): FirewallHost {
  dir = mkdtempSync(join(tmpdir(), 'tsplay-tools-'));
  mkdirSync(join(dir, 'sbin'));
  for (const [name, real] of names.flatMap((tool) => Object.entries(tools[tool]))) {
    symlinkSync(`/usr/sbin/${real}`, join(dir, 'sbin', name));
  }
  at = new FirewallHost(undefined, (text) =>
    text.replaceAll('PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin', `PATH=/usr/bin:/bin:${dir}/sbin`),
  );
  return at;
}
afterEach(() => {
  at.close();
  rmSync(dir, { recursive: true });
});

const where = (): readonly string[] => {
  const look: Readonly<Record<Backend, string>> = {
    'iptables-nft': 'iptables-nft-save; ip6tables-nft-save',
    'iptables-legacy': 'iptables-legacy-save; ip6tables-legacy-save',
    nft: 'nft list tables | grep tsplay || :',
  };
  return Object.entries(look)
    .filter(([, command]) => /tsplay/i.test(at.sh(command)))
    .map(([backend]) => backend);
};

// No name may be longer: that of the chain would not fit.
const name = 'four-89.abcdef_1';
const four = (): void => void nat(name, { type: 'masquerade', outInterface: 'x' });
const six = (): void => void nat('six', { type: 'masquerade', outInterface: 'x', family: 6 });

describe.skipIf(process.getuid?.() !== 0)('the packet filter that a host uses', () => {
  it.each(Object.entries(hosts))('with %s', async (_, [names, before, backend]) => {
    hostWith(names);
    at.sh(before);
    expect((await at.play('dash', four, 'check')).outcome).toBe('changed');
    expect(where()).toEqual([]);
    expect((await at.play('dash', four)).outcome).toBe('changed');
    expect(where()).toEqual([backend]);
    expect((await at.play('dash', four)).outcome).toBe('ok');
  });

  it.each([
    ['nft', native, 'nft delete table inet other'],
    ['iptables-legacy', legacy, `iptables-legacy -t nat -F POSTROUTING; ${native}; ${through}`],
    ['iptables-nft', through, `iptables-nft -t nat -F POSTROUTING; ${native}`],
  ] as const)('stays %s while there are rules of ours', async (backend, before, after) => {
    hostWith(debian);
    at.sh(before);
    await at.play('dash', four);
    at.sh(after);
    expect((await at.play('dash', six)).outcome).toBe('changed');
    expect(where()).toEqual([backend]);
    const both = (): void => {
      four();
      six();
    };
    // Where the hook has lost its jump to our chain, that comes back, by the same.
    expect((await at.play('dash', both)).outcome).toMatch(/^(ok|changed)$/);
    expect((await at.play('dash', both)).outcome).toBe('ok');
    expect(where()).toEqual([backend]);
    await at.play('dash', () => {
      nat(name, { state: 'absent' });
      nat('six', { family: 6, state: 'absent' });
    });
    expect(where()).toEqual([]);
  });
});

describe.skipIf(process.getuid?.() !== 0).each(shellNames)('in %s, what is missing is named', (shell) => {
  beforeEach(() => {
    dir = '';
  });

  it('where there is no packet filter', async () => {
    hostWith([]);
    for (const mode of ['check', 'apply'] as const) {
      expect((await at.play(shell, four, mode)).outcome).toMatch(
        /^failed .*the program nft or iptables is not installed on this host\. Install the package nftables/,
      );
    }
  });

  it('where sets need ipset, and only there', async () => {
    const set = (): void => void ipset('x', { type: 'hash:ip', members: [] });
    hostWith(['iptables that is nft']);
    expect((await at.play(shell, set)).outcome).toMatch(/the program ipset is not installed.*package ipset/);
    at.close();
    rmSync(dir, { recursive: true });
    hostWith(['nft']);
    expect((await at.play(shell, set)).outcome).toBe('changed');
  });

  it('where the kernel refuses, nothing is taken for absent', async () => {
    hostWith(['iptables that is nft']);
    at.host.write('ip', '');
    // A program that fails instead of listing.
    rmSync(join(dir, 'sbin/iptables-save'));
    symlinkSync('/bin/false', join(dir, 'sbin/iptables-save'));
    expect((await at.play(shell, four)).outcome).toMatch(/^failed .*cannot read/);
    expect(where()).toEqual([]);
  });
});
