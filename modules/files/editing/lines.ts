import { option, Secret, withSecrets, type OptionRule } from '../../../src/steps/index.ts';

/** What no line of a text file can hold; tabs it can. */
const unfit = /[^\P{Cc}\t]/u;

/** One line of text, or a secret one. It may be empty. */
export const secretLine: OptionRule = (name, value) => {
  if (value instanceof Secret) {
    return holds(value, unfit) ? [`${name} is a secret with newlines or other control characters in it`] : [];
  }
  const wrong = option.text(name, value);
  return wrong.length === 0 && unfit.test(String(value))
    ? [`${name} must have no newlines or other control characters: ${option.quoted(String(value))}`]
    : wrong;
};

/** Several lines of text, or secret ones. */
export const secretLines: OptionRule = (name, value) => {
  const control = /[^\P{Cc}\t\n]/u;
  if (value instanceof Secret) {
    return holds(value, control) ? [`${name} is a secret with control characters in it`] : [];
  }
  const wrong = option.text(name, value);
  return wrong.length === 0 && control.test(String(value))
    ? [`${name} must have no control characters but tabs and newlines: ${option.quoted(String(value))}`]
    : wrong;
};

/** Does a secret, or a text, hold what matches this? */
export function holds(text: string | Secret, what: RegExp): boolean {
  let found = false;
  withSecrets((reveal) => {
    found = what.test(text instanceof Secret ? reveal(text) : text);
    return '';
  });
  return found;
}
