import { execFileSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { link, teql } from '../../../modules/index.ts';
import { optionalText, runtimeText } from '../../../src/steps/runtime.ts';
import { stepsOf } from '../../support/modules.ts';
import { NamespacePlays, rewritten } from '../../support/namespace-law.ts';
import { shellNames, shells, type Shell } from '../../support/shells.ts';

// The kernel of those who test need not have sch_teql: an equalizer itself is tested in the lab.

let plays: NamespacePlays;

const ground = [
  ...['e1', 'e2', 'e3', 'e4'].map((name) => `link add name ${name} type veth peer name f${name}`),
  ...['lo', 'e1', 'fe1', 'e2', 'fe2'].map((name) => `link set ${name} up`),
  'link set e2 mtu 1400',
  'link add name br0 type bridge',
  'link set e4 master br0',
];
const stateOf: ConstructorParameters<typeof NamespacePlays>[1] = (namespace) =>
  namespace.ip('-br link').split('\n');

const run = (...words: readonly string[]): string => {
  const [command, ...args] = [...plays.namespace.under, ...words];
  return execFileSync(command, args, { encoding: 'utf8' });
};
const tc = (words: string): string => run('tc', ...words.split(' '));

/** What a text prints in a shell that has the runtime, in the namespace. */
function says(shell: Shell, text: string): string {
  return run(...shells[shell], '-c', rewritten(`${runtimeText()}${optionalText(text)}\nset -f\n${text}`));
}

describe.skipIf(process.getuid?.() !== 0).each(shellNames)('an equalizer, in %s', (shell) => {
  beforeEach(() => {
    plays = new NamespacePlays(ground, stateOf);
  });
  afterEach(() => plays.close());

  const told = async (body: () => void, mode: 'check' | 'apply' = 'apply'): Promise<string> =>
    (await plays.play(shell, body, mode)).outcome;

  it('has slaves that it can have, or tells all that is wrong with them', async () => {
    tc('qdisc add dev e1 root handle 1: htb default 10');
    run('ip', 'link', 'set', 'e3', 'txqueuelen', '0');
    const before = plays.state();
    const wrong = await told(() => void teql('teql0', { slaves: ['e1', 'e2', 'e3', 'e4', 'e9'], mtu: 1450 }));
    expect(wrong).toMatch(/^failed teql0 cannot have the slaves e1, e2, e3, e4, e9 as they are/);
    for (const text of [
      'e1 has a root qdisc htb with more than an undo could bring back; remove it first',
      'e2 has an MTU of 1400, and teql0 is to have 1450',
      'e3 has a txqueuelen of 0',
      'e4 belongs to br0',
      'there is no link e9',
    ]) {
      expect(wrong).toContain(text);
    }
    expect(wrong).not.toMatch(/e[124] has a txqueuelen/);
    expect(plays.state()).toEqual(before);
  });

  it('knows what earlier tasks make of its slaves', async () => {
    const body = (mtu: number) => () => {
      link('e2', { mtu });
      teql('teql0', { slaves: ['e1', 'e2'], mtu: 1450 });
    };
    expect(await told(body(1440), 'check')).toContain('e2 has an MTU of 1440, and teql0 is to have 1450');
    expect(await told(body(1460), 'check')).not.toContain('has an MTU of');
  });

  it('loses nothing to rp_filter, or says so', async () => {
    const all = '/proc/sys/net/ipv4/conf/all/rp_filter';
    const declared = (options: object) => () =>
      void teql('teql0', { slaves: ['e1', 'e2'], addresses: ['10.0.0.1/24'], ...options });
    const loses = /IPv4 packets that come in by the slaves would not find teql0/;
    // What comes next: this machine may lack both.
    const module = /no module sch_teql\. Some distributions|the program modprobe is not installed/;
    const set = (value: number): string => run('sh', '-c', `echo ${value} >${all}`);
    set(0);
    expect(await told(declared({}))).not.toMatch(loses);
    expect(await told(declared({ rpFilter: 2 }))).toMatch(
      /where e1 has no IPv4 address[^]*where e2 has no IPv4 address/,
    );
    set(1);
    expect(await told(declared({}))).toMatch(loses);
    expect(await told(declared({ addresses: ['fd00::1/64'] }))).not.toMatch(loses);
    set(2);
    expect(await told(declared({}))).toMatch(loses);
    for (const [i, name] of ['e1', 'e2'].entries()) run('ip', 'addr', 'add', `10.9.${i}.1/24`, 'dev', name);
    expect(await told(declared({}))).toMatch(module);
    set(1);
    expect(await told(declared({ rpFilter: 2 }))).toMatch(module);
    run('sh', '-c', 'echo 1 >/proc/sys/net/ipv4/conf/all/arp_ignore');
    expect(await told(declared({ rpFilter: 2 }))).toMatch(/nobody would get an answer to ARP for teql0/);
  });

  it('takes the place of a root qdisc that words bring back', () => {
    const root = (): string => says(shell, 'ts_root_qdisc "$(tc qdisc show)" e1');
    const restored = (): string => {
      const words = root();
      tc('qdisc del dev e1 root');
      expect(root()).toBe('');
      says(shell, `ts_set_root_qdisc e1 '${words}'`);
      expect(root()).toBe(words);
      return words;
    };
    expect(root()).toBe('');
    tc('qdisc add dev e1 root handle 5: tbf rate 1mbit burst 5kb lat 50ms');
    expect(restored()).toBe('tbf 5: rate 1Mbit burst 5Kb lat 50ms');
    tc('qdisc replace dev e1 root handle 6: pfifo limit 77');
    expect(restored()).toBe('pfifo 6: limit 77p');
    tc('qdisc replace dev e1 root handle 7: htb');
    expect(root()).toBe('lost htb');
    tc('qdisc replace dev e1 root handle 8: tbf rate 1mbit burst 5kb lat 50ms');
    tc('qdisc add dev e1 parent 8: handle 9: pfifo limit 5');
    expect(root()).toBe('lost tbf');
    says(shell, "ts_set_root_qdisc e1 ''");
    expect(root()).toBe('');
  });

  it('is known by the qdiscs of its slaves', () => {
    const listing = [
      'qdisc noqueue 0: dev lo root refcnt 2 ',
      'qdisc teql1 8001: dev e1 root refcnt 2 ',
      'qdisc clsact ffff: dev e1 parent ffff:fff1 ',
      'qdisc teql1 8003: dev bond0.7 root ',
      'qdisc teql10 8004: dev e2 root refcnt 9 ',
      'qdisc mq 0: dev e3 root ',
      'qdisc fq_codel 0: dev e3 parent :1 limit 10240p',
      'qdisc mq 8005: dev e4 root ',
      'qdisc fq_codel 0: dev e4 parent 8005:1 limit 10240p',
    ];
    const of = (call: string): string => says(shell, `listing='${listing.join('\n')}'\n${call}`);
    expect(of('ts_teql_slaves "$listing" teql1')).toBe('e1\nbond0.7\n');
    const roots = ['lo', 'e1', 'e2', 'e3', 'e4', 'e'].map((name) => of(`ts_root_qdisc "$listing" ${name}`));
    expect(roots).toEqual(['', 'teql1', 'teql10', '', 'mq 8005:', '']);
  });
});

it('an equalizer needs ip, tc and its module, and the packages of these are told', async () => {
  const steps = await stepsOf(() => void teql('teql3', { slaves: ['e1'] }));
  const tools = steps.flatMap((step) =>
    step.kind === 'tool' ? [`${step.tools.join(' ')} ${step.packages['fedora']}`] : [],
  );
  expect(tools).toEqual(['ip iproute', 'tc iproute-tc', 'modprobe kmod']);
  const load = steps.find(({ what }) => what === 'kernel module sch_teql');
  expect(load?.kind === 'present' && load.create?.text).toContain("'max_equalizers=4'");
});
