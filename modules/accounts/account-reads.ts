import { query, sh, tool, type Query } from '../../src/steps/index.ts';

/** The users of these names or numbers. One read serves all tasks. */
export function users(...keys: readonly (string | number)[]): Query {
  return query('passwd', sh`ts_passwd_lines "$@"`, keys.map(String));
}

/** All local groups, and those of these names or numbers that stand elsewhere. */
export function groups(...keys: readonly (string | number)[]): Query {
  return query('group', sh`ts_group_lines "$@"`, keys.map(String));
}

/** Passwords and expiry of these users. */
export function shadow(...names: readonly string[]): Query {
  return query('shadow', sh`ts_shadow_lines "$@"`, names);
}

const packages = {
  debian: 'passwd',
  fedora: 'shadow-utils',
  rhel: 'shadow-utils',
  suse: 'shadow',
  alpine: 'shadow',
  arch: 'shadow',
};

/** What makes users: of shadow-utils, or of busybox. */
export const userTools = tool(['useradd', 'adduser'], packages);

/** What makes groups, likewise. */
export const groupTools = tool(['groupadd', 'addgroup'], packages);
