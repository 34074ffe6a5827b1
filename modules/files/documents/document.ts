import {
  defineEditor,
  option,
  Secret,
  withSecrets,
  type Claim,
  type EditorModule,
  type OptionRules,
} from '../../../src/steps/index.ts';
import { checkCreation, creation, type Creation } from '../editing/created.ts';
import { CannotChange } from './json-text.ts';
import {
  changesOf,
  checkChanges,
  documentValue,
  keyPathText,
  plainValue,
  readKeyPath,
  type DocumentValue,
  type Key,
  type PlainValue,
} from './key-path.ts';
import { ownerOf } from '../ownership.ts';
import { validation, wholeFileProblems } from '../whole-file.ts';

/** What is declared of the keys of a document. */
export interface DocumentOptions extends Creation {
  /**
   * Keys and their values. A key is written as a path: `a.b`, `a.list[0]`, `a["with.dots"]`. Objects on the way are made;
   * the place behind the last one of a list adds one. @defaultValue no key is set
   */
  readonly set?: Readonly<Record<string, DocumentValue>>;
  /** Keys that must not be there, as such paths; none may end in a place of a list. @defaultValue no key goes */
  readonly remove?: readonly string[];
  /**
   * An object that is laid over the document: what it has is set, however deep, and nothing else is touched.
   * @defaultValue nothing is laid over it
   */
  readonly merge?: { readonly [key: string]: DocumentValue };
}

const path = option.line();

const options: OptionRules<DocumentOptions> = {
  set: option.mapOf(documentValue, (name) => pathProblem(name)),
  remove: (name, value) => {
    const wrong = option.listOf(path, 1)(name, value);
    if (wrong.length > 0) return wrong;
    return (value as readonly string[]).flatMap((one) => pathProblem(one) ?? placeProblem(name, one));
  },
  merge: option.mapOf(documentValue, () => undefined),
  ...creation,
};

function pathProblem(text: string): string | undefined {
  return readKeyPath(text) === undefined
    ? `${option.quoted(text)} is no path of keys, such as a.b, list[0] or a["with.dots"]`
    : undefined;
}

/** What comes behind it would move to its place, and every run would remove one more. */
function placeProblem(name: string, text: string): readonly string[] {
  return typeof readKeyPath(text)?.at(-1) === 'number'
    ? [
        `${name} has ${option.quoted(text)}, a place in a list, where the next run would find what is behind it: set the list as it is to be`,
      ]
    : [];
}

/** A document whose keys can be changed. */
export interface OpenDocument {
  set(keys: readonly Key[], value: PlainValue): void;
  remove(keys: readonly Key[]): void;
  readonly text: string;
}

/** A module that changes keys of a document. `open` may throw {@link CannotChange}. */
export function defineDocument(
  module: string,
  opener: () => Promise<(text: string) => OpenDocument>,
): EditorModule<DocumentOptions> {
  return defineEditor<DocumentOptions>(module, {
    options,
    claims: (file, o) =>
      changesOf(o).map((change): Claim => ({
        resource: `key ${keyPathText(change.keys)} of file:${option.plainPath(file)}`,
        value: change.kind === 'remove' ? 'absent' : told(change.value),
      })),
    check(file, o, problem) {
      wholeFileProblems(file, o).forEach(problem);
      if (o.set === undefined && o.remove === undefined && o.merge === undefined)
        problem('give set, remove or merge');
      const changes = changesOf(o);
      if (changes.length === 0 && o.remove === undefined)
        problem('set and merge are empty: nothing is declared');
      checkChanges(changes, problem);
      checkCreation(o, problem);
    },
    written: (o) => ({
      missing: o.create === true ? 'make' : 'fail',
      mode: o.mode,
      owner: ownerOf(o),
      validate: o.validate && validation(o.validate),
      backup: o.backup,
    }),
    async edited(text, o) {
      const open = await opener();
      try {
        return {
          text: withSecrets((reveal) => {
            const document = open(text ?? '');
            for (const change of changesOf(o)) {
              if (change.kind === 'remove') document.remove(change.keys);
              else document.set(change.keys, plainValue(change.value, reveal));
            }
            return document.text;
          }),
        };
      } catch (error) {
        if (!(error instanceof CannotChange)) throw error;
        return { problem: error.message };
      }
    },
  });
}

function told(value: DocumentValue): string {
  return value instanceof Secret ? 'a secret' : JSON.stringify(value);
}
