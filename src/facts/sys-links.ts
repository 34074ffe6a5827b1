import { speedTold } from './cells.ts';
import type { NetworkInterface } from './network.ts';

/** What /sys tells of a link beside what `ip` tells. */
export type LinkDetails = Pick<NetworkInterface, 'speed' | 'duplex' | 'alias'> & {
  /** Links that it is made from. */
  readonly lower: readonly string[];
  /** Of a VLAN, from /proc. */
  readonly vlanId: number | undefined;
};

type Draft = { -readonly [K in keyof LinkDetails]: LinkDetails[K] };

/** Reads the lines that the probe made: a word, the name of a link, cells. */
export function linkDetails(
  lines: readonly string[],
  vlanLines: readonly string[],
): (name: string) => LinkDetails {
  const details = new Map<string, Draft>();
  const none: LinkDetails = {
    speed: undefined,
    duplex: undefined,
    alias: undefined,
    lower: [],
    vlanId: undefined,
  };
  const of = (name: string): Draft => {
    const known = details.get(name) ?? { ...none };
    details.set(name, known);
    return known;
  };
  for (const line of lines) {
    const [kind, name = '', ...cells] = line.split('\t');
    const link = of(name);
    if (kind === 'speed') {
      const [speed, duplex] = cells;
      link.speed = speedTold(speed);
      link.duplex = duplex === 'full' || duplex === 'half' ? duplex : undefined;
    } else if (kind === 'lower') link.lower = [...link.lower, ...cells];
    else if (kind === 'alias') {
      const text = cells.join('\t');
      link.alias = link.alias === undefined ? text : `${link.alias}\n${text}`;
    } else throw new Error(`not a line of the probe: ${line}`);
  }
  for (const line of vlanLines) {
    const [, name, id] = /^vlan\t(\S+)\s*\|\s*(\d+)\s*\|/.exec(line) ?? [];
    if (name !== undefined) of(name).vlanId = Number(id);
  }
  return (name) => details.get(name) ?? none;
}
