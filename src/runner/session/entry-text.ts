import type { Step } from '../../steps/step.ts';

/**
 * What a step tells, as a person reads it: the fields of an entry stand beside each other, and its key is not said twice
 * where another field has it, as with the line of a public key.
 */
export function readable(step: Step | undefined, text: string | undefined): string | undefined {
  return step?.kind === 'entries' ? text?.split('\n').map(entryText).join('\n') : text;
}

function entryText(entry: string): string {
  const [key = '', ...fields] = entry.split('\t');
  const known = fields.some((field) => field.includes(key));
  return [...(known ? [] : [key]), ...fields].filter((field) => field !== '').join(' ');
}
