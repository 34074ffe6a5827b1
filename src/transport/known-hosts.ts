import { createHmac } from 'node:crypto';

/** One usable line of a known_hosts file. */
export interface KnownHost {
  readonly marker: 'revoked' | 'cert-authority' | undefined;
  /** The names as they stand in the file: plain, with wildcards, or hashed. */
  readonly names: string;
  readonly type: string;
  /** The public key as base64. */
  readonly key: string;
  /** `file:line`, for messages. */
  readonly entry: string;
}

/** What known_hosts says of a key that a host has shown. */
export type Verdict =
  | { readonly kind: 'known' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'changed' | 'revoked'; readonly entry: string };

/** Reads a known_hosts file. Lines that cannot be read are passed over, as OpenSSH does. */
export function parseKnownHosts(text: string, file: string): readonly KnownHost[] {
  const hosts: KnownHost[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const words = line.trim().split(/[ \t]+/);
    if (words[0] === undefined || words[0] === '' || words[0].startsWith('#')) continue;
    let marker: KnownHost['marker'];
    if (words[0].startsWith('@')) {
      const word = words.shift()?.slice(1);
      if (word !== 'revoked' && word !== 'cert-authority') continue;
      marker = word;
    }
    const [names, type, key] = words;
    if (names === undefined || type === undefined || key === undefined || !/^[A-Za-z0-9+/]+=*$/.test(key))
      continue;
    hosts.push({ marker, names, type, key, entry: `${file}:${index + 1}` });
  }
  return hosts;
}

/** The name under which OpenSSH looks a host up. */
export function lookupName(address: string, port: number): string {
  return port === 22 ? address.toLowerCase() : `[${address.toLowerCase()}]:${port}`;
}

/** Decides about the key that a host has shown under this lookup name. */
export function judge(hosts: readonly KnownHost[], name: string, type: string, key: string): Verdict {
  const matching = hosts.filter((host) => matches(host.names, name));
  const revoked = matching.find((host) => host.marker === 'revoked' && host.key === key);
  if (revoked !== undefined) return { kind: 'revoked', entry: revoked.entry };
  const plain = matching.filter((host) => host.marker === undefined);
  if (plain.some((host) => host.type === type && host.key === key)) return { kind: 'known' };
  // Any other key under this name means that this one is not the one we know.
  const other = plain.find((host) => host.type === type) ?? plain[0];
  return other === undefined ? { kind: 'unknown' } : { kind: 'changed', entry: other.entry };
}

/** The types of the keys known for a name, to ask the host for one of these first. */
export function knownTypes(hosts: readonly KnownHost[], name: string): readonly string[] {
  return [
    ...new Set(
      hosts.filter((host) => host.marker === undefined && matches(host.names, name)).map((host) => host.type),
    ),
  ];
}

function matches(names: string, name: string): boolean {
  if (names.startsWith('|1|')) return hashMatches(names, name);
  let found = false;
  for (const pattern of names.toLowerCase().split(',')) {
    const negated = pattern.startsWith('!');
    if (!wildcard(negated ? pattern.slice(1) : pattern).test(name)) continue;
    if (negated) return false;
    found = true;
  }
  return found;
}

function hashMatches(names: string, name: string): boolean {
  const [, , salt, hash] = names.split('|');
  if (salt === undefined || hash === undefined) return false;
  return createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest('base64') === hash;
}

function wildcard(pattern: string): RegExp {
  const text = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${text}$`);
}
