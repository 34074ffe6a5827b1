import { sh } from '../steps/sh.ts';
import type { FactGroupDefinition } from './group.ts';
import { Sections } from './sections.ts';

/** A user of the host. */
export interface HostUser {
  readonly name: string;
  readonly uid: number;
  /** Number of the main group. */
  readonly gid: number;
  /** The GECOS field: by custom the full name. People write it themselves: it may hold anything. */
  readonly comment: string;
  readonly home: string;
  /** Empty where the host has the default, /bin/sh. */
  readonly shell: string;
}

/** A group of users of the host. */
export interface HostGroup {
  readonly name: string;
  readonly gid: number;
  /** Names of those who are in it beside those whose main group it is. */
  readonly members: readonly string[];
}

/** Facts of the group `users`. */
export interface UsersFacts {
  /** In the order of the host. */
  readonly users: readonly HostUser[];
  readonly groups: readonly HostGroup[];
  /**
   * `getent`: all sources that the host uses, such as a directory, as far as they let themselves be listed: sssd does
   * not, unless told to. `files`: /etc/passwd and /etc/group, of a host without `getent`.
   */
  readonly source: 'getent' | 'files';
}

const probe = sh`
if command -v getent >/dev/null 2>&1; then
  printf '@source\ngetent\n@passwd\n'
  getent passwd || exit
  printf '@group\n'
  getent group || exit
else
  printf '@source\nfiles\n@passwd\n'
  cat /etc/passwd || exit
  printf '\n@group\n'
  cat /etc/group || exit
fi`;

/** As many as the probe prints. */
const parts = 3;

/** See {@link UsersFacts}. */
export const users: FactGroupDefinition<UsersFacts> = {
  probe,
  limit: 20,
  parse(printed) {
    // A line of the host's files that looks like one of ours must not take its place.
    if ((printed.match(/^@/gm) ?? []).length > parts) throw new Error('a user or a group begins with an @');
    const told = new Sections(printed);
    const found = told.lines('passwd').flatMap(user);
    if (found.length === 0) throw new Error('the host tells no user at all');
    return {
      users: found,
      groups: told.lines('group').flatMap(group),
      source: told.word('source') === 'getent' ? 'getent' : 'files',
    };
  },
};

// A line that the host's own library passes over is passed over here too: comments, `+@netgroup`, broken ones.
function user(line: string): readonly HostUser[] {
  const [name = '', , uid = '', gid = '', comment = '', home = '', shell] = line.split(':');
  if (!isEntry(name, uid, gid) || shell === undefined) return [];
  return [{ name, uid: Number(uid), gid: Number(gid), comment, home, shell }];
}

function group(line: string): readonly HostGroup[] {
  const [name = '', , gid = '', members = ''] = line.split(':');
  if (!isEntry(name, gid)) return [];
  return [{ name, gid: Number(gid), members: members.split(',').filter((member) => member !== '') }];
}

const isEntry = (name: string, ...numbers: readonly string[]): boolean =>
  name !== '' && !/^[#+-]/.test(name) && numbers.every((number) => /^\d+$/.test(number));
