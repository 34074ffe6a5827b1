/** The first line of what is encrypted with age, as text. */
export const armorBegin = '-----BEGIN AGE ENCRYPTED FILE-----';

/** Is this text one that age has encrypted? */
export function isArmored(text: string): boolean {
  return text.trimStart().startsWith(armorBegin);
}
