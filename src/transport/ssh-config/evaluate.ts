import { isIPv6 } from 'node:net';
import { homedir, userInfo } from 'node:os';
import { sshConfigError } from '../../errors/ssh-config.ts';
import { canonicalName } from './canonical.ts';
import { configFile, type Line } from './config-file.ts';
import { succeeds } from './exec.ts';
import { isAdding, type Keyword } from './keywords.ts';
import { fitsList, fitsWords } from './patterns.ts';
import { expandHost, expandTokens, type TokenValues } from './tokens.ts';

/** What ssh_config is asked about. */
export interface Query {
  /** The host as it would be given to `ssh`. */
  readonly host: string;
  /** What is said otherwise, and wins. */
  readonly given: ReadonlyMap<Keyword, readonly string[]>;
  /** The one file to read, or `none`; undefined: the usual two, the user's and the system's. */
  readonly file: string | undefined;
}

/** The values for one host, by keyword; of those that add to each other, all. */
export interface Evaluated {
  readonly host: string;
  readonly values: ReadonlyMap<Keyword, readonly string[]>;
}

/**
 * Works out what ssh_config says for one host: in the files of the user and then of the system, the first value of a
 * keyword counts. Where something asks for it, they are gone through again with the name that came out of that.
 */
export async function evaluate({ host: asked, given, file }: Query): Promise<Evaluated> {
  const config = await configFiles(file);
  const evaluation = new Evaluation(asked, given);
  for (const lines of config) await evaluation.read(lines, asked);
  const replaced = expandHost(evaluation.first('hostname') ?? '%h', asked);
  // Node takes a millisecond to make ready for the question what a name without a colon is.
  let host = replaced.includes(':') && isIPv6(replaced) ? canonicalAddress(replaced) : replaced.toLowerCase();
  const canonicalize = evaluation.first('canonicalizehostname')?.toLowerCase() ?? 'no';
  const wanted =
    canonicalize === 'always' || (['yes', 'true'].includes(canonicalize) && !evaluation.isProxied());
  if (wanted) host = await canonicalName(host, evaluation.values);
  if (evaluation.wantsFinal || !['no', 'false', 'none'].includes(canonicalize)) {
    evaluation.beginFinal(host);
    for (const lines of config) await evaluation.read(lines, host);
  }
  return { host, values: evaluation.values };
}

function configFiles(file: string | undefined): Promise<readonly (readonly Line[])[]> {
  if (file === 'none') return Promise.resolve([]);
  if (file !== undefined) return configFile(file, 'named').then((lines) => [lines]);
  return Promise.all([
    configFile(`${homedir()}/.ssh/config`, 'user'),
    configFile('/etc/ssh/ssh_config', 'system'),
  ]);
}

/** An IPv6 address as the system writes it: `::1`, however it was written. */
function canonicalAddress(address: string): string {
  if (address.includes('%')) return address;
  return new URL(`http://[${address}]`).hostname.slice(1, -1);
}

class Evaluation {
  readonly values: Map<Keyword, readonly string[]>;
  wantsFinal = false;
  readonly #asked: string;
  #final: string | undefined;

  constructor(asked: string, given: ReadonlyMap<Keyword, readonly string[]>) {
    this.#asked = asked;
    this.values = new Map(given);
  }

  first(keyword: Keyword): string | undefined {
    return this.values.get(keyword)?.[0];
  }

  isProxied(): boolean {
    const proxy = this.first('proxyjump') ?? this.first('proxycommand') ?? 'none';
    return proxy.toLowerCase() !== 'none';
  }

  beginFinal(host: string): void {
    this.#final = host;
  }

  /** Goes through lines. A block begins with Host or Match, and never reaches out of its file. */
  async read(lines: readonly Line[], host: string, within = true): Promise<void> {
    let active = within;
    for (const line of lines) {
      const { keyword, words } = line;
      if (keyword === 'host') active = within && fitsWords(host, words);
      else if (keyword === 'match') active = (await this.#matches(line, within)) && within;
      else if (keyword === 'include') {
        for (const file of line.included) await this.read(file, host, active);
      } else if (active) this.#set(keyword, words);
    }
  }

  #set(keyword: Keyword, words: readonly string[]): void {
    const before = this.values.get(keyword);
    if (isAdding(keyword)) {
      this.values.set(keyword, [...new Set([...(before ?? []), ...words])]);
      return;
    }
    // Whichever of the two comes first keeps the other from taking effect.
    if (keyword === 'proxyjump' && this.values.has('proxycommand')) return;
    if (keyword === 'proxycommand' && this.values.has('proxyjump')) return;
    if (before === undefined) this.values.set(keyword, words);
  }

  async #matches(line: Line, within: boolean): Promise<boolean> {
    const { place, words } = line;
    const rest = [...words];
    let result = within;
    let count = 0;
    const wrong = (problem: string) => sshConfigError('ssh-config-line', { problem }, { where: place });
    while (rest.length > 0) {
      const word = rest.shift() ?? '';
      const negated = word.startsWith('!');
      const criterion = word.replace(/^!/, '').toLowerCase();
      if (criterion === 'all') {
        if (count > 1 || rest.length > 0) throw wrong("'all' cannot stand with other criteria of Match");
        return result && !negated;
      }
      count += 1;
      if (criterion === 'final' || criterion === 'canonical') {
        if (criterion === 'final') this.wantsFinal = true;
        if ((this.#final !== undefined) === negated) result = false;
        continue;
      }
      const wanted = rest.shift();
      if (wanted === undefined) throw wrong(`there is nothing behind ${criterion} in Match`);
      const fit = await this.#fits(criterion, wanted, result);
      if (fit === undefined) {
        throw wrong(
          `${criterion} is not a criterion of Match; there are all, canonical, final, exec, host, originalhost, user and localuser`,
        );
      }
      if (fit === negated) result = false;
    }
    if (count === 0) throw wrong('Match needs a criterion');
    return result;
  }

  async #fits(criterion: string, wanted: string, needed: boolean): Promise<boolean | undefined> {
    switch (criterion) {
      case 'host':
        return fitsList(this.#host().toLowerCase(), wanted.toLowerCase());
      case 'originalhost':
        return fitsList(this.#asked.toLowerCase(), wanted.toLowerCase());
      case 'user':
        return fitsList(this.#user(), wanted);
      case 'localuser':
        return fitsList(userInfo().username, wanted);
      case 'exec':
        return needed && (await succeeds(expandTokens(wanted, 'Match exec', this.#tokens())));
      case 'tagged':
        return fitsList('', wanted);
      default:
        return undefined;
    }
  }

  #host(): string {
    return this.#final ?? expandHost(this.first('hostname') ?? '%h', this.#asked);
  }

  #user(): string {
    return this.first('user') ?? userInfo().username;
  }

  #tokens(): TokenValues {
    return {
      h: this.#host(),
      n: this.#asked,
      p: this.first('port') ?? '22',
      r: this.#user(),
      k: this.first('hostkeyalias') ?? this.#asked,
    };
  }
}
