import { option, type OptionRule } from '../../../src/steps/index.ts';

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

interface Field {
  readonly low: number;
  readonly high: number;
  readonly names: readonly string[];
}

/** The five fields of a line, in their order. */
export const fields = {
  minute: { low: 0, high: 59, names: [] },
  hour: { low: 0, high: 23, names: [] },
  day: { low: 1, high: 31, names: [] },
  month: { low: 1, high: 12, names: months },
  weekday: { low: 0, high: 7, names: days },
} as const satisfies Readonly<Record<string, Field>>;

/** The rule of one field: a number, or what crontab(5) has: lists, ranges, steps, names. */
export function cronField(field: keyof typeof fields): OptionRule {
  const { low, high, names }: Field = fields[field];
  const like = `${low} to ${high}${names.length === 0 ? '' : `, or ${names[0]} to ${names.at(-1)}`}`;
  return option.rule(`a number from ${like}, or as crontab has it: '*', '*/5', '1,15', '8-18/2'`, (value) =>
    typeof value === 'number'
      ? Number.isInteger(value) && value >= low && value <= high
      : typeof value === 'string' && value.split(',').every((part) => isPart(part, { low, high, names })),
  );
}

function isPart(part: string, field: Field): boolean {
  const [, range = '', step] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(part) ?? [];
  if (step !== undefined && (Number(step) < 1 || Number(step) > field.high)) return false;
  if (range === '*') return true;
  const [from = '', to, ...rest] = range.split('-');
  const first = numberOf(from, field);
  const last = to === undefined ? first : numberOf(to, field);
  // A step counts through a range; behind one number some crons ignore it and others do not.
  return (
    rest.length === 0 && first <= last && last <= field.high && !(step !== undefined && to === undefined)
  );
}

function numberOf(text: string, { low, names }: Field): number {
  const name = names.indexOf(text.toLowerCase());
  if (name >= 0) return name + low;
  return /^\d{1,2}$/.test(text) && Number(text) >= low ? Number(text) : Number.NaN;
}
