import { defineDocument, type DocumentOptions } from './document.ts';
import { YamlText } from './yaml-text.ts';

/** Options of {@link yaml}. */
export type YamlOptions = DocumentOptions;

/**
 * Keys of a YAML file, in place: comments and order stay, and so do quotes of values that are not named. Texts that older
 * programs would take for something else (`no`, `on`, `0644`) are written between quotes. A file of several documents is
 * refused. With a secret among the values no diff is shown.
 *
 * **It costs a barrier**, as {@link json} does: the file is fetched, changed here, and written if it is then still what
 * was fetched; if not, the task fails. Calls that begin together share one barrier.
 *
 * @example
 * const conf = await yaml('/etc/app.yaml', { set: { 'server.port': 8080, 'server.hosts[0]': 'a.example' } });
 * @example
 * await yaml('/etc/netplan/60-lan.yaml', { merge: { network: { version: 2 } }, remove: ['network.wifis'] });
 * @see https://yaml.org/spec/1.2.2/ for YAML
 */
export const yaml = defineDocument('yaml', async () => {
  const library = await import('yaml');
  return (text) => new YamlText(library, text);
});
