import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { factGroups } from '../../src/facts/index.ts';
import { asked } from '../support/asked.ts';
import { Namespace } from '../support/namespace.ts';
import { shellNames } from '../support/shells.ts';

let dir = '';
let host: Namespace;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tsplay-facts-'));
  host = new Namespace();
});
afterEach(() => {
  host.close();
  rmSync(dir, { recursive: true });
});

interface Link {
  readonly ifname: string;
  readonly address: string;
  readonly linkinfo: {
    readonly info_data: Readonly<Record<string, number | string>>;
    readonly info_slave_data: Readonly<Record<string, number | string | boolean>>;
  };
}

it.each(shellNames)('bridges and their ports are as `ip` has them, in %s', async (shell) => {
  const odd = `b"*'`;
  for (const words of [
    'link add name br0 type bridge stp_state 1 forward_delay 700 priority 4096',
    `link add name ${odd} type bridge`,
    `link add name a'b type veth peer name p1`,
    'link add name c$(x) type veth peer name p2',
    `link set a'b master br0`,
    'link set c$(x) master br0',
    `link set a'b type bridge_slave cost 77 priority 3 isolated on`,
    'link set c$(x) type bridge_slave hairpin on',
    'link set br0 up',
    `link set a'b up`,
    'link set p1 up',
  ])
    host.ip(words);
  const { bridges } = await asked(factGroups.bridges, shell, { home: dir, under: host.under });
  expect(bridges.map(({ name }) => name)).toEqual([odd, 'br0']);
  expect(bridges[0]).toMatchObject({ stp: 'off', forwardDelay: 15, ageingTime: 300, ports: [] });
  const links = (words: string): readonly Link[] =>
    (JSON.parse(host.ip(`-j -d link show ${words}`)) as readonly Partial<Link>[]).filter(
      (link): link is Link => link.ifname !== undefined,
    );
  const data = links('br0')[0]?.linkinfo.info_data ?? {};
  expect(data).toMatchObject({ forward_delay: 700, priority: 4096 });
  const id = `1000.${links('br0')[0]?.address.replaceAll(':', '')}`;
  expect(bridges[1]).toMatchObject({
    stp: 'kernel',
    priority: 4096,
    forwardDelay: 7,
    helloTime: Number(data['hello_time']) / 100,
    maxAge: Number(data['max_age']) / 100,
    bridgeId: id,
    rootId: id,
    vlanFiltering: false,
    multicastSnooping: true,
  });
  const ports = bridges[1]?.ports ?? [];
  expect(
    ports.map(({ name, pathCost, priority, hairpin, isolated }) => ({
      name,
      pathCost,
      priority,
      hairpin,
      isolated,
    })),
  ).toEqual(
    links('master br0')
      .map(({ ifname, linkinfo: { info_slave_data: port } }) => ({
        name: ifname,
        pathCost: port['cost'],
        priority: port['priority'],
        hairpin: port['hairpin'],
        isolated: port['isolated'],
      }))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1)),
  );
  expect(ports[0]).toMatchObject({ pathCost: 77, priority: 3, isolated: true });
  // It listens for a while before it forwards.
  expect(ports.map(({ state }) => state)).toEqual([expect.stringMatching(/ing$/), 'disabled']);
});

it.each(shellNames)('a host without bridges has none, in %s', async (shell) => {
  const facts = await asked(factGroups.bridges, shell, { home: dir, under: host.under });
  expect(facts).toEqual({ bridges: [] });
});

it.each(shellNames)('a host without bonds has none, in %s', async (shell) => {
  const facts = await asked(factGroups.bonding, shell, { home: dir, under: host.under });
  expect(facts).toEqual({ bonds: [] });
});

it.each(shellNames)('without /sys nobody knows whether there are any, in %s', async (shell) => {
  const gone = (text: string): string => text.replaceAll('/sys/class', join(dir, 'sys/class'));
  for (const group of [factGroups.bridges, factGroups.bonding]) {
    const answer = asked<unknown>(group, shell, { home: dir, under: host.under, rewritten: gone });
    await expect(answer).rejects.toThrow('/sys is not mounted here');
  }
});

it.each(shellNames)('without its module IPVS is told to be missing, in %s', async (shell) => {
  const facts = await asked(factGroups.ipvs, shell, { home: dir, under: host.under });
  expect(facts).toEqual({ available: false, version: undefined, services: [], truncated: false });
});
