import { createHash } from 'node:crypto';
import { homedir, hostname, userInfo } from 'node:os';
import { sshConfigError } from '../../errors/ssh-config.ts';

/** What tokens stand for. */
export interface TokenValues {
  /** The host to connect to. */
  readonly h: string;
  /** The host as it was asked for. */
  readonly n: string;
  readonly p: string;
  /** The user there. */
  readonly r: string;
  /** The name under which its key is known. */
  readonly k: string;
}

/** All that may stand in names of files and in commands of Match. */
const everywhere = 'CdhikLlnpru';
/** What may stand in a ProxyCommand. */
export const proxyTokens = 'hnpr';

/** Puts values in the place of `%h` and the like. */
export function expandTokens(
  text: string,
  keyword: string,
  values: TokenValues,
  allowed = everywhere,
): string {
  return text.replaceAll(/%(.?)/gs, (token, letter: string) => {
    if (letter === '%') return '%';
    if (letter === '' || !allowed.includes(letter)) {
      throw sshConfigError('ssh-config-token', { keyword, token });
    }
    return valueOf(letter, values);
  });
}

/** The same for the name of a host, where only the host itself can stand. */
export function expandHost(text: string, host: string): string {
  return expandTokens(text, 'HostName', { h: host, n: host, p: '', r: '', k: '' }, 'h');
}

/** Puts environment variables in the place of `${NAME}`. */
export function expandVariables(text: string, keyword: string): string {
  return text.replaceAll(/\$\{([^}]*)\}/g, (_match, name: string) => {
    const value = process.env[name];
    if (value === undefined) throw sshConfigError('ssh-config-variable', { keyword, name });
    return value;
  });
}

/** The home folder in the place of `~/`; that of another user is not looked up. */
export function expandTilde(text: string): string {
  return text.replace(/^~(?=\/|$)/, homedir());
}

function valueOf(letter: string, values: TokenValues): string {
  switch (letter) {
    case 'C': {
      const text = hostname() + values.h + values.p + values.r;
      return createHash('sha1').update(text).digest('hex');
    }
    case 'd':
      return homedir();
    case 'i':
      return `${process.getuid?.() ?? 0}`;
    case 'L':
      return hostname().split('.')[0] ?? '';
    case 'l':
      return hostname();
    case 'u':
      return userInfo().username;
    default:
      return values[letter as keyof TokenValues];
  }
}
