import {
  type Content,
  file,
  option,
  sh,
  type FileStep,
  type OptionRule,
  type OptionRules,
  type Sh,
} from '../../src/steps/index.ts';
import { filePathProblems, ownerOf, ownerProblems, ownership, type Ownership } from './ownership.ts';

/** How a file is replaced as a whole. */
export interface WholeFile extends Ownership {
  /**
   * Keep the version that a change of content replaces, as `PATH~`: one version, the one before the last change. A run
   * that changes nothing leaves it alone, and so does one that changes only mode or owner. @defaultValue false
   */
  readonly backup?: boolean;
  /**
   * A command that says whether the new file may go live: a list of words, run by no shell, in which `%s` stands for the
   * path of the new file. That is another name in the same folder, and has mode and owner already. Where the command
   * fails, the old file stays and the task fails with what the command printed. A check does not run it: the new file is
   * not there yet.
   *
   * @defaultValue the new file is taken as it is
   * @example file('/etc/sudoers.d/app', { content, mode: '0440', validate: ['visudo', '-cf', '%s'] })
   */
  readonly validate?: readonly [string, ...string[]];
  /**
   * `false`: a file that is there keeps its content, whatever that is; only `mode` and `owner` are seen to. It is for what a host,
   * or somebody else, makes his own afterwards. @defaultValue true
   */
  readonly overwrite?: boolean;
}

const validate: OptionRule = (name, value) => {
  const wrong = option.listOf(option.word, 1)(name, value);
  if (wrong.length > 0) return wrong;
  const words = value as readonly string[];
  return [
    ...(/^[^-%]/.test(words[0] ?? '')
      ? []
      : [`${name} must begin with the name of a program, not ${option.shown(words[0])}`]),
    ...(words.some((word) => word.includes('%s'))
      ? []
      : [`${name} has no '%s', which stands for the path of the new file`]),
  ];
};

/** How the new version of a file takes its place. */
export const rewritingOptions: OptionRules<Pick<WholeFile, 'backup' | 'validate'>> = {
  backup: option.flag,
  validate,
};

export const wholeFileOptions: OptionRules<WholeFile> = {
  ...ownership,
  ...rewritingOptions,
  overwrite: option.flag,
};

/** What is wrong with a file that is to be written. */
export function wholeFileProblems(path: string, o: WholeFile): readonly string[] {
  const tooLong = o.backup === true && path.split('/').some((part) => Buffer.byteLength(part) === 255);
  return [
    ...filePathProblems(path),
    ...ownerProblems(o),
    ...(o.overwrite === false && o.backup === true
      ? ['backup makes no sense with overwrite: false: nothing is replaced']
      : []),
    ...(tooLong ? ['the path has a name of 255 bytes, so there is no place for the ~ of its backup'] : []),
  ];
}

/** The step for a file with this content. */
export function wholeFile(
  path: string,
  content: Content | { readonly from: string },
  o: WholeFile,
): FileStep {
  return file(path, {
    ...(isHost(content) ? { content: '', from: content.from } : { content }),
    mode: o.mode,
    owner: ownerOf(o),
    validate: o.validate && validation(o.validate),
    backup: o.backup,
    ...(o.overwrite === false ? { existing: 'kept' } : {}),
  });
}

const isHost = (content: Content | { readonly from: string }): content is { readonly from: string } =>
  typeof content === 'object' && 'from' in content;

/** The words, `%s` being the first argument. */
export function validation(words: readonly string[]): Sh {
  const [first, ...rest] = words.map((word) => {
    const [head = '', ...tail] = word.split('%s');
    return tail.reduce((text, part) => sh`${text}"$1"${part}`, sh`${head}`);
  });
  return rest.reduce((text, word) => sh`${text} ${word}`, first ?? sh``);
}
