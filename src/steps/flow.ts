import { currentBuild, type NotPromise } from './build-context.ts';
import { or, type Condition } from './condition.ts';

/**
 * A scope whose failure skips its rest and is the condition `.failed`; what follows goes on.
 *
 * @example
 * const { failed } = attempt(() => {
 *   command('migrate', { run: ['app', 'migrate'] });
 * });
 * command('restore', { run: ['app', 'restore'], when: failed });
 */
export function attempt(body: () => NotPromise): { readonly failed: Condition } {
  return currentBuild('attempt').attempt(body);
}

/** Tasks that run even if something failed before them. */
export function always(body: () => NotPromise): void {
  currentBuild('always').always(body);
}

/**
 * Calls `body` for each item of a list, and gives what it returned. Tasks in it have ids by the key of their item, as
 * `file[/etc/app.conf]@web1`, and not by its place in the list: a change that a task waits for stays its own when
 * the list is put in another order or items come and go. Keys are unique in the list; within another `each` both keys
 * are part of the id.
 *
 * @example
 * each(sites, (site) => site.name, (site) => {
 *   const conf = file(`/etc/nginx/${site.name}.conf`, { content: site.conf });
 *   command('reload', { run: ['systemctl', 'reload', 'nginx'], when: conf.changed });
 * });
 */
export function each<T, R extends NotPromise>(
  list: Iterable<T>,
  key: (item: T) => string | number,
  body: (item: T) => R,
): R[] {
  return currentBuild('each').each(list, key, body);
}

/**
 * Tasks that run only if this holds; it is decided on the target. One of them that has a `when` of its own needs both.
 *
 * @example when(not(probe.failed), () => command('restore', { run: ['app', 'restore'] }));
 */
export function when(condition: Condition, body: () => NotPromise): void {
  currentBuild('when').when(condition, body);
}

/**
 * Tasks that run, here and now, if one of these has changed something. As with `when`, a change that they could not
 * deal with is not lost: the next run of the play does.
 *
 * @example
 * onChange([certificate, key], () => {
 *   command('reload', { run: ['systemctl', 'reload', 'nginx'] });
 * });
 */
export function onChange(
  tasks: readonly [{ readonly changed: Condition }, ...(readonly { readonly changed: Condition }[])],
  body: () => NotPromise,
): void {
  const [first, ...others] = tasks;
  when(or(first.changed, ...others.map(({ changed }) => changed)), body);
}

/** A barrier: sends what is registered and waits for it. Throws the first failure. */
export function flush(): Promise<void> {
  return currentBuild('flush').flush();
}
