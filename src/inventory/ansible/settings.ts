import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { inventoryError } from '../../errors/inventory.ts';
import { TsplayErrors, type TsplayError } from '../../errors/tsplay-error.ts';
import { isOpen, reveal, Secret } from '../../secrets/hidden.ts';
import { openSecrets } from '../../secrets/sealed.ts';
import type { Draft, HostSettings } from '../draft.ts';
import type { Host } from '../inventory.ts';
import { placeOfVariable } from '../layers.ts';
import { settingProblem } from '../schema.ts';
import { isTemplate } from './templates.ts';

/** The variables of Ansible that say how to reach a host, by what they set; of several, the last one counts. */
const settings = {
  address: ['ansible_host', 'ansible_ssh_host'],
  port: ['ansible_port', 'ansible_ssh_port'],
  user: ['ansible_user', 'ansible_ssh_user'],
  identityFiles: ['ansible_private_key_file', 'ansible_ssh_private_key_file'],
  connection: ['ansible_connection'],
  password: ['ansible_password', 'ansible_ssh_pass', 'ansible_ssh_password'],
  becomeMethod: ['ansible_become_method'],
  becomePassword: ['ansible_become_password', 'ansible_become_pass', 'ansible_sudo_pass', 'ansible_su_pass'],
} as const satisfies Partial<Record<keyof HostSettings, readonly string[]>>;

type Setting = keyof typeof settings;

/** Variables that mean something to Ansible and nothing here, and why. They stay variables. */
const ineffective: readonly (readonly [RegExp, string])[] = [
  [/^ansible_(?:become|become_user|sudo|sudo_user|su|su_user)$/, "a play says 'become' itself"],
  [/^ansible_(?:become|sudo|su)_(?:exe|flags)$/, 'sudo, su and doas are called in the way that tsplay needs'],
  [
    /^ansible_ssh_(?:common_args|extra_args|args|executable)$/,
    'options of ssh stand in ssh_config, or in a file that sshConfigFile names',
  ],
  [/^ansible_(?:ssh_)?host_key_checking$/, 'host keys are always verified'],
  [/^ansible_shell_(?:type|executable)$/, 'programs are run by sh'],
  [/^ansible_(?:ssh_)?timeout$/, 'the time limit of connections is ConnectTimeout in ssh_config'],
];

/** Names of connections that are one of ours. */
const connections: Readonly<Record<string, string>> = {
  smart: 'ssh',
  paramiko: 'ssh',
  paramiko_ssh: 'ssh',
};

/**
 * Takes the variables out that say how to reach a host, and makes settings of them. What a source of tsplay's own says
 * itself is stronger.
 *
 * @throws {@link TsplayErrors} with all that cannot be so
 */
export async function applySettings(
  hosts: ReadonlyMap<string, Host>,
  draft: Draft,
): Promise<ReadonlyMap<string, Host>> {
  const problems = [...(await openSettings(hosts))];
  if (problems.length > 0) throw new TsplayErrors(problems);
  const warned = new Set<string>();
  const warn = (host: Host, name: string, why: string): void => {
    const message = `${name} has no effect and stays a variable: ${why}`;
    if (!warned.has(message)) draft.warnings.push({ message, where: placeOfVariable(host, [name]) });
    warned.add(message);
  };
  const settled = [...hosts].map(([hostName, host]) => {
    const own = draft.hosts.get(hostName)?.settings ?? {};
    const taken: Partial<Record<Setting, unknown>> = {};
    const names = new Set<string>();
    for (const [setting, candidates] of Object.entries(settings) as [Setting, readonly string[]][]) {
      for (const name of candidates) {
        if (!Object.hasOwn(host.vars, name)) continue;
        const { value, problem, unknown } = readSetting(setting, host.vars[name]);
        if (problem !== undefined) {
          const where = placeOfVariable(host, [name]);
          problems.push(
            inventoryError('inventory-setting', { host: hostName, name, problem }, { where, host: hostName }),
          );
        }
        if (unknown !== undefined) warn(host, name, unknown);
        else names.add(name);
        if (value !== undefined && own[setting] === undefined) taken[setting] = value;
      }
    }
    for (const name of Object.keys(host.vars)) {
      const why = ineffective.find(([pattern]) => pattern.test(name))?.[1];
      if (why !== undefined) warn(host, name, why);
    }
    const vars = Object.fromEntries(Object.entries(host.vars).filter(([name]) => !names.has(name)));
    return [hostName, { ...host, ...(taken as Partial<Host>), vars }] as const;
  });
  if (problems.length > 0) throw new TsplayErrors(problems);
  return new Map(settled);
}

/** What a host is reached by is needed before any is chosen. A password is opened only for those that are. */
function openSettings(hosts: ReadonlyMap<string, Host>): Promise<readonly TsplayError[]> {
  const { becomePassword: _become, password: _login, ...others } = settings;
  const names = Object.values(others).flat();
  return openSecrets([...hosts.values()].map(({ vars }) => names.map((name) => vars[name])));
}

/** What a variable sets; what is wrong with it; or why it is not known here. */
interface Reading {
  readonly value?: unknown;
  readonly problem?: string;
  readonly unknown?: string;
}

function readSetting(setting: Setting, value: unknown): Reading {
  if (setting === 'becomePassword') return readPassword(value, '-K');
  if (setting === 'password') return readPassword(value, '-k');
  return readPlain(setting, value instanceof Secret ? reveal(value) : value);
}

function readPlain(setting: Setting, given: unknown): Reading {
  if (isTemplate(given)) return { problem: 'is a Jinja template, which tsplay does not evaluate' };
  const value = converted(setting, given);
  const problem = settingProblem(setting, value);
  if (problem === undefined) return { value };
  // Hosts that are reached in another way than over SSH may stand beside those that are meant.
  const isOther = (setting === 'connection' || setting === 'becomeMethod') && typeof given === 'string';
  return isOther ? { unknown: `tsplay has no ${given}` } : { problem };
}

function converted(setting: Setting, given: unknown): unknown {
  if (setting === 'port') return typeof given === 'string' && /^\d+$/.test(given) ? Number(given) : given;
  if (typeof given !== 'string') return setting === 'identityFiles' ? [given] : given;
  const plain = given.split('.').at(-1) ?? '';
  switch (setting) {
    case 'identityFiles':
      // Ansible gives it to ssh as it is, which looks from where it was started.
      return [given.startsWith('~') ? given.replace(/^~(?=\/)/, homedir()) : resolve(given)];
    case 'connection':
      return connections[plain] ?? plain;
    case 'becomeMethod':
      return plain;
    default:
      return given;
  }
}

function readPassword(given: unknown, flag: string): Reading {
  if (!(given instanceof Secret)) return { problem: 'must be text' };
  return isOpen(given) && isTemplate(reveal(given))
    ? { unknown: `it is a Jinja template, which tsplay does not evaluate; ask for it with ${flag}` }
    : { value: given };
}
