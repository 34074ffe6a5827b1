import { defineModule, option, type OptionRules } from '../../../src/steps/index.ts';
import { checkAbsent } from '../../absent.ts';
import { editSteps } from '../../files/editing/edit-step.ts';
import { canonicalAddress, isAddress4, isAddress6 } from '../../network/address.ts';

interface Present {
  /** Its names, the one that the address is called by first. */
  readonly names: readonly string[];
  /** Whether the address has these names. @defaultValue 'present' */
  readonly state?: 'present';
}

interface Absent {
  /** The names that go; others of the address stay. @defaultValue all lines of the address go */
  readonly names?: readonly string[];
  /** The names go. */
  readonly state: 'absent';
}

/** Options of {@link hostsEntry}. */
export type HostsEntryOptions = Present | Absent;

const label = '[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?';

const options: OptionRules<HostsEntryOptions> = {
  names: option.listOf(
    option.line(
      new RegExp(`^(?=.{1,253}$)(?!\\d+(?:\\.\\d+){3}$)${label}(?:\\.${label})*$`),
      'the name of a host: letters, digits, hyphens and dots',
    ),
    1,
  ),
  state: option.oneOf('present', 'absent'),
};

const hosts = '/etc/hosts';

/**
 * The names of an address in `/etc/hosts`. Its line begins with them in this order; other names that stand there stay
 * behind them. The names are taken off the lines of other addresses of the same family, since only the first line with a
 * name counts. All other lines, and comments, stay as they are.
 *
 * @example hostsEntry('10.0.0.5', { names: ['db1.example.org', 'db1'] })
 * @example hostsEntry('10.0.0.5', { state: 'absent' })
 * @see https://man7.org/linux/man-pages/man5/hosts.5.html
 */
export const hostsEntry = defineModule<HostsEntryOptions>('hostsEntry', {
  options,
  claims: (ip, { names = [], state }) => [
    {
      resource: `names of ${written(ip)} in file:${hosts}`,
      value: state === 'absent' ? `absent ${names.join(' ')}` : names.join(' '),
    },
    ...(state === 'absent' ? [] : names).map(
      (name) => ({ resource: `IPv${family(ip)} name ${name} in file:${hosts}`, value: written(ip) }) as const,
    ),
  ],
  check(ip, o, problem) {
    if (family(ip) === 0)
      problem(`the name must be an address such as 192.0.2.1 or fd00::1, not ${option.quoted(ip)}`);
    const names = Array.isArray(o.names) ? o.names : [];
    const twice = names.find((name, index) => names.indexOf(name) < index);
    if (twice !== undefined) problem(`names has ${option.quoted(twice)} twice`);
    if (o.state !== 'absent') {
      if (o.names === undefined) problem("names is missing (or say state: 'absent')");
      return;
    }
    checkAbsent(o, ['names'], problem);
    if (o.names === undefined && /^(127\.|::1$)/.test(written(ip)))
      problem('all names of the host itself would go; say which names');
  },
  steps: (ip, { names = [], state = 'present' }) =>
    editSteps(
      hosts,
      ['hosts', state, written(ip), names.join(' ')],
      state === 'absent' ? 'leave' : 'fail',
      state === 'absent' ? {} : { create: true, mode: '0644' },
    ),
});

function family(ip: string): 0 | 4 | 6 {
  return isAddress4(ip) ? 4 : isAddress6(ip) && !ip.includes('%') ? 6 : 0;
}

function written(ip: string): string {
  return family(ip) === 6 ? canonicalAddress(ip) : ip;
}
