import { resolve } from 'node:path';
import { Script } from 'node:vm';
import { namesIn, openAtEnd } from './scan.ts';

/** What somebody has typed: something to keep for later, or to run now. */
export type Entry =
  | { readonly kind: 'import' | 'declaration'; readonly text: string; readonly names: readonly string[] }
  | { readonly kind: 'expression' | 'statements'; readonly text: string };

/** Which package exports what can be used without an import. */
export type Exported = ReadonlyMap<string, string>;

/** A module in TypeScript that does what was typed. */
export interface Source {
  readonly text: string;
  /** Lines before what was typed. */
  readonly before: number;
}

/** Goes the text on in the next line? */
export function goesOn(text: string): boolean {
  return openAtEnd(text).length > 0;
}

/** What a text is. Declarations and imports are kept: they belong to no host. */
export function entryOf(typed: string, cwd: string): Entry {
  const text = typed.trim();
  if (/^import\b(?!\s*\()/.test(text))
    return { kind: 'import', text: fromHere(text, cwd), names: imported(text) };
  const [, name] =
    /^(?:async\s+)?(?:const\s+enum|const|let|var|function\*?|class|abstract\s+class|type|interface|enum)\s+([\w$]+)/.exec(
      text,
    ) ?? [];
  if (name !== undefined) return { kind: 'declaration', text, names: [name] };
  return { kind: isExpression(text) ? 'expression' : 'statements', text: text.replace(/;$/, '') };
}

/** Without what a later entry takes the place of. */
export function withoutNames(kept: readonly Entry[], later: Entry): readonly Entry[] {
  const names = 'names' in later ? later.names : [];
  return kept.filter((one) => !('names' in one && one.names.some((name) => names.includes(name))));
}

/**
 * The module of an entry. Its default export is a play, of which somebody else says where it runs, and `values` is
 * what an expression came to on each host.
 */
export function sourceOf(entry: Entry, all: readonly Entry[], exported: Exported): Source {
  const isKept = entry.kind === 'import' || entry.kind === 'declaration';
  const kept = withoutNames(all, entry);
  const before = isKept ? [...kept, entry] : kept;
  const declared = new Set(before.flatMap((one) => ('names' in one ? one.names : [])));
  const wanted = new Set([...before, entry].flatMap((one) => [...namesIn(one.text)]));
  const names = [...exported.keys()].filter((name) => wanted.has(name) && !declared.has(name));
  const packages = [...new Set(names.map((name) => exported.get(name)))];
  const inputs = ['vars', 'factsOf'].filter((name) => !declared.has(name));
  const head = [
    `import { play as $play } from 'tsplay';`,
    ...packages.map(
      (from) =>
        `import { ${names.filter((name) => exported.get(name) === from).join(', ')} } from '${from}';`,
    ),
    ...kept.map(keptText),
    // The project may have it that what is not used is an error.
    `export const used: unknown = [${names.join(', ')}];`,
    'export const values = new Map<string, unknown>();',
  ];
  if (isKept) return { text: [...head, keptText(entry), ''].join('\n'), before: lines(head) };
  const opening = [
    ...head,
    `export default $play('console', { hosts: 'all' }, async ({ ${['host', ...inputs].join(', ')} }) => {`,
    `void [${inputs.join(', ')}];`,
    'values.set(host.name, await (async () => {',
    ...(entry.kind === 'expression' ? ['return ('] : []),
  ];
  const closing = [...(entry.kind === 'expression' ? [');'] : []), '})());', '});', ''];
  return { text: [...opening, entry.text, ...closing].join('\n'), before: lines(opening) };
}

const lines = (parts: readonly string[]): number => parts.join('\n').split('\n').length;

function keptText(entry: Entry): string {
  if (entry.kind === 'declaration') return `export ${entry.text}`;
  if (entry.kind !== 'import' || entry.names.length === 0) return entry.text;
  const isType = /^import\s+type\b/.test(entry.text);
  return `${entry.text.replace(/;?$/, ';')} export ${isType ? 'type ' : ''}{ ${entry.names.join(', ')} };`;
}

/** The names that an import brings. */
function imported(text: string): readonly string[] {
  const [, clause = ''] = /^import\s+(?:type\s+)?([\s\S]*?)\s+from\b/.exec(text) ?? [];
  return clause
    .replaceAll(/[{}]/g, ' ')
    .split(',')
    .map((part) => part.trim().split(/\s+/).at(-1) ?? '')
    .filter(Boolean);
}

/** Files are named from where the console was started. */
function fromHere(text: string, cwd: string): string {
  return text.replace(/(['"])(\.\.?\/.*?)\1/, (_all, _quote, path: string) =>
    JSON.stringify(resolve(cwd, path)),
  );
}

/** Does it have a value? Where it is TypeScript beyond JavaScript, how it begins has to say so. */
function isExpression(text: string): boolean {
  const plain = text.replace(/;$/, '');
  if (parses(`(async () => (${plain}\n))`)) return true;
  if (parses(`(async () => {${plain}\n})`)) return false;
  return !/^(?:if|for|while|do|switch|try|throw|return|\{)(?![\w$])|;\s*\S/.test(plain);
}

function parses(code: string): boolean {
  try {
    // It is compiled and never run.
    void new Script(code);
    return true;
  } catch {
    return false;
  }
}
