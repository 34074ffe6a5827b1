/** What a host runs, by its os-release file. */
export interface Distribution {
  /** `debian`, `alpine`, `rhel` …; `linux` where the host does not say it. */
  readonly id: string;
  /** What it is made from or like, the closest first: `['ubuntu', 'debian']`. */
  readonly idLike: readonly string[];
  /** `12`, `3.20`; undefined for one that has no versions, such as a rolling one. */
  readonly version: string | undefined;
  /** For people: `Debian GNU/Linux`. */
  readonly name: string;
}

/**
 * Reads the file as text; it is shell text, but nothing of the host's runs to know what the host is.
 *
 * @see https://www.freedesktop.org/software/systemd/man/latest/os-release.html
 */
export function parseOsRelease(lines: readonly string[]): Distribution {
  const values = new Map<string, string>();
  for (const line of lines) {
    const [, key, word] = /^\s*([A-Z0-9_]+)=(.*?)\s*$/.exec(line) ?? [];
    if (key !== undefined && word !== undefined) values.set(key, unquote(word));
  }
  const given = (key: string): string | undefined => {
    const value = values.get(key);
    return value === '' ? undefined : value;
  };
  return {
    id: given('ID') ?? 'linux',
    idLike: given('ID_LIKE')?.split(/\s+/) ?? [],
    version: given('VERSION_ID'),
    name: given('NAME') ?? 'Linux',
  };
}

function unquote(word: string): string {
  const [, single, double] = /^(?:'(.*)'|"(.*)")$/.exec(word) ?? [];
  return single ?? (double ?? word).replaceAll(/\\(.)/g, '$1');
}
