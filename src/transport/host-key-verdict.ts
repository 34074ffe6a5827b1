import type { KnownHost } from './known-hosts.ts';

/** What known_hosts says of a key that a host has shown. */
export type Verdict =
  | { readonly kind: 'known' }
  /** `authority` is the place of a certificate authority for this host, where that is all there is. */
  | { readonly kind: 'unknown'; readonly authority: string | undefined }
  | { readonly kind: 'changed' | 'revoked'; readonly places: readonly string[] };

/**
 * Decides about the key that a host has shown, by the lines that name it. OpenSSH's rules: a revoked key is
 * refused even where it is known too, and any other key, of whatever type, means that this one has changed.
 */
export function judge(lines: readonly KnownHost[], key: Buffer): Verdict {
  const revoked = lines.filter((line) => line.marker === 'revoked' && line.key.equals(key));
  if (revoked.length > 0) return { kind: 'revoked', places: revoked.map((line) => line.place) };
  const plain = lines.filter((line) => line.marker === undefined);
  if (plain.some((line) => line.key.equals(key))) return { kind: 'known' };
  if (plain.length > 0) return { kind: 'changed', places: plain.map((line) => line.place) };
  return { kind: 'unknown', authority: lines.find((line) => line.marker === 'cert-authority')?.place };
}

/** The types of the keys that these lines make known, to ask the host for one of these first. */
export function knownTypes(lines: readonly KnownHost[]): readonly string[] {
  return [...new Set(lines.filter((line) => line.marker === undefined).map((line) => line.type))];
}
