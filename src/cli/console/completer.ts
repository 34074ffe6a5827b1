import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { declarationFiles } from '../../playbook/declaration-files.ts';
import { packageRoot } from '../../playbook/load/project.ts';
import { byName, contextOf, matching, type Completable, type Context } from './complete.ts';
import { entryOf, sourceOf, type Exported } from './entry.ts';
import { consoleFolder } from './folder.ts';
import { LanguageServer, type Proposal } from './language-server.ts';
import type { State } from './state.ts';

/** Milliseconds that somebody who has pressed Tab waits for. */
const patience = 2000;

/** Fields, properties and methods, as the protocol numbers them. */
const properties: ReadonlySet<number | undefined> = new Set([2, 5, 10]);

/** Completes what is typed: by the compiler where types say more than names. */
export class Completer {
  readonly #all: Completable;
  readonly #state: State;
  readonly #exported: Exported;
  readonly #cwd: string;
  #server: LanguageServer | undefined;

  constructor(all: Completable, state: State, exported: Exported, cwd: string) {
    this.#all = all;
    this.#state = state;
    this.#exported = exported;
    this.#cwd = cwd;
  }

  /** What could stand in place of the last word of a text, and that word. */
  async complete(text: string): Promise<[candidates: string[], word: string]> {
    const context = contextOf(text);
    const typed = await this.#byTypes(text, context);
    return [[...(typed.length > 0 ? typed : byName(context, this.#all))], context.word];
  }

  close(): void {
    this.#server?.close();
  }

  async #byTypes(text: string, { kind, word }: Context): Promise<readonly string[]> {
    if (kind !== 'member' && kind !== 'string' && kind !== 'option') return [];
    const found = await Promise.race([this.#ask(text), late()]).catch(() => []);
    // Where an object has no type, all names that there are would do for the compiler.
    const fit = kind === 'option' ? found.filter((one) => properties.has(one.kind)) : found;
    const labels = fit.map(({ label }) => label.replace(/\?$/, ''));
    const plain = labels.filter((label) => kind === 'string' || /^[\w$]+$/.test(label));
    return matching(word, kind === 'option' ? plain.map((label) => `${label}: `) : plain);
  }

  /** Asks at the end of what is typed; what would follow in its module is left out, as it is not typed yet. */
  async #ask(text: string): Promise<readonly Proposal[]> {
    const entry = entryOf(text, this.#cwd);
    const { text: all, before } = sourceOf(entry, this.#state.kept, this.#exported);
    const lines = all.split('\n').slice(0, before + entry.text.split('\n').length);
    const server = (this.#server ??= this.#start());
    await server.write(lines.join('\n'));
    return server.proposals({ line: lines.length - 1, character: lines.at(-1)?.length ?? 0 });
  }

  #start(): LanguageServer {
    const folder = join(consoleFolder(this.#cwd), 'completion');
    mkdirSync(folder, { recursive: true });
    const types = (name: string): readonly string[] => [join(packageRoot, 'dist', name, 'index.d.ts')];
    const paths = {
      tsplay: types('src'),
      'tsplay/modules': types('modules'),
      'tsplay/steps': types('src/steps'),
    };
    const compilerOptions = { strict: true, module: 'nodenext', target: 'esnext', noEmit: true, paths };
    const file = join(folder, 'entry.ts');
    const files = [file, ...declarationFiles(file, undefined)];
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
    writeFileSync(file, '');
    return new LanguageServer(file);
  }
}

function late(): Promise<readonly Proposal[]> {
  return new Promise((resolve) => {
    setTimeout(() => resolve([]), patience).unref();
  });
}
