import { sh } from '../steps/sh.ts';

/**
 * What probes read files of /proc and /sys with, at no process. `first FILE` leaves the first line in `ts_v`, and
 * nothing if the file cannot be read; `tell KEY FILE` prints it as `key=value`.
 */
export const reading = sh`
first() { ts_v=''; { IFS= read -r ts_v <"$1"; } 2>/dev/null || :; }
tell() { first "$2"; [ -z "$ts_v" ] || printf '%s=%s\n' "$1" "$ts_v"; }`;
