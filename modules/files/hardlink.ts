import {
  builtins,
  defineModule,
  option,
  present,
  requires,
  sh,
  type OptionRules,
} from '../../src/steps/index.ts';
import { filePathProblems } from './ownership.ts';
import { away, pathClaims } from './paths.ts';

/** Options of {@link hardlink}. */
export interface HardlinkOptions {
  /** The file that it is another name of: an absolute path in the same file system, and no symbolic link. */
  readonly to: string;
  /** Put it in the place of another file of that name, which an undo brings back. @defaultValue false */
  readonly force?: boolean;
}

const options: OptionRules<HardlinkOptions> = { to: option.path, force: option.flag };

/**
 * Another name of a file. Both are the same file: its content, owner and mode are declared by either. A file that is
 * replaced whole, as `file` and most programs do it, is another one afterwards, and this makes the link anew.
 *
 * @example
 * hardlink('/srv/mirror/pool.img', { to: '/srv/pool.img' })
 * @see `absent` to remove the name again
 */
export const hardlink = defineModule<HardlinkOptions>('hardlink', {
  options,
  claims: (path, { to }) => pathClaims(path, `the same file as ${option.plainPath(to)}`),
  check(path, { to }, problem) {
    filePathProblems(path).forEach(problem);
    if (to === undefined) problem('to is missing');
    else if (option.plainPath(path) === option.plainPath(to)) problem('to is the path itself');
  },
  steps(name, { to: target, force = false }) {
    const [path, to] = [option.plainPath(name), option.plainPath(target)];
    return [
      requires(`${path} can be the same file as ${to}`, {
        test: builtins`ts_hardlink_able ${path} ${to} ${force ? 'yes' : 'no'}`,
        otherwise: `${path} cannot be the same file as ${to}`,
        later: true,
      }),
      ...(force
        ? [
            away(
              `what ${path} was`,
              path,
              builtins`if ts_same ${path} ${to}; then return 1; fi; ts_is -h ${path} || ts_is -e ${path}`,
            ),
          ]
        : []),
      present(`${path}, the same file as ${to}`, {
        test: builtins`ts_same ${path} ${to}`,
        create: sh`ln -- ${to} ${path}`,
        remove: sh`rm -f -- ${path}`,
        lifetime: 'disk',
      }),
    ];
  },
});
