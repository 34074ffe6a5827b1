import { defineDocument, type DocumentOptions } from './document.ts';
import { JsonText } from './json-text.ts';

/** Options of {@link json}. */
export type JsonOptions = DocumentOptions;

/**
 * Keys of a JSON file, in place: all that is not named stays as it is, byte for byte; what is new is indented as the rest.
 * Comments, which some programs take, are no error. With a secret among the values no diff is shown.
 *
 * **It costs a barrier**: the file is fetched, changed here, and written if it is then still what was fetched; if not,
 * the task fails. Calls that begin together share one barrier. A check reads, and tells what would change.
 *
 * @example
 * const daemon = await json('/etc/docker/daemon.json', { set: { 'log-opts.max-size': '10m' }, create: true });
 * command('reload', { run: ['systemctl', 'reload', 'docker'], when: daemon.changed });
 * @example
 * await Promise.all([json('/etc/a.json', { remove: ['debug'] }), json('/etc/b.json', { merge: { tls: { min: 1.2 } } })]);
 * @see https://www.rfc-editor.org/rfc/rfc8259 for JSON
 */
export const json = defineDocument('json', async () => (text) => new JsonText(text));
