import type { DefaultRoute, InterfaceAddress, NetworkInterface } from './network.ts';

type SysLink = Omit<NetworkInterface, 'addresses'>;

/** Number of Ethernet among the types of link. */
const ethernet = '1';
const flagUp = 0x1;

/** Reads the lines that the probe made of /sys/class/net, in the kernel's order. */
export function sysLinks(lines: readonly string[]): readonly SysLink[] {
  return lines
    .map((line) => line.split('\t'))
    .toSorted(([a], [b]) => Number(a) - Number(b))
    .map(([, mac, mtu, flags, carrier, type, tun, devtype, master, driver, name = '']) => {
      return {
        name,
        mac: type === ethernet ? mac : undefined,
        mtu: Number(mtu),
        up: (Number(flags) & flagUp) !== 0,
        // It cannot be read while the link is down.
        carrier: carrier === '1',
        kind: kindOf(devtype, tun),
        driver: orUndefined(driver),
        master: orUndefined(master),
      };
    });
}

function kindOf(devtype: string | undefined, tun: string | undefined): string | undefined {
  if (orUndefined(tun) !== undefined) return 'tun';
  // These are what hardware is for, and no virtual links.
  return devtype === 'wlan' || devtype === 'wwan' ? undefined : orUndefined(devtype);
}

const orUndefined = (text: string | undefined): string | undefined => (text === '' ? undefined : text);

/** Joins the links of /sys and what `ip -o addr` prints. */
export function interfacesOfSys(
  sysLines: readonly string[],
  addressLines: readonly string[],
): readonly NetworkInterface[] {
  const addresses = new Map<string, InterfaceAddress[]>();
  for (const line of addressLines) {
    const [, name, family, local, rest = ''] =
      /^\d+:\s+(\S+)\s+(inet6?)\s+([^\s/]+)(\S*\s.*)$/.exec(line) ?? [];
    if (name === undefined || local === undefined || (family !== 'inet' && family !== 'inet6')) continue;
    // The prefix of an address with a peer is that of the peer.
    const [, prefix] = /^(?:\s+peer\s+[^\s/]+)?\/(\d+)\s/.exec(rest) ?? [];
    const [, scope = 'global'] = /\sscope\s+(\S+)/.exec(rest) ?? [];
    const of = addresses.get(name) ?? [];
    addresses.set(name, of);
    of.push({ address: local, prefix: Number(prefix ?? (family === 'inet' ? 32 : 128)), family, scope });
  }
  return sysLinks(sysLines).map((link) => ({
    ...link,
    addresses: addresses.get(link.name) ?? [],
  }));
}

/** Reads what `ip route show default` prints; the legs of a multipath route follow it, where `ip` tells them. */
export function defaultRoutesOfText(lines: readonly string[]): readonly DefaultRoute[] {
  let metric = 0;
  return lines.flatMap((line) => {
    const words = line.trim().split(/\s+/);
    // One that leads nowhere begins with its type: `unreachable default`.
    if (words[0] !== 'default' && words[0] !== 'nexthop') return [];
    if (words[0] === 'default') metric = Number(behind(words, 'metric') ?? 0);
    const via = behind(words, 'via');
    const dev = behind(words, 'dev');
    // The gateway of another family stands behind its name.
    return dev === undefined ? [] : [{ via: via === 'inet6' ? behind(words, 'inet6') : via, dev, metric }];
  });
}

function behind(words: readonly string[], word: string): string | undefined {
  const at = words.indexOf(word);
  return at < 0 ? undefined : words[at + 1];
}
