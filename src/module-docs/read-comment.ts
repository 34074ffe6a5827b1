import type { Comment } from './shape.ts';

/** The texts of all tags of one name. */
export function tagged({ tags }: Comment, name: string): readonly string[] {
  return tags.flatMap((tag) => (tag.name === name && tag.text.trim() !== '' ? [tag.text.trim()] : []));
}

/** What is said of a parameter stands behind a dash. */
export function withoutDash(text: string): string {
  return text.replace(/^- /, '');
}

/** What a comment says to look at. */
export function linksOf(comment: Comment): readonly string[] {
  return tagged(comment, 'see');
}

/** The first sentence of a text, on one line. */
export function firstSentence(text: string): string {
  const [paragraph = ''] = text.split(/\n\s*\n/);
  const line = paragraph.replaceAll(/\s+/g, ' ').trim();
  // A point before a small letter or a digit ends no sentence.
  return /^.*?[.!?](?= [^\p{Ll}\d]|$)/u.exec(line)?.[0] ?? line;
}
