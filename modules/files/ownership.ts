import { option, type OptionRules } from '../../src/steps/index.ts';

/** Who has a file, and who may do what with it. */
export interface Ownership {
  /** Permissions in octal, such as `'0640'`. @defaultValue those that it has; 0644 for a new file */
  readonly mode?: string;
  /** `user`, `user:group` or `:group`, by name or number. @defaultValue as it is; who runs it, for a new file */
  readonly owner?: string;
}

const account = '[\\w.][\\w.-]*\\$?';

export const ownership: OptionRules<Ownership> = {
  mode: option.line(/^[0-7]{3,4}$/, "three or four octal digits between quotes, such as '0644'"),
  owner: option.line(
    new RegExp(`^(${account}(:${account})?|:${account})$`),
    "'user', 'user:group' or ':group'",
  ),
};

/** What is wrong with the path of a file that is to be written. */
export function filePathProblems(path: string): readonly string[] {
  const plain = option.plainPath(path);
  return [
    ...option.pathProblems(path).map((problem) => `the path ${problem}`),
    ...(/(^|\/)\.{0,2}$/.test(path) ? [`the path names a folder, not a file: '${path}'`] : []),
    ...(/^\/(proc|sys)(\/|$)/.test(plain)
      ? [`'${plain}' is in a file system of the kernel; use sysctl, or another module`]
      : []),
  ];
}
