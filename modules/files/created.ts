import { option, type OptionRules } from '../../src/steps/index.ts';
import { ownership, type Ownership } from './ownership.ts';

/** What becomes of a file that is not there. */
export interface Creation extends Ownership {
  /** Make the file if there is none. Its folder must be there. @defaultValue false: that is an error */
  readonly create?: boolean;
  /** Permissions of a file that is made, in octal, such as `'0640'`. @defaultValue '0644' */
  readonly mode?: string;
  /** `user`, `user:group` or `:group` of a file that is made. @defaultValue who runs it */
  readonly owner?: string;
}

export const creation: OptionRules<Creation> = { create: option.flag, ...ownership };

/** Mode and owner are those of a file that is made. */
export function checkCreation(o: Creation, problem: (text: string) => void): void {
  for (const name of ['mode', 'owner'] as const) {
    if (o[name] !== undefined && o.create !== true)
      problem(`${name} is that of a new file, so it needs create: true`);
  }
}
