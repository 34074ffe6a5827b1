import { WriteStream } from 'node:tty';

/**
 * Whether to write colours: to a terminal that has them, unless `NO_COLOR` says no; elsewhere only if
 * `FORCE_COLOR` says so. The rules are those of Node itself.
 *
 * @see https://nodejs.org/api/tty.html#writestreamgetcolordepthenv
 */
export function wantsColor(out: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv): boolean {
  if (out.isTTY !== true && env['FORCE_COLOR'] === undefined) return false;
  return WriteStream.prototype.hasColors(env);
}
