import { option, type OptionRules } from '../../src/steps/index.ts';

/** Who has a file, and who may do what with it. */
export interface Ownership {
  /** Permissions in octal, such as `'0640'`. @defaultValue those that it has; 0644 for a new file */
  readonly mode?: string;
  /** `user`, `user:group` or `:group`, by name or number. @defaultValue as it is; who runs it, for a new file */
  readonly owner?: string;
  /** Its group, by name or number, where `owner` does not say it. @defaultValue as it is */
  readonly group?: string;
}

const account = '[\\w.][\\w.-]*\\$?';

/** A user or a group, by name or number. */
export const accountName = option.line(new RegExp(`^${account}$`), 'a name or a number');

export const octalMode = option.line(
  /^[0-7]{3,4}$/,
  "three or four octal digits between quotes, such as '0644'",
);

export const ownership: OptionRules<Ownership> = {
  mode: octalMode,
  owner: option.line(
    new RegExp(`^(${account}(:${account})?|:${account})$`),
    "'user', 'user:group' or ':group'",
  ),
  group: accountName,
};

/** User and group as one text, `user:group`. */
export function ownerOf({ owner, group }: Ownership): string | undefined {
  return group === undefined ? owner : `${owner ?? ''}:${group}`;
}

/** What is wrong with owner and group together. */
export function ownerProblems({ owner, group }: Ownership): readonly string[] {
  return group !== undefined && String(owner).includes(':')
    ? [`owner names a group already, '${owner}', so group makes no sense`]
    : [];
}

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
