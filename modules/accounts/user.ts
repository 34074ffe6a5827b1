import { defineModule, option, type OptionRules, type Secret } from '../../src/steps/index.ts';
import { checkAbsent } from '../absent.ts';
import {
  account,
  accountNameProblems,
  accountNumber,
  accountPath,
  accounts,
  comment,
  day,
} from './account-rules.ts';
import { passwordHash } from './password-hash.ts';
import { userAbsentSteps } from './user-absent.ts';
import { userClaims } from './user-claims.ts';
import { userPresentSteps } from './user-present.ts';

/** What a user may be. */
export interface PresentUser {
  /** Its number. Files at home follow a change; others keep the old one. @defaultValue as it is; the next free one */
  readonly uid?: number;
  /**
   * Its main group, by name or number, which must exist. @defaultValue as it is; for a new user a group of the same
   * name, or what the host has for all
   */
  readonly group?: string | number;
  /**
   * The other groups that it is in: these alone, unless `appendGroups`; that its main group is among them makes no
   * difference. `[]` is none. @defaultValue left as they are
   */
  readonly groups?: readonly string[];
  /** It may be in other groups than `groups`, too, as where `group` tasks have members. @defaultValue false */
  readonly appendGroups?: boolean;
  /** Its home. A change moves no files. @defaultValue as it is; for a new user what the host has, such as /home/NAME */
  readonly home?: string;
  /**
   * Where there is no folder at its home, one is made with what `/etc/skel` has. `false` makes none, and leaves one
   * that is there. @defaultValue true, but false for `system`
   */
  readonly createHome?: boolean;
  /** The program that a login starts, which must exist. @defaultValue as it is; for a new user what the host has */
  readonly shell?: string;
  /** The GECOS field: by custom the full name. @defaultValue as it is */
  readonly comment?: string;
  /** A new user gets a number of those for services, and no home. @defaultValue false */
  readonly system?: boolean;
  /**
   * The hash of its password, as `openssl passwd -6` prints it, or `'*'` if no password is to fit, or `'!'`, which
   * locks it as well. Never shown, and in no process list. @defaultValue as it is; none fits for a new user
   */
  readonly password?: string | Secret;
  /** `'onCreate'` sets it where the user has none yet; one that is there is left. @defaultValue 'always' */
  readonly updatePassword?: 'always' | 'onCreate';
  /** The last day but one that it can log in: `'2027-01-31'`, or `'never'`. @defaultValue as it is */
  readonly expires?: string;
  /**
   * Whether its password is locked; keys still work where sshd asks PAM. `false` takes the lock away, and where there is
   * no password, none fits then, but other ways to log in do. @defaultValue as it is
   */
  readonly locked?: boolean;
  /** @defaultValue 'present' */
  readonly state?: 'present';
  readonly removeHome?: never;
}

/** What may be said of a user that is not to be there. */
export interface AbsentUser {
  readonly uid?: never;
  readonly group?: never;
  readonly groups?: never;
  readonly appendGroups?: never;
  readonly home?: never;
  readonly createHome?: never;
  readonly shell?: never;
  readonly comment?: never;
  readonly system?: never;
  readonly password?: never;
  readonly updatePassword?: never;
  readonly expires?: never;
  readonly locked?: never;
  /** Nothing may run as that user. Groups list it no longer, and its own group goes with it. */
  readonly state: 'absent';
  /**
   * Its home goes, too, if it belongs to that user alone. It is kept with the journal of the run, and comes back with an
   * undo. @defaultValue false
   */
  readonly removeHome?: boolean;
}

/** Options of {@link user}. */
export type UserOptions = PresentUser | AbsentUser;

const options: OptionRules<UserOptions> = {
  uid: accountNumber,
  group: (name, value) => (typeof value === 'number' ? accountNumber(name, value) : account(name, value)),
  groups: accounts,
  appendGroups: option.flag,
  home: accountPath,
  createHome: option.flag,
  shell: accountPath,
  comment,
  system: option.flag,
  password: passwordHash,
  updatePassword: option.oneOf('always', 'onCreate'),
  expires: day,
  locked: option.flag,
  state: option.oneOf('present', 'absent'),
  removeHome: option.flag,
};

/**
 * A user of the host's own (`/etc/passwd`), made and changed with the tools of shadow-utils or of busybox, whichever the
 * host has. Fields that are not declared stay as they are. A number or home cannot be changed while something
 * runs as that user. One task says all of a user.
 *
 * @example user('ops', { comment: 'Operations', groups: ['sudo'], shell: '/bin/bash' })
 * @example user('deploy', { uid: 2000, group: 'www', password: vars.deployHash, expires: '2027-01-31' })
 * @example user('exporter', { system: true, home: '/nonexistent', shell: '/usr/sbin/nologin' })
 * @example user('former', { state: 'absent', removeHome: true })
 * @see https://man7.org/linux/man-pages/man8/useradd.8.html
 */
export const user = defineModule<UserOptions>('user', {
  options,
  claims: userClaims,
  check(name, o, problem) {
    accountNameProblems(name).forEach(problem);
    if (o.state === 'absent') {
      checkAbsent(o, ['removeHome'], problem);
      if (name === 'root') problem('root cannot be removed');
      return;
    }
    if (o.removeHome !== undefined) problem("removeHome makes no sense without state: 'absent'");
    if (o.appendGroups !== undefined && o.groups === undefined)
      problem('appendGroups makes no sense without groups');
    if (o.updatePassword !== undefined && o.password === undefined) {
      problem('updatePassword makes no sense without password');
    }
    if (name === 'root' && o.uid !== undefined && o.uid !== 0) problem('the uid of root is 0');
    if (o.group !== undefined && o.groups?.includes(String(o.group)) === true) {
      problem(`groups must not have the main group '${o.group}': leave it out there`);
    }
  },
  steps: (name, o) => (o.state === 'absent' ? userAbsentSteps(name, o) : userPresentSteps(name, o)),
});
