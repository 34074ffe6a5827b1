/** Whom a host asks for names, by its resolv.conf. */
export interface DnsSettings {
  /** In the order in which they are asked. `127.0.0.53` is systemd-resolved on the host itself, which asks others. */
  readonly nameservers: readonly string[];
  /** Domains that are tried behind a name which is not complete. */
  readonly search: readonly string[];
  /** `edns0`, `timeout:2` … */
  readonly options: readonly string[];
}

/**
 * Reads the lines of the file, each with a word of the probe before it. A host without it has none.
 *
 * @see https://man7.org/linux/man-pages/man5/resolv.conf.5.html
 */
export function dnsOf(lines: readonly string[]): DnsSettings {
  const nameservers: string[] = [];
  const options: string[] = [];
  let search: readonly string[] = [];
  for (const line of lines) {
    // A keyword must be the first thing on its line.
    const [, keyword, rest = ''] = /^line\t([a-z]+)\s+(.*)$/.exec(line) ?? [];
    const words = rest.split(/\s+/).filter((word) => word !== '');
    if (keyword === 'nameserver') nameservers.push(...words.slice(0, 1));
    else if (keyword === 'options') options.push(...words);
    // The last one counts.
    else if (keyword === 'search') search = words;
    else if (keyword === 'domain') search = words.slice(0, 1);
  }
  return { nameservers, search, options };
}
