import type { Sh } from '../sh.ts';

/** How a value is read: by a command, or as the first line of a file of /proc or /sys without any process. */
export type Read =
  | { readonly kind: 'command'; readonly command: Sh; readonly absent: readonly number[] }
  | { readonly kind: 'line'; readonly path: string };

/** Reads a value by a command. `absent` are the exit statuses that mean "there is none". */
export function reading(command: Sh, absent: readonly number[] = []): Read {
  return { kind: 'command', command, absent };
}

/** Reads the first line of a file of /proc, without a process. No such file: absent. */
export function procFile(path: `/proc/${string}`): Read {
  return { kind: 'line', path };
}

/** Reads the first line of a file of /sys, without a process. No such file: absent. */
export function sysFile(path: `/sys/${string}`): Read {
  return { kind: 'line', path };
}
