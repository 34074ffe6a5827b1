import {
  defineModule,
  file as fileStep,
  noFile,
  option,
  type OptionRules,
  type Secret,
} from '../../src/steps/index.ts';
import { checkAbsent } from '../absent.ts';
import { ownerOf, type Ownership } from './ownership.ts';
import { wholeFile, wholeFileOptions, wholeFileProblems, type WholeFile } from './whole-file.ts';

interface Present extends WholeFile {
  /**
   * What the file must contain, byte for byte: text, which goes as UTF-8, or bytes such as a `Buffer`. Left out beside `mode`,
   * `owner` or `group`: the file must be there, and keeps its content.
   */
  readonly content: string | Secret | Uint8Array;
  /** @defaultValue 'present' */
  readonly state?: 'present';
}

interface Owned extends Ownership {
  readonly content?: never;
  readonly backup?: never;
  readonly validate?: never;
  readonly overwrite?: never;
  /** @defaultValue 'present' */
  readonly state?: 'present';
}

interface WithMode extends Owned {
  readonly mode: string;
}
interface WithOwner extends Owned {
  readonly owner: string;
}
interface WithGroup extends Owned {
  readonly group: string;
}

interface Absent {
  readonly content?: never;
  readonly mode?: never;
  readonly owner?: never;
  readonly group?: never;
  readonly backup?: never;
  readonly validate?: never;
  readonly overwrite?: never;
  /** No such file. */
  readonly state: 'absent';
}

/** Options of {@link file}. */
export type FileOptions = Present | WithMode | WithOwner | WithGroup | Absent;

const options: OptionRules<FileOptions> = {
  content: option.content,
  ...wholeFileOptions,
  state: option.oneOf('present', 'absent'),
};

/**
 * A file with exactly this content, replaced whole by a rename in its folder, so that nobody ever reads half of it.
 * What is not declared, such as ACLs, stays as it is. Where only mode or owner differ, the file stays the same one. Follows symbolic links; refuses folders and files of `/proc` and
 * `/sys`. Its folder must be there. A file that is a mount point is written in place.
 *
 * @example
 * file('/etc/motd', { content: 'Welcome.\n', mode: '0644', owner: 'root:root' })
 * @example
 * file('/etc/app.key', { content: vars.key, mode: '0600' }) // a secret is shown in no diff
 * @example
 * file('/var/log/app.log', { content: '', overwrite: false, mode: '0640', owner: 'app:adm' }) // made empty, and never emptied
 * @example
 * file('/boot/grub/grub.cfg', { mode: '0600' }) // whatever is in it
 * @example
 * file('/etc/cron.d/old', { state: 'absent' }) // of a symbolic link, the link itself
 * @see https://man7.org/linux/man-pages/man2/rename.2.html
 */
export const file = defineModule<FileOptions>('file', {
  options,
  check(path, o, problem) {
    wholeFileProblems(path, o).forEach(problem);
    if (o.state === 'absent') checkAbsent(o, [], problem);
    else if (o.content === undefined) {
      const { mode, owner, group } = o;
      if ([mode, owner, group].every((one) => one === undefined))
        problem("content is missing (or say state: 'absent', or mode or owner of a file that is there)");
      for (const key of ['backup', 'validate', 'overwrite'] as const)
        if (o[key] !== undefined) problem(`${key} makes no sense without content`);
    }
  },
  steps: (path, o) => [
    o.state === 'absent'
      ? noFile(path)
      : o.content === undefined
        ? fileStep(path, { content: '', mode: o.mode, owner: ownerOf(o), existing: 'needed' })
        : wholeFile(path, o.content, o),
  ],
});
