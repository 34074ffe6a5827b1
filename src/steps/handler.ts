import { currentBuild, type NotPromise } from './build-context.ts';

const mark = Symbol.for('tsplay.v1.handler');

/** Tasks that wait for changes of others. {@link handler} makes it, `notify` takes it. */
export interface Handler {
  readonly name: string;
  readonly [mark]: true;
}

/** Makes the token of a handler. @internal */
export function makeHandler(name: string): Handler {
  return { name, [mark]: true };
}

/** Whether something is a handler, where types have not said so. @internal */
export function isHandler(value: unknown): value is Handler {
  return typeof value === 'object' && value !== null && mark in value;
}

/**
 * Tasks that run once, at the end of the play or at {@link flushHandlers}, if a task that notifies them has changed
 * something. Handlers run in the order in which they are declared; a task in one may notify one that is declared
 * later. A failure before they have run does not lose them: the change leaves a mark on the host, and the next run of
 * the play finds it and runs them, whether anything changes then or not.
 *
 * Its tasks have ids with its name, such as `command[reload]@nginx`.
 *
 * @param name - unique within the play
 * @example
 * const nginx = handler('nginx', () => {
 *   command('test', { run: ['nginx', '-t'], reads: true });
 *   command('reload', { run: ['systemctl', 'reload', 'nginx'] });
 * });
 * file('/etc/nginx/nginx.conf', { content, notify: nginx });
 */
export function handler(name: string, body: () => NotPromise): Handler {
  return currentBuild('handler').handler(name, body);
}

/** Here run the handlers that are waited for by now, and not at the end of the play. No barrier. */
export function flushHandlers(): void {
  currentBuild('flushHandlers').flushHandlers();
}
