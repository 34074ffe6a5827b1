/** The first line of what is encrypted with age, as text. */
export const armorBegin = '-----BEGIN AGE ENCRYPTED FILE-----';

/** The first line of what is encrypted with age, as it is. */
export const ageBegin = 'age-encryption.org/';

/** Is this text one that age has encrypted? */
export function isArmored(text: string): boolean {
  return text.trimStart().startsWith(armorBegin);
}

/** What a whole file is encrypted with, if it is. */
export function encryptionOf(bytes: Uint8Array): 'age' | undefined {
  const start = Buffer.from(bytes.subarray(0, 256)).toString('latin1').trimStart();
  return start.startsWith(ageBegin) || start.startsWith(armorBegin) ? 'age' : undefined;
}
