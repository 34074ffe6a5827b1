/** Texts are passed over; of what is left, whole numbers are found. */
const parts = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/g;

const isInexact = (part: string): boolean => /^-?\d+$/.test(part) && !Number.isSafeInteger(Number(part));

/** The first whole number in a text of JSON that JavaScript would round. */
export function inexactNumber(json: string): string | undefined {
  return json.match(parts)?.find(isInexact);
}

/** Reads JSON. Whole numbers that JavaScript would round stay text. */
export function exactJson(json: string): unknown {
  return JSON.parse(json.replaceAll(parts, (part) => (isInexact(part) ? `"${part}"` : part)));
}

/** What is wrong with such a number, and what to do. */
export function inexactText(number: string): string {
  return `${number} is too large to be exact as a number: put it in quotes, which make it text`;
}
