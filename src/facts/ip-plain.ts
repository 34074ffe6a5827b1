import type { DefaultRoute, InterfaceAddress, NetworkInterface } from './network.ts';
import type { LinkDetails } from './sys-links.ts';

type SysLink = Pick<
  NetworkInterface,
  'name' | 'mac' | 'mtu' | 'up' | 'carrier' | 'kind' | 'driver' | 'master'
>;

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
  details: (name: string) => LinkDetails,
): readonly NetworkInterface[] {
  const addresses = new Map<string, InterfaceAddress[]>();
  for (const line of addressLines) {
    const [, name, family, local, rest = ''] =
      /^\d+:\s+(\S+)\s+(inet6?)\s+([^\s/]+)(\S*\s.*)$/.exec(line) ?? [];
    if (name === undefined || local === undefined || (family !== 'inet' && family !== 'inet6')) continue;
    // The prefix of an address with a peer is that of the peer.
    const [, peer, prefix] = /^(?:\s+peer\s+([^\s/]+))?\/(\d+)\s/.exec(rest) ?? [];
    const [, scope = 'global', words = ''] = /\sscope\s+(\S+)\s([^\\]*)/.exec(rest) ?? [];
    // The label of an IPv4 address stands behind its flags, and can be one of their words.
    const flags = words
      .trim()
      .split(/\s+/)
      .slice(0, family === 'inet' ? -1 : undefined);
    const of = addresses.get(name) ?? [];
    addresses.set(name, of);
    of.push({
      address: local,
      prefix: Number(prefix ?? (family === 'inet' ? 32 : 128)),
      family,
      scope,
      peer,
      dynamic: flags.includes('dynamic'),
      temporary: flags.includes('temporary'),
      tentative: flags.includes('tentative'),
      deprecated: flags.includes('deprecated'),
      validLifetime: lifetime(/\svalid_lft\s+(\d+)sec/.exec(rest)?.[1]),
      preferredLifetime: lifetime(/\spreferred_lft\s+(\d+)sec/.exec(rest)?.[1]),
    });
  }
  const links = sysLinks(sysLines);
  const masters = new Map(links.map(({ name, master }) => [name, master]));
  return links.map((link) => {
    const { lower, ...known } = details(link.name);
    return {
      ...link,
      ...known,
      altNames: [],
      // What a bond or a bridge is made from are its slaves.
      parent: lower.find((one) => masters.get(one) !== link.name),
      addresses: addresses.get(link.name) ?? [],
    };
  });
}

/** One that stays for ever says that in a word. */
const lifetime = (seconds: string | undefined): number | undefined =>
  seconds === undefined ? undefined : Number(seconds);

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
