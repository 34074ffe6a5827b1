import { createHmac } from 'node:crypto';

/** One usable line of a known_hosts file. */
export interface KnownHost {
  readonly marker: 'revoked' | 'cert-authority' | undefined;
  readonly type: string;
  /** The public key as SSH sends it. */
  readonly key: Buffer;
  /** `file:line`, for messages. */
  readonly place: string;
  /** What the line names: one host, hashed or in clear; several; or what fits a pattern. */
  readonly scope: 'one' | 'several' | 'pattern';
  /** Does the line speak of the host that is looked up under this name, as given by {@link lookupName}? */
  readonly names: (name: string) => boolean;
}

/** What a known_hosts file holds. */
export interface KnownHosts {
  readonly hosts: readonly KnownHost[];
  /** Lines that were passed over, as `file:line: why`. */
  readonly warnings: readonly string[];
}

/** Reads a known_hosts file. A line that cannot be read is passed over, as OpenSSH does, and named. */
export function parseKnownHosts(text: string, file: string): KnownHosts {
  const hosts: KnownHost[] = [];
  const warnings: string[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const words = line.trim().split(/[ \t]+/);
    if (words[0] === '' || words[0]?.startsWith('#') === true) continue;
    const place = `${file}:${index + 1}`;
    const host = parseLine(words, place);
    if (typeof host === 'string') warnings.push(`${place}: ${host}`);
    else hosts.push(host);
  }
  return { hosts, warnings };
}

/** The name under which OpenSSH looks a host up: the port counts where it is not 22. */
export function lookupName(address: string, port: number): string {
  const name = address.toLowerCase();
  return port === 22 ? name : `[${name}]:${port}`;
}

/** The type that stands in a public key itself (RFC 4253, section 6.6). */
export function keyType(key: Buffer): string | undefined {
  if (key.length < 4) return undefined;
  const end = 4 + key.readUInt32BE(0);
  return end > key.length ? undefined : key.toString('latin1', 4, end);
}

// What else OpenSSH writes into known_hosts does not exist; a line with another word there is damaged.
const keyTypes = new Set([
  'ssh-ed25519',
  'ssh-rsa',
  'ssh-dss',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'sk-ssh-ed25519@openssh.com',
  'sk-ecdsa-sha2-nistp256@openssh.com',
]);

function parseLine(words: readonly string[], place: string): KnownHost | string {
  const marked = words[0]?.startsWith('@') === true;
  const marker = marked ? words[0]?.slice(1) : undefined;
  if (marker !== undefined && marker !== 'revoked' && marker !== 'cert-authority') {
    return `@${marker} is not a marker`;
  }
  const [list, type, base64] = marked ? words.slice(1) : words;
  if (list === undefined || type === undefined || base64 === undefined) return 'the line is cut off';
  if (list.startsWith('@')) return 'only one marker can stand in a line';
  if (!keyTypes.has(type)) return `${type} is not a type of key`;
  const key = Buffer.from(base64, 'base64');
  if (key.toString('base64') !== base64 || keyType(key) !== type) return 'the key is damaged';
  const names = list.startsWith('|') ? hashed(list) : patterns(list);
  if (names === undefined) return 'the hashed name is damaged';
  return { marker, type, key, place, scope: scopeOf(list), names };
}

function scopeOf(list: string): KnownHost['scope'] {
  if (list.startsWith('|')) return 'one';
  if (/[*?!]/.test(list)) return 'pattern';
  return list.includes(',') ? 'several' : 'one';
}

function hashed(list: string): KnownHost['names'] | undefined {
  const [, version, salt, hash, ...rest] = list.split('|');
  if (version !== '1' || salt === undefined || hash === undefined || rest.length > 0) return undefined;
  const key = Buffer.from(salt, 'base64');
  return (name) => createHmac('sha1', key).update(name).digest('base64') === hash;
}

/** A comma list of patterns: at least one must match, and none of those with `!`. */
function patterns(list: string): KnownHost['names'] {
  const words = list.toLowerCase().split(',');
  const wanted = words.filter((word) => !word.startsWith('!')).map(pattern);
  const unwanted = words.filter((word) => word.startsWith('!')).map((word) => pattern(word.slice(1)));
  return (name) => wanted.some((matches) => matches(name)) && !unwanted.some((matches) => matches(name));
}

function pattern(text: string): (name: string) => boolean {
  if (!/[*?]/.test(text)) return (name) => name === text;
  const source = text
    .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll(/\*+/g, '.*')
    .replaceAll('?', '.');
  const expression = new RegExp(`^${source}$`, 's');
  return (name) => expression.test(name);
}
