import { template } from 'tsplay/modules';

/** Options of {@link motd}. */
export interface MotdOptions {
  /** The name of the host, as people know it. */
  readonly name: string;
  /** Whom to ask before something is changed by hand. @defaultValue nobody is named */
  readonly contact?: string;
}

/**
 * Greets those who log in. A role is a function that calls modules: what it can be given is an interface, and what it
 * gives back is for tasks that depend on it.
 *
 * @example
 * motd({ name: host.name, contact: 'ops@example.org' })
 */
export function motd({ name, contact = '' }: MotdOptions) {
  // Its file stands beside it.
  return template('/etc/motd', { source: 'motd.hbs', vars: { name, contact }, mode: '0644' });
}
