import { readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { near } from '../../errors/near.ts';
import { sshConfigError } from '../../errors/ssh-config.ts';
import { TsplayErrors, type Place, type TsplayError } from '../../errors/tsplay-error.ts';
import { allFiles } from './glob.ts';
import { allKeywords, keywordOf, takesWholeLine, valueProblem, type Keyword } from './keywords.ts';
import { fitsList } from './patterns.ts';
import { splitKeyword, splitWords } from './words.ts';

/** One line of ssh_config that matters here. */
export interface Line {
  readonly keyword: Keyword;
  readonly words: readonly string[];
  readonly place: Place;
  /** What an `Include` brings in. */
  readonly included: readonly (readonly Line[])[];
}

/** Whose a file is. One that was named has to be there, and may be written by whom its owner likes. */
type Origin = 'user' | 'system' | 'named';

/** OpenSSH takes no deeper nesting. */
const deepest = 16;

// Many hosts are looked up in the same files; they are read once.
const cache = new Map<string, Promise<readonly Line[]>>();

/**
 * Reads a file of ssh_config with all that it includes. One that is not there is empty.
 *
 * @throws {@link TsplayErrors} with every line that OpenSSH would refuse too
 */
export function configFile(file: string, origin: Origin): Promise<readonly Line[]> {
  const key = `${origin} ${file}`;
  let reading = cache.get(key);
  if (reading === undefined) {
    const problems: TsplayError[] = [];
    reading = new Reader(origin, problems).file(file, 0, origin === 'user').then((lines) => {
      if (problems.length > 0) throw new TsplayErrors(problems);
      return lines;
    });
    cache.set(key, reading);
  }
  return reading;
}

class Reader {
  readonly #origin: Origin;
  readonly #problems: TsplayError[];
  #ignored = '';

  constructor(origin: Origin, problems: TsplayError[]) {
    this.#origin = origin;
    this.#problems = problems;
  }

  async file(file: string, depth: number, careful: boolean): Promise<readonly Line[]> {
    let text: string;
    try {
      if (careful) await this.#checkOwner(file);
      text = await readFile(file, 'utf8');
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      const missing = code === 'ENOENT' || code === 'ENOTDIR';
      if (!missing || (this.#origin === 'named' && depth === 0))
        this.#problems.push(sshConfigError('ssh-config-unreadable', { file, problem: message }));
      return [];
    }
    const lines: Line[] = [];
    for (const [index, line] of text.split('\n').entries()) {
      const place = { file, line: index + 1, column: line.search(/\S/) + 1 };
      const read = await this.#line(line, place, depth);
      if (read !== undefined) lines.push(read);
    }
    return lines;
  }

  async #line(line: string, place: Place, depth: number): Promise<Line | undefined> {
    const split = splitKeyword(line);
    if (split === undefined) return undefined;
    const { keyword: word, rest } = split;
    if (rest === '') return this.#wrong(place, `there is nothing behind ${word}`);
    const keyword = keywordOf(word);
    if (keyword === undefined) {
      if (this.#ignored === '' || !fitsList(word, this.#ignored)) {
        const args = { keyword: word, near: near(word, allKeywords) };
        this.#problems.push(sshConfigError('ssh-config-keyword', args, { where: place }));
      }
      return undefined;
    }
    const words = splitWords(rest);
    if (words === undefined) return this.#wrong(place, 'a quote is not closed');
    if (keyword === 'known') return undefined;
    const values = takesWholeLine(keyword) ? [rest] : words;
    const want = valueProblem(keyword, values);
    if (want !== undefined) {
      const args = { keyword: word, want, got: values.join(' ') };
      this.#problems.push(sshConfigError('ssh-config-value', args, { where: place }));
      return undefined;
    }
    if (keyword === 'ignoreunknown' && this.#ignored === '') this.#ignored = values[0]?.toLowerCase() ?? '';
    const included = keyword === 'include' ? await this.#include(values, place, depth) : [];
    return { keyword, words: values, place, included };
  }

  async #include(
    patterns: readonly string[],
    place: Place,
    depth: number,
  ): Promise<readonly (readonly Line[])[]> {
    if (depth === deepest) {
      this.#wrong(place, 'files are included too deeply; one may include itself');
      return [];
    }
    const included: (readonly Line[])[] = [];
    for (const pattern of patterns) {
      if (pattern.startsWith('~') && this.#origin === 'system') {
        this.#wrong(place, `the file of the system includes ${pattern}, which is different for every user`);
        continue;
      }
      const folder = this.#origin === 'system' ? '/etc/ssh' : join(homedir(), '.ssh');
      const path = pattern.replace(/^~(?=\/|$)/, homedir());
      for (const file of await allFiles(isAbsolute(path) ? path : join(folder, path))) {
        included.push(await this.file(file, depth + 1, true));
      }
    }
    return included;
  }

  async #checkOwner(file: string): Promise<void> {
    const { uid, gid, mode } = await stat(file);
    const me = process.getuid?.();
    const own = uid === 0 || uid === me;
    const ownGroup = (mode & 0o020) === 0 || gid === process.getgid?.();
    if (own && ownGroup && (mode & 0o002) === 0) return;
    const problem = own ? 'may be written by others' : 'belongs to another user';
    this.#problems.push(sshConfigError('ssh-config-unsafe', { file, problem }));
  }

  #wrong(place: Place, problem: string): undefined {
    this.#problems.push(sshConfigError('ssh-config-line', { problem }, { where: place }));
  }
}
