import type { Place } from '../errors/tsplay-error.ts';
import type { Host, Layer } from './inventory.ts';

/** The layer whose value of a variable counts. */
export function winnerOf(layers: readonly Layer[], name: string): Layer | undefined {
  return layers.findLast(({ vars }) => Object.hasOwn(vars, name));
}

/** Where a variable of a host, or what is inside of it, has its value from. The path begins with its name. */
export function placeOfVariable(
  { layers = [] }: Pick<Host, 'layers'>,
  path: readonly string[],
): Place | undefined {
  const [name = ''] = path;
  return winnerOf(layers, name)?.locate(path);
}
