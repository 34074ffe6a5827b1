import { option, type OptionRules } from '../../../src/steps/index.ts';
import { ownership, type Ownership } from '../ownership.ts';
import { rewritingOptions, type WholeFile } from '../whole-file.ts';

/** How a file is written that is edited. */
export type Rewriting = Pick<WholeFile, 'backup' | 'validate'>;

/** What becomes of a file that is not there. */
export interface Creation extends Rewriting, Ownership {
  /** Make the file if there is none. Its folder must be there. @defaultValue false: that is an error */
  readonly create?: boolean;
  /** Permissions of a file that is made, in octal, such as `'0640'`. @defaultValue '0644' */
  readonly mode?: string;
  /** `user`, `user:group` or `:group` of a file that is made. @defaultValue who runs it */
  readonly owner?: string;
  /** Group of a file that is made, where `owner` does not say it. @defaultValue that of who runs it */
  readonly group?: string;
}

/** Nothing is made where something is to go. */
export interface NoCreation extends Rewriting {
  readonly create?: never;
  readonly mode?: never;
  readonly owner?: never;
  readonly group?: never;
}

export const creation: OptionRules<Creation> = { create: option.flag, ...ownership, ...rewritingOptions };

/** What makes sense where something is to go. */
export const rewriting = ['backup', 'validate'] as const;

/** Mode and owner are those of a file that is made. */
export function checkCreation(o: Creation, problem: (text: string) => void): void {
  for (const name of ['mode', 'owner', 'group'] as const) {
    if (o[name] !== undefined && o.create !== true)
      problem(`${name} is that of a new file, so it needs create: true`);
  }
}
