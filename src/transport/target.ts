import { homedir, userInfo } from 'node:os';
import { sshConfigError } from '../errors/ssh-config.ts';
import type { Host } from '../inventory/inventory.ts';
import type { Jump } from '../inventory/jump.ts';
import { reveal } from '../secrets/secret.ts';
import { usualKnownHosts } from './known-hosts-files.ts';
import { sshConfigOf, type Keyword, type SshConfig } from './ssh-config/index.ts';
import type { Target } from './transport.ts';

/** Milliseconds. */
const connectTimeout = 10_000;
/** More hops than anybody has. */
const mostHops = 8;

/** Who can be asked. Without one, nothing is asked for, and what would be is refused. */
export interface Asking {
  readonly password: ((host: string) => Promise<string>) | undefined;
  readonly passphrase: ((file: string) => Promise<string>) | undefined;
  readonly agree: ((question: string) => Promise<boolean>) | undefined;
}

export const nobody: Asking = { password: undefined, passphrase: undefined, agree: undefined };

/**
 * Where and as whom to connect to a host: what the inventory says, then ssh_config, then OpenSSH's defaults.
 *
 * @throws TsplayError or TsplayErrors with exit 64 where ssh_config is wrong
 */
export function targetOf(host: Host, asking: Asking = nobody, givenUp?: AbortSignal): Promise<Target> {
  const local = host.connection === 'local';
  // A guest of the lab has nothing to do with the ssh_config of this machine.
  const file = local || host.connection === 'lab' ? 'none' : host.sshConfigFile;
  return new TargetFinder(host, file, asking, givenUp).find();
}

/** The user that a connection to this host has. */
export async function loginOf(host: Host): Promise<string> {
  return host.connection === 'local' ? userInfo().username : (await targetOf(host)).user;
}

class TargetFinder {
  readonly #host: Host;
  readonly #file: string | undefined;
  readonly #asking: Asking;
  readonly #givenUp: AbortSignal | undefined;

  constructor(host: Host, file: string | undefined, asking: Asking, givenUp: AbortSignal | undefined) {
    this.#host = host;
    this.#file = file;
    this.#asking = asking;
    this.#givenUp = givenUp;
  }

