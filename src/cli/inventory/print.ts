import type { Place } from '../../errors/tsplay-error.ts';
import { wantsColor } from '../../report/color.ts';
import { pathFrom } from '../../report/failure-lines.ts';
import type { Line } from '../../report/line.ts';
import { printed } from '../../report/paint.ts';
import { Secret } from '../../secrets/secret.ts';

/** Prints lines; on a terminal, those that may be cut end where it does. */
export function print(lines: readonly Line[]): void {
  const out = process.stdout;
  const options = { color: wantsColor(out, process.env), columns: out.isTTY ? out.columns : undefined };
  out.write(lines.map((line) => `${printed(line, options)}\n`).join(''));
}

/** Prints a value for programs. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** A place on one line, its file as seen from where the user stands; nothing where there is none. */
export function placeText(place: Place | undefined): string {
  return place === undefined ? '' : `${pathFrom(process.cwd(), place.file)}:${place.line}:${place.column}`;
}

/** A value on one line. */
export function valueText(value: unknown): string {
  if (value === undefined || value instanceof Secret) return String(value);
  return JSON.stringify(value);
}
