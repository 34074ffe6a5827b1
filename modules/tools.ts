import { sh, tool, type ToolStep } from '../src/steps/index.ts';

/** The program `ip`. */
export const ip: ToolStep = tool('ip', {
  debian: 'iproute2',
  fedora: 'iproute',
  rhel: 'iproute',
  suse: 'iproute2',
  alpine: 'iproute2',
  arch: 'iproute2',
});

/** The program `tc`. */
export const tc: ToolStep = tool('tc', {
  debian: 'iproute2',
  fedora: 'iproute-tc',
  rhel: 'iproute-tc',
  suse: 'iproute2',
  alpine: 'iproute2-tc',
  arch: 'iproute2',
});

/** The program `modprobe`. */
export const modprobe: ToolStep = sameName('modprobe', 'kmod');

/** A program whose package has the same name on every distribution. */
export function sameName(program: string, name = program): ToolStep {
  return tool(program, { debian: name, fedora: name, rhel: name, suse: name, alpine: name, arch: name });
}

/** A packet filter: one of the programs that change its rules. Which of them is used is decided on the host. */
export const firewall: ToolStep = tool(['nft', 'iptables'], {
  debian: 'nftables',
  fedora: 'nftables',
  rhel: 'nftables',
  suse: 'nftables',
  alpine: 'nftables',
  arch: 'nftables',
});

/** The program `ipset`, where sets are no part of the packet filter itself. */
export const ipsetTool: ToolStep = tool(
  'ipset',
  { debian: 'ipset', fedora: 'ipset', rhel: 'ipset', suse: 'ipset', alpine: 'ipset', arch: 'ipset' },
  { needed: sh`ts_firewall_is iptables-nft iptables-legacy` },
);
