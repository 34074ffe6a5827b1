import type { Target } from './transport.ts';

/**
 * Ends what is under way to a host when nobody wants it any more.
 *
 * @returns what stops watching, once it is there
 */
export function whenGivenUp({ givenUp }: Target, end: () => void): () => void {
  if (givenUp?.aborted === true) end();
  givenUp?.addEventListener('abort', end);
  return () => givenUp?.removeEventListener('abort', end);
}
