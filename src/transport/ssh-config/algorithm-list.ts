import { fitsList } from './patterns.ts';

/** The algorithms of one kind that a program knows, in its order of preference. */
export interface Algorithms {
  /** Those that are offered where nothing is said. */
  readonly usual: readonly string[];
  /** Those too that have to be asked for; patterns find them in this order. */
  readonly all: readonly string[];
}

/**
 * What a list of ssh_config leaves: `+` adds behind what is usual, `^` puts in front of it, `-` takes away from it,
 * and without a sign the list is all there is. Names may be patterns. What is not known is passed over.
 */
export function algorithmList(text: string, { usual, all }: Algorithms): readonly string[] {
  const sign = /^[+^-]/.exec(text)?.[0];
  const list = sign === undefined ? text : text.slice(1);
  if (sign === '-') return usual.filter((name) => !fitsList(name, list));
  const named = list.split(',').flatMap((pattern) => all.filter((name) => fitsList(name, pattern)));
  const parts = sign === '+' ? [...usual, ...named] : sign === '^' ? [...named, ...usual] : named;
  return [...new Set(parts)];
}
