import { v } from 'tsplay';
import {
  authorizedKey,
  file,
  hostname,
  kernelModule,
  pkg,
  service,
  sudoers,
  sysctl,
  timezone,
  user,
} from 'tsplay/modules';

/** Who administers the hosts: an account, its keys, and whether sudo lets it do everything. */
const admin = v.object({
  name: v.string(),
  keys: v.pipe(v.array(v.string()), v.minLength(1)),
  sudo: v.optional(v.boolean(), true),
});

/** What {@link baseSystem} takes, as a schema for the variables of a play. */
export const baseSystemVars = v.object({
  hostname: v.optional(v.string()),
  timezone: v.optional(v.string()),
  packages: v.optional(v.array(v.string()), []),
  admins: v.optional(v.array(admin), []),
  sysctl: v.optional(v.record(v.string(), v.union([v.string(), v.number()])), {}),
  kernelModules: v.optional(v.array(v.string()), []),
  sshPasswords: v.optional(v.boolean()),
});

/** Options of {@link baseSystem}. What is left out stays as it is. */
export interface BaseSystemOptions {
  /** The name of the host. @defaultValue as it is */
  readonly hostname?: string | undefined;
  /** The time zone, such as `'Etc/UTC'`. @defaultValue as it is */
  readonly timezone?: string | undefined;
  /** Packages that are on every host, by their names on its distribution. @defaultValue none */
  readonly packages?: readonly string[];
  /** Accounts of those who administer the hosts; only these keys let them in. @defaultValue none */
  readonly admins?: readonly v.InferOutput<typeof admin>[];
  /** Kernel parameters, kept over a reboot. @defaultValue none */
  readonly sysctl?: Readonly<Record<string, string | number>>;
  /** Kernel modules, loaded now and at boot. @defaultValue none */
  readonly kernelModules?: readonly string[];
  /** Whether sshd takes passwords. It keeps its connections when it reads that. @defaultValue as it is */
  readonly sshPasswords?: boolean | undefined;
}

const sshd = '/etc/ssh/sshd_config.d/40-tsplay-base.conf';

/**
 * What every host has before it becomes something: its name, its time, its packages, the accounts of those who
 * administer it, and the kernel as the site wants it. Accounts come before what might lock out: sshd refuses passwords
 * only when the keys are there.
 *
 * @example
 * baseSystem({
 *   hostname: 'gw1',
 *   timezone: 'Etc/UTC',
 *   packages: ['tcpdump'],
 *   admins: [{ name: 'ops', keys: ['ssh-ed25519 AAAAC3… ops'], sudo: true }],
 *   sshPasswords: false,
 * });
 */
export function baseSystem(options: BaseSystemOptions): void {
  const { packages = [], admins = [], kernelModules = [], sshPasswords } = options;
  if (options.hostname !== undefined) hostname(options.hostname, { hosts: true });
  if (options.timezone !== undefined) timezone(options.timezone);
  if (packages.length > 0) pkg('base', { names: packages });
  for (const { name, keys, sudo } of admins) {
    user(name);
    authorizedKey(name, { keys, exclusive: true });
    // No dot in the name: sudo would skip the file.
    sudoers(`admin-${name}`, sudo ? { user: name, commands: 'ALL', noPassword: true } : { state: 'absent' });
  }
  for (const module of kernelModules) kernelModule(module);
  for (const [key, value] of Object.entries(options.sysctl ?? {})) sysctl(key, { value });
  if (sshPasswords !== undefined) {
    const conf = file(sshd, {
      content: `PasswordAuthentication ${sshPasswords ? 'yes' : 'no'}\n`,
      mode: '0644',
      validate: ['sshd', '-t', '-f', '%s'],
    });
    service('sshd', { state: 'reloaded', when: conf.changed });
  }
}
