import type { Place } from '../../errors/tsplay-error.ts';
import type { Warning } from '../inventory.ts';

/** How many of them a warning names. */
const named = 3;

/** Whether Ansible would take a value for a template of Jinja. */
export function isTemplate(value: unknown): boolean {
  return typeof value === 'string' && /\{[{%]/.test(value);
}

/** Whether there is a template in a value, however deep. */
export function hasTemplate(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.values(value).some(hasTemplate);
  return isTemplate(value);
}

/** One warning of all templates of a file. */
export function templateWarnings(
  found: readonly { readonly name: string; readonly where: Place | undefined }[],
): readonly Warning[] {
  const [first] = found;
  if (first === undefined) return [];
  const list = found
    .slice(0, named)
    .map(({ name, where }) => (where === undefined ? name : `${name} (line ${where.line})`))
    .join(', ');
  const more = found.length > named ? ` and ${found.length - named} more` : '';
  const message = `Jinja templates are not evaluated, and stay as they are: ${list}${more}`;
  return [{ message, where: first.where }];
}
