import { userInfo } from 'node:os';
import { evaluate, type Query } from './evaluate.ts';
import { parseJumps, type Jump } from '../../inventory/jump.ts';
import type { Keyword } from './keywords.ts';
import { reasonsForOpenssh } from './reasons.ts';
import { restrictions, type Restrictions } from './restrictions.ts';
import { milliseconds } from './time.ts';
import { expandTilde, expandTokens, expandVariables, proxyTokens, type TokenValues } from './tokens.ts';

export type { Query } from './evaluate.ts';
export type { Keyword } from './keywords.ts';

/** What ssh_config says of one host. What it leaves open has OpenSSH's default. */
export interface SshConfig {
  /** Name or address to connect to. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Files of keys; undefined: the usual ones. */
  readonly identityFiles: readonly string[] | undefined;
  readonly identitiesOnly: boolean;
  /** Socket of the agent; empty: none; undefined: the one of the environment. */
  readonly identityAgent: string | undefined;
  readonly forwardAgent: boolean;
  /** Hops on the way, the first one first. */
  readonly jumps: readonly Jump[];
  readonly proxyCommand: string | undefined;
  /** Undefined: the usual ones. */
  readonly userKnownHostsFiles: readonly string[] | undefined;
  readonly globalKnownHostsFiles: readonly string[] | undefined;
  readonly strictHostKeyChecking: 'yes' | 'ask' | 'accept-new' | 'off';
  readonly hashKnownHosts: boolean;
  readonly updateHostKeys: boolean;
  readonly hostKeyAlias: string | undefined;
  /** Milliseconds. */
  readonly connectTimeout: number | undefined;
  /** Milliseconds; 0 for none; undefined where nothing is said. */
  readonly serverAliveInterval: number | undefined;
  readonly serverAliveCountMax: number;
  readonly addressFamily: 'any' | 'inet' | 'inet6';
  readonly bindAddress: string | undefined;
  /** No question may be asked. */
  readonly batchMode: boolean;
  /** Ways to log in that are not to be tried. */
  readonly without: readonly ('publickey' | 'password' | 'keyboard-interactive')[];
  readonly algorithms: Restrictions;
  /** Why only the system's `ssh` can go there; empty: ssh2 can. */
  readonly reasons: readonly string[];
}

/**
 * What ssh_config says of a host. Read by ourselves and not by `ssh -G`: a process for each host costs 5 ms of
 * processor time, a second for two hundred hosts, and there may be no `ssh` at all.
 *
 * @throws TsplayError or TsplayErrors with the lines that are wrong
 */
export async function sshConfigOf(query: Query): Promise<SshConfig> {
  const { host, values } = await evaluate(query);
  const first = (keyword: Keyword): string | undefined => values.get(keyword)?.[0];
  const flag = (keyword: Keyword, otherwise = false): boolean => {
    const value = first(keyword)?.toLowerCase();
    return value === undefined ? otherwise : ['yes', 'true'].includes(value);
  };
  const user = first('user') ?? userInfo().username;
  const port = Number(first('port') ?? 22);
  const tokens: TokenValues = {
    h: host,
    n: query.host,
    p: `${port}`,
    r: user,
    k: first('hostkeyalias') ?? query.host,
  };
  const path = (keyword: Keyword, text: string): string =>
    expandTokens(expandTilde(expandVariables(text, keyword)), keyword, tokens);
  const files = (keyword: Keyword): readonly string[] | undefined => {
    const words = values.get(keyword)?.filter((word) => word.toLowerCase() !== 'none');
    return words?.map((word) => path(keyword, word));
  };
  const jump = first('proxyjump');
  const jumps = jump === undefined ? 'none' : parseJumps(jump);
  const command = first('proxycommand');
  const strict = first('stricthostkeychecking')?.toLowerCase() ?? 'ask';
  const userKnownHostsFiles = files('userknownhostsfile');
  const agent = first('identityagent');
  const interval = first('serveraliveinterval');
  const timeout = first('connecttimeout');
  return {
    host,
    port,
    user,
    identityFiles: files('identityfile'),
    identitiesOnly: flag('identitiesonly'),
    identityAgent:
      agent === undefined ? undefined : agentSocket(agent, (text) => path('identityagent', text)),
    forwardAgent: !['no', 'false'].includes(first('forwardagent')?.toLowerCase() ?? 'no'),
    jumps: jumps === 'none' || jumps === undefined ? [] : jumps,
    proxyCommand:
      command === undefined || command.toLowerCase() === 'none'
        ? undefined
        : expandTokens(command, 'ProxyCommand', tokens, proxyTokens),
    userKnownHostsFiles,
    globalKnownHostsFiles: files('globalknownhostsfile'),
    strictHostKeyChecking: strictness(strict),
    hashKnownHosts: flag('hashknownhosts'),
    updateHostKeys: flag(
      'updatehostkeys',
      userKnownHostsFiles === undefined && !flag('verifyhostkeydns') && first('updatehostkeys') === undefined,
    ),
    hostKeyAlias: first('hostkeyalias')?.toLowerCase(),
    connectTimeout: timeout === undefined ? undefined : milliseconds(timeout),
    serverAliveInterval: interval === undefined ? undefined : (milliseconds(interval) ?? 0),
    serverAliveCountMax: Number(first('serveralivecountmax') ?? 3),
    addressFamily: (first('addressfamily')?.toLowerCase() ?? 'any') as SshConfig['addressFamily'],
    bindAddress: first('bindaddress'),
    batchMode: flag('batchmode'),
    without: [
      ...(first('pubkeyauthentication')?.toLowerCase() === 'no' ? (['publickey'] as const) : []),
      ...(flag('passwordauthentication', true) ? [] : (['password'] as const)),
      ...(flag('kbdinteractiveauthentication', true) ? [] : (['keyboard-interactive'] as const)),
    ],
    algorithms: restrictions(values),
    reasons: reasonsForOpenssh(values),
  };
}

function strictness(word: string): SshConfig['strictHostKeyChecking'] {
  if (['yes', 'true'].includes(word)) return 'yes';
  if (word === 'ask' || word === 'accept-new') return word;
  return 'off';
}

function agentSocket(text: string, path: (text: string) => string): string | undefined {
  if (text.toLowerCase() === 'none') return '';
  if (text === 'SSH_AUTH_SOCK') return undefined;
  if (/^\$[A-Za-z_]/.test(text)) return process.env[text.slice(1)] ?? '';
  return path(text);
}
