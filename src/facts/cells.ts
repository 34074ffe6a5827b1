import { sh } from '../steps/sh.ts';

/**
 * Shell functions that read files of /sys and /proc without a process for each. `first FILE` sets `ts_v` to the first
 * line, or to nothing where it cannot be read; `cells FOLDER FILE...` prints those lines, a tab behind each; `tell KEY
 * FILE` prints it as `key=value`, and nothing if it is empty.
 */
export const fileReading = sh`
first() { ts_v=''; { IFS= read -r ts_v <"$1"; } 2>/dev/null || :; }
cells() {
  ts_folder=$1
  shift
  for ts_file in "$@"; do
    first "$ts_folder/$ts_file"
    printf '%s\t' "$ts_v"
  done
}
tell() { first "$2"; [ -z "$ts_v" ] || printf '%s=%s\n' "$1" "$ts_v"; }`;

/** The same for probes that stand on /sys: where it is not there, nothing in it would look like no bond and no bridge. */
export const cellsReading = sh`
${fileReading}
sys() { [ -d /sys/class/net ] || { echo '/sys is not mounted here' >&2; exit 1; }; }`;

/** What a cell says; undefined for an empty one, which the host does not tell. */
export const told = (cell: string | undefined): string | undefined => (cell === '' ? undefined : cell);

/** As {@link told}, as a whole number. Throws where it is none. */
export function numberTold(cell: string | undefined): number | undefined {
  const text = told(cell);
  if (text === undefined) return undefined;
  if (!/^-?(?:\d+|0x[\da-f]+)$/i.test(text)) throw new Error(`not a number: ${text}`);
  return Number(text);
}

/** As {@link numberTold}, of what every host tells. */
export function numberIn(cell: string | undefined): number {
  const number = numberTold(cell);
  if (number === undefined) throw new Error('a number is missing');
  return number;
}

/** Mbit/s as the kernel tells them, whose word for not knowing it is -1, of older ones without the sign. */
export function speedTold(cell: string | undefined): number | undefined {
  const speed = numberTold(cell);
  return speed === undefined || speed <= 0 || speed === 0xff_ff_ff_ff ? undefined : speed;
}
