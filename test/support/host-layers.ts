import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Programs of other distributions, for hosts that are overlays of this machine; scripts/host-layers.mjs makes them. */
export type HostLayer = 'managers' | 'openrc' | 'docker';

const script = fileURLToPath(new URL('../../scripts/host-layers.mjs', import.meta.url));
const known = new Map<HostLayer, string>();

/** The folder of a layer, which is made once on a machine. */
export function layerFolder(layer: HostLayer): string {
  const folder =
    known.get(layer) ?? execFileSync(process.execPath, [script, layer], { encoding: 'utf8' }).trim();
  known.set(layer, folder);
  return folder;
}
