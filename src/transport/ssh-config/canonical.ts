import { isIP } from 'node:net';
import type { Keyword } from './keywords.ts';

/** The full name of a host: the first of CanonicalDomains under which there is one. */
export async function canonicalName(
  host: string,
  values: ReadonlyMap<Keyword, readonly string[]>,
): Promise<string> {
  if (isIP(host) !== 0) return host;
  const most = Number(values.get('canonicalizemaxdots')?.[0] ?? 1);
  if (host.endsWith('.')) return host.slice(0, -1);
  if (host.split('.').length - 1 > most) return host;
  const { lookup } = await import('node:dns/promises');
  for (const domain of values.get('canonicaldomains') ?? []) {
    if (domain.toLowerCase() === 'none') continue;
    const name = `${host}.${domain.toLowerCase().replace(/^\./, '')}`;
    const found = await lookup(`${name}.`).catch(() => undefined);
    if (found !== undefined) return name;
  }
  return host;
}