  async find(): Promise<Target> {
    const { name, address, port, user, hostKeyAlias, identityFiles, knownHostsFiles, proxyJump } = this.#host;
    const given = new Map<Keyword, readonly string[]>();
    if (port !== undefined) given.set('port', [`${port}`]);
    if (user !== undefined) given.set('user', [user]);
    if (hostKeyAlias !== undefined) given.set('hostkeyalias', [hostKeyAlias]);
    if (proxyJump !== undefined) given.set('proxyjump', [proxyJump]);
    const config = await sshConfigOf({ host: address, given, file: this.#file });
    const target = this.#target(config, name, undefined);
    const via = await this.#via(config, []);
    const { password } = this.#host;
    return {
      ...target,
      via,
      reasons: [...(target.reasons ?? []), ...(via?.reasons ?? [])],
      identityFiles: identityFiles ?? [],
      connectTimeout: this.#host.connectTimeout ?? config.connectTimeout ?? connectTimeout,
      ...(knownHostsFiles === undefined
        ? {}
        : { knownHostsFiles, ...this.#keysIn(config, knownHostsFiles[0]) }),
      password: password === undefined ? target.password : () => Promise.resolve(reveal(password)),
      openssh: { host: address, configFile: this.#file, options: this.#options(given) },
    };
  }

  /** The hop before a host. It has a way of its own to be reached, unless other hops are named before it. */
  async #via(config: SshConfig, through: readonly string[]): Promise<Target | undefined> {
    const jump = config.jumps.at(-1);
    if (jump === undefined) return undefined;
    const { name } = this.#host;
    const path = [...through, jump.host];
    if (path.length > mostHops)
      throw sshConfigError('ssh-config-loop', { host: name, through: path }, { host: name });
    const given = new Map<Keyword, readonly string[]>();
    if (jump.port !== undefined) given.set('port', [`${jump.port}`]);
    if (jump.user !== undefined) given.set('user', [jump.user]);
    if (config.jumps.length > 1) given.set('proxyjump', [config.jumps.slice(0, -1).map(jumpText).join(',')]);
    const hop = await sshConfigOf({ host: jump.host, given, file: this.#file });
    const target = this.#target(hop, name, `${name}, jump host ${jump.host}`);
    const via = await this.#via(hop, path);
    return { ...target, via, reasons: [...(target.reasons ?? []), ...(via?.reasons ?? [])] };
  }

  #target(config: SshConfig, name: string, label: string | undefined): Target {
    const usual = usualKnownHosts();
    const user = config.userKnownHostsFiles ?? usual.slice(0, 2);
    const { password, passphrase } = this.#asking;
    const { batchMode, serverAliveInterval } = config;
    return {
      name,
      label,
      address: config.host,
      port: config.port,
      user: config.user,
      proxyCommand: config.proxyCommand,
      family: config.addressFamily === 'any' ? undefined : config.addressFamily === 'inet' ? 4 : 6,
      bindAddress: config.bindAddress,
      identityFiles: [],
      usualKeys: config.identityFiles ?? usualKeys(),
      identitiesOnly: config.identitiesOnly,
      agent: config.identityAgent,
      forwardAgent: config.forwardAgent,
      without: config.without,
      password: password === undefined || batchMode ? undefined : () => password(label ?? name),
      passphrase: batchMode ? undefined : passphrase,
      knownHostsFiles: [...user, ...(config.globalKnownHostsFiles ?? usual.slice(2))],
      hostKeyAlias: config.hostKeyAlias,
      ...this.#keysIn(config, user[0]),
      hashKnownHosts: config.hashKnownHosts,
      connectTimeout: config.connectTimeout ?? connectTimeout,
      keepalive:
        serverAliveInterval === undefined || serverAliveInterval === 0
          ? undefined
          : { interval: serverAliveInterval, count: config.serverAliveCountMax },
      algorithms: config.algorithms,
      givenUp: this.#givenUp,
      reasons: config.reasons,
    };
  }

  /** What happens to keys that are not known. There is no setting by which a changed one is taken. */
  #keysIn(config: SshConfig, file: string | undefined): Pick<Target, 'newKeys' | 'updateKeysIn'> {
    if (file === undefined) return { newKeys: undefined, updateKeysIn: undefined };
    const { strictHostKeyChecking: strict, batchMode, updateHostKeys } = config;
    const agree = batchMode ? undefined : this.#asking.agree;
    const takes = strict === 'accept-new' || strict === 'off';
    const asks = strict === 'ask' && agree !== undefined;
    return {
      newKeys: takes ? { file, agree: undefined } : asks ? { file, agree } : undefined,
      updateKeysIn: updateHostKeys && this.#host.knownHostsFiles === undefined ? file : undefined,
    };
  }

  /** The settings of the inventory in OpenSSH's words. */
  #options(given: ReadonlyMap<Keyword, readonly string[]>): readonly string[] {
    const { identityFiles, knownHostsFiles } = this.#host;
    return [
      ...[...given].map(([keyword, [value]]) => `${keyword}=${value}`),
      ...(identityFiles === undefined
        ? []
        : ['IdentitiesOnly=yes', ...identityFiles.map((file) => `IdentityFile=${quoted(file)}`)]),
      ...(knownHostsFiles === undefined
        ? []
        : [`UserKnownHostsFile=${knownHostsFiles.map(quoted).join(' ')}`, 'GlobalKnownHostsFile=/dev/null']),
    ];
  }
}

/** A path as ssh takes it for itself: no tokens, no variables, one word. */
export function quoted(path: string): string {
  return `"${path.replaceAll('%', '%%').replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}

function usualKeys(): readonly string[] {
  return ['id_ed25519', 'id_ecdsa', 'id_rsa', 'id_ed25519_sk', 'id_ecdsa_sk'].map(
    (name) => `${homedir()}/.ssh/${name}`,
  );
}

function jumpText({ user, host, port }: Jump): string {
  const where = host.includes(':') ? `[${host}]` : host;
  return `${user === undefined ? '' : `${user}@`}${where}${port === undefined ? '' : `:${port}`}`;
}
