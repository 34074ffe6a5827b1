import { defineModule, option, type OptionRules } from '../../src/steps/index.ts';
import { pathClaims, placeProblems, protectedProblems, removal } from './paths.ts';

/** Options of {@link absent}. */
export interface AbsentOptions {
  /** A folder goes with all that is in it. Else one that is not empty is an error. @defaultValue false */
  readonly recursive?: boolean;
  /**
   * What is removed is not kept on the host: an undo cannot bring it back. Else it is, below `/var/lib/tsplay`, which
   * takes time and place where that is another file system. @defaultValue false
   */
  readonly discard?: boolean;
}

const options: OptionRules<AbsentOptions> = { recursive: option.flag, discard: option.flag };

/**
 * There is nothing of that name: no file, no link, no folder. Of a symbolic link it is the link that goes. Mount points and
 * folders that have one in them stay, and that is an error; so are the folders without which no host works.
 *
 * @example
 * absent('/etc/nginx/sites-enabled/default')
 * @example
 * absent('/srv/app/cache', { recursive: true, discard: true })
 * @see https://man7.org/linux/man-pages/man1/rm.1.html
 */
export const absent = defineModule<AbsentOptions>('absent', {
  options,
  claims: (path) => pathClaims(path, 'absent'),
  check(path, _o, problem) {
    placeProblems(path).forEach(problem);
    protectedProblems(path).forEach(problem);
  },
  steps: (path, { recursive = false, discard = false }) =>
    removal(option.plainPath(path), { folder: false, recursive, discard }),
});
