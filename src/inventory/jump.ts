/** One hop of a ProxyJump. */
export interface Jump {
  readonly user: string | undefined;
  readonly host: string;
  readonly port: number | undefined;
}

/**
 * Reads `[user@]host[:port]` or an ssh URI, several by commas.
 *
 * @returns the hops in the order in which they are gone through; `none`; or undefined where it is neither
 */
export function parseJumps(text: string): readonly Jump[] | 'none' | undefined {
  const plain = text.replace(/#.*$/, '').trim();
  if (plain.toLowerCase() === 'none') return 'none';
  const jumps = plain.split(',').map((word) => parseJump(word.trim()));
  return jumps.every((jump) => jump !== undefined) ? jumps : undefined;
}

function parseJump(word: string): Jump | undefined {
  const uri = word.startsWith('ssh://');
  const text = uri ? word.slice(6).replace(/\/$/, '') : word;
  const at = text.lastIndexOf('@');
  const user = at === -1 ? undefined : text.slice(0, at);
  const rest = text.slice(at + 1);
  const [, bracketed, plain, port] =
    /^(?:\[([^\]]+)\]|([^:[\]/]+|[^[\]/]*:[^[\]/]*:[^[\]/]*))(?::(\d+))?$/.exec(rest) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined || host.startsWith('-') || user === '') return undefined;
  if (port !== undefined && (Number(port) < 1 || Number(port) > 65_535)) return undefined;
  if (user !== undefined && !/^[^\s\p{Cc}'"`;$\\-][^\s\p{Cc}'"`;$\\]*$/u.test(user)) return undefined;
  return {
    user: uri && user !== undefined ? decodeURIComponent(user.split(';')[0] ?? '') : user,
    host,
    port: port === undefined ? undefined : Number(port),
  };
}
