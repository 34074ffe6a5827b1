import { stepError } from '../errors/steps.ts';
import type { ErrorContext, TsplayError } from '../errors/tsplay-error.ts';
import type { Claim } from '../steps/module.ts';

/** What the tasks of a play manage on one host: no two of them may want different things of the same. */
export class Claims {
  readonly #claimed = new Map<string, { readonly task: string; readonly value: string }>();
  /** Paths that tasks declare, those that are left out among them. */
  readonly #declared = new Set<string>();
  /** Folders of which what was not declared is gone. */
  readonly #purged: string[] = [];

  /** A task claims something. Gives the error of a clash. */
  claim({ resource, value }: Claim, task: string, context: ErrorContext): readonly TsplayError[] {
    const other = this.#claimed.get(resource);
    if (other === undefined) this.#claimed.set(resource, { task, value });
    if (other === undefined || other.value === value) return [];
    const args = { resource, task, value, other: other.task, otherValue: other.value };
    return [stepError('claim-clash', args, context)];
  }

  /** A task declares these paths, which must not have been purged before. */
  declare(paths: readonly string[], context: ErrorContext): readonly TsplayError[] {
    return paths.flatMap((path) => {
      const folder = this.#purged.find((one) => path.startsWith(`${one}/`));
      const isLate = folder !== undefined && !this.#declared.has(path);
      this.#declared.add(path);
      return isLate ? [stepError('purged-before', { path, folder }, context)] : [];
    });
  }

  /** Tasks that purge these folders are sent. */
  purge(folders: readonly string[]): void {
    this.#purged.push(...folders);
  }

  get declared(): readonly string[] {
    return [...this.#declared];
  }
}
