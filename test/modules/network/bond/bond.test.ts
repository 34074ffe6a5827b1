import { describe, expect, it } from 'vitest';
import { bond, type BondOptions } from '../../../../modules/index.ts';
import type { Step } from '../../../../src/steps/step.ts';
import { problemsOf, programOf } from '../ipvs/ipvs-host.ts';

const slaves = ['eth1', 'eth2'];
const backup = { mode: 'active-backup', slaves } as const;

async function stepsOf(options: BondOptions): Promise<readonly Step[]> {
  const { items } = await programOf(() => void bond('bond0', options));
  return items.flatMap((item) => (item.kind === 'task' ? item.steps : []));
}

/** What values the settings are given, by file of /sys, in order. */
async function settingsOf(options: BondOptions): Promise<readonly string[]> {
  return (await stepsOf(options)).flatMap((step) =>
    step.kind === 'value' && step.read.kind === 'line' && typeof step.want === 'string'
      ? [`${step.read.path.split('/').at(-1)} = ${step.want}`]
      : [],
  );
}

describe('the settings of a bond', () => {
  it('are those that were declared, in an order that the kernel takes and an undo can go back', async () => {
    expect(
      await settingsOf({
        ...backup,
        failOverMac: 'follow',
        primary: 'eth2',
        primaryReselect: 'failure',
        updelay: 400,
        downdelay: 200,
        mtu: 9000,
      }),
    ).toEqual([
      'mode = active-backup 1',
      'fail_over_mac = follow 2',
      'primary_reselect = failure 2',
      'arp_interval = 0',
      'miimon = 100',
      'updelay = 400',
      'downdelay = 200',
      'mtu = 9000',
      'primary = eth2',
    ]);
    expect(
      await settingsOf({
        mode: '802.3ad',
        slaves,
        lacpRate: 'fast',
        adSelect: 'count',
        minLinks: 2,
        xmitHashPolicy: 'vlan+srcmac',
      }),
    ).toEqual([
      'arp_validate = none 0',
      'arp_interval = 0',
      'mode = 802.3ad 4',
      'lacp_rate = fast 1',
      'ad_select = count 2',
      'xmit_hash_policy = vlan+srcmac 5',
      'min_links = 2',
      'miimon = 100',
    ]);
    expect(
      await settingsOf({ mode: 'broadcast', slaves, arpInterval: 500, arpIpTargets: ['10.0.0.1'] }),
    ).toEqual(['mode = broadcast 3', 'miimon = 0', 'arp_interval = 500']);
  });

  it('know every mode, and the number that the kernel gives it', async () => {
    const modes = ['balance-rr', 'active-backup', 'balance-xor', 'broadcast', '802.3ad', 'balance-tlb'];
    for (const [number, mode] of [...modes, 'balance-alb'].entries()) {
      expect(await settingsOf({ mode, slaves } as BondOptions)).toContain(`mode = ${mode} ${number}`);
    }
  });

  it('come with the making of the bond where they need it down, with the MAC of the first slave', async () => {
    const made = async (options: BondOptions): Promise<string> => {
      const step = (await stepsOf(options)).find(({ what }) => what === 'bond bond0');
      return step?.kind === 'present' ? (step.create?.text ?? '') : '';
    };
    expect(await made({ mode: '802.3ad', slaves, lacpRate: 'fast', adSelect: 'count' })).toMatch(
      /'\/sys\/class\/net\/eth1\/address'[^]*type bond mode '802\.3ad' 'lacp_rate' 'fast' 'ad_select' 'count'$/,
    );
    expect(await made({ ...backup, failOverMac: 'active' })).toMatch(
      /mode 'active-backup' 'fail_over_mac' 'active'$/,
    );
  });

  it('leave alone what was not declared: addresses, MTU', async () => {
    const what = (await stepsOf(backup)).map((step) => step.what);
    expect(what).not.toContain('addresses of bond0');
    expect(what).not.toContain('mtu of bond0');
    expect(what).not.toContain('the address that SSH comes to stays');
  });
});

describe('two bonds in one play', () => {
  const both = (first: () => void, second: () => void): Promise<readonly string[]> =>
    problemsOf(() => {
      first();
      second();
    });

  it('have no slave in common, and neither is a slave of the other', async () => {
    const plain = (name: string, slave: string) => () =>
      void bond(name, { mode: 'broadcast', slaves: [slave] });
    expect(await both(plain('bond0', 'eth1'), plain('bond1', 'eth1'))).toEqual([
      'bond[bond1] wants role:eth1 to be a slave of bond1, but bond[bond0] wants a slave of bond0',
      'bond[bond1] wants master:eth1 to be bond1, but bond[bond0] wants bond0',
    ]);
    expect(await both(plain('bond0', 'eth1'), plain('bond1', 'bond0'))).toEqual([
      'bond[bond1] wants role:bond0 to be a slave of bond1, but bond[bond0] wants a bond',
    ]);
    expect(await both(plain('bond0', 'eth1'), plain('bond1', 'eth2'))).toEqual([]);
  });

  it('of one name agree', async () => {
    const one = (options: BondOptions) => () => void bond('bond0', options);
    expect(await both(one(backup), one({ ...backup, mtu: 9000 }))).toEqual([]);
    expect(await both(one({ ...backup, mtu: 1500 }), one({ ...backup, mtu: 9000 }))).toEqual([
      'bond[bond0]#2 wants mtu:bond0 to be 9000, but bond[bond0] wants 1500',
      'bond[bond0]#2 wants mtu:eth1 to be 9000, but bond[bond0] wants 1500',
      'bond[bond0]#2 wants mtu:eth2 to be 9000, but bond[bond0] wants 1500',
    ]);
    expect(await both(one(backup), one({ state: 'absent' }))).toEqual([
      'bond[bond0]#2 wants link:bond0 to be absent, but bond[bond0] wants present',
    ]);
  });
});
