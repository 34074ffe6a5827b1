import { stepError } from '../../errors/steps.ts';
import { Sh } from '../sh.ts';

/**
 * A list that many steps look at, such as all rules of a table. It is made once, at the first need, and again only
 * after something on the host was changed.
 */
export interface Query {
  readonly kind: 'query';
  /** Letters, digits and underscores; unique within a program. */
  readonly name: string;
  readonly command: Sh;
  /** What this step asks about; those of all steps of a program are the `"$@"` of the command. */
  readonly items: readonly string[];
  /** Among the items are the paths that tasks of the play declare. */
  readonly declared?: boolean | undefined;
  /** What the command printed, as one word, for the reading halves of the steps that name this query. */
  readonly output: Sh;
  /** It is made only if a reading half that runs in place asks for it, by `ts_query NAME`. */
  readonly lazy: boolean;
}

/** Shell functions that halves of several steps call. They stand in a program once. */
export interface Library {
  readonly kind: 'library';
  readonly name: string;
  readonly functions: Sh;
}

/**
 * Makes a {@link Query}. With `items` the command is asked once about the items of all steps of the program, which it
 * finds in `"$@"`: one process for all packages of a play, and not one for each.
 *
 * @example query('dpkg', sh`dpkg-query -W "$@"`, ['nginx'])
 */
export function query(name: string, command: Sh, items: readonly string[] = []): Query {
  if (!/^[a-z][a-z0-9_]*$/.test(name)) throw stepError('bad-query-name', { name });
  return { kind: 'query', name, command, items, output: new Sh(`"$ts_query_${name}"`), lazy: false };
}

/** The same query, made only if a reading half that runs in place (`builtins`) asks for it, by `ts_query NAME`. */
export function lazily(asked: Query): Query {
  return { ...asked, lazy: true };
}

/**
 * Shell functions that halves of several steps call: they stand in a program once, and only where steps name them in
 * `uses`. Their names begin with that of the library and an underscore.
 *
 * @example library('pkg', sh`pkg_version() { dpkg-query -W -f '\${Version}' "$1"; }`)
 */
export function library(name: string, functions: Sh): Library {
  if (!/^[a-z][a-z0-9_]*$/.test(name)) throw stepError('bad-query-name', { name });
  return { kind: 'library', name, functions };
}

/**
 * The paths on the host that tasks of the play declare, one a line: those of all tasks that are registered when the
 * program is sent.
 */
export const declaredPaths: Query = {
  ...query('declared', new Sh(`printf '%s\\n' "$@"`)),
  declared: true,
};
